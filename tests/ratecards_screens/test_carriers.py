"""Management > Carriers."""

from ratecards.models import Carrier
from tests.ratecards_screens.conftest import newest, number_of, seen, text_of

CARRIERS = "/management/carriers/"
NEW = {"name": "Northern Cable", "status": "active", "currency": "EUR", "notes": "Asks for prepayment."}


def test_list_shows_carriers_with_the_number_of_their_cards(shop, panel):
    page = panel("admin", CARRIERS)
    row = next(
        row.record for row in page.context["table"].paginated_rows if row.record.name == "Carrier of Carrier prices"
    )
    assert (row.card_count, row.status) == (1, "active")


def test_list_is_searched_by_a_part_of_the_name(world, panel):
    assert "Carrier X" in text_of(panel("admin", CARRIERS + "?name=rier+x"))
    assert "Carrier X" not in text_of(panel("admin", CARRIERS + "?name=nobody"))


def test_new_carrier_belongs_to_the_master(world, panel):
    assert panel("admin", CARRIERS + "new/", NEW).status_code == 302
    carrier = newest(Carrier)
    assert (carrier.name, carrier.currency, carrier.owner_id) == ("Northern Cable", "EUR", world.companies.master.pk)


def test_name_that_is_taken_is_said_on_the_field(world, panel):
    before = number_of(Carrier)
    page = panel("admin", CARRIERS + "new/", NEW | {"name": "carrier x"})
    assert page.status_code == 422
    assert page.context["form"].errors["name"] == ["There is a carrier of this name already."]
    assert number_of(Carrier) == before


def test_edit_changes_the_carrier(world, panel):
    carrier = newest(Carrier, name="Carrier X")
    said = seen(panel("admin", f"{CARRIERS}{carrier.pk}/"))
    assert panel("admin", f"{CARRIERS}{carrier.pk}/", NEW | {"status": "inactive"} | said).status_code == 302
    assert newest(Carrier, pk=carrier.pk).status == "inactive"


def test_carrier_changed_meanwhile_is_not_changed_back(world, panel):
    path = f"{CARRIERS}{newest(Carrier, name='Carrier X').pk}/"
    said = seen(panel("admin", path))
    assert panel("admin", path, NEW | said).status_code == 302
    late = panel("admin", path, NEW | {"notes": "mine"} | said)
    assert late.status_code == 422
    assert "Somebody changed this meanwhile" in text_of(late)
    assert newest(Carrier, name="Northern Cable").notes == NEW["notes"]


def test_unknown_currency_is_refused(world, panel):
    page = panel("admin", CARRIERS + "new/", NEW | {"currency": "XXX"})
    assert page.status_code == 422
    assert "currency" in page.context["form"].errors


def test_resellers_have_no_carriers(world, panel):
    carrier = newest(Carrier)
    for path in ("", "new/", f"{carrier.pk}/"):
        assert panel("a_admin", CARRIERS + path).status_code == 403
        assert panel("a_admin", CARRIERS + path, NEW).status_code == 403


def test_auditor_reads_and_finds_no_button(world, panel):
    page = panel("support", CARRIERS)
    assert "Carrier X" in text_of(page)
    assert "New carrier" not in text_of(page)
    assert f"{CARRIERS}{newest(Carrier).pk}/" not in page.content.decode()


def test_statements_do_not_grow_with_carriers(world, panel, statements):
    few = statements("admin", CARRIERS)
    for number in range(5):
        panel("admin", CARRIERS + "new/", NEW | {"name": f"Carrier {number}"})
    assert len(statements("admin", CARRIERS)) == len(few) <= 12
