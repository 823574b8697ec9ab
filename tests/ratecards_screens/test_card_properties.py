"""Properties: the public and the private side of a card in one form."""

import pytest

from ratecards.models import CardAssignment, CardParent, CardPrivate, RateCard
from ratecards.services import assignments
from tests.ratecards_screens.conftest import body_of, newest, path_of, text_of


def values_of(page) -> dict:
    """What the form of a page would send as it stands."""
    form = page.context["form"]
    found = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in found.items() if value is not None and value is not False}


def test_form_shows_both_sides(shop, panel):
    page = panel("a_admin", path_of(shop.resold, "properties/"))
    values = values_of(page)
    assert (values["name"], values["compact"], values["parents"]) == ("A retail", "maximum", [shop.assignment.pk])
    assert "What others see" in text_of(page)


def test_saving_changes_both_sides(shop, panel):
    path = path_of(shop.resold, "properties/")
    values = values_of(panel("a_admin", path)) | {
        "name": "Summer",
        "public_name": "Summer A-Z",
        "compact": "average",
        "notes": "Ours.",
    }
    assert panel("a_admin", path, values).status_code == 302
    card, private = newest(RateCard, pk=shop.resold.pk), newest(CardPrivate, card=shop.resold)
    assert (card.public_name, private.name, private.compact, private.notes) == (
        "Summer A-Z",
        "Summer",
        "average",
        "Ours.",
    )


def test_parents_are_taken_out(shop, panel):
    path = path_of(shop.resold, "properties/")
    assert panel("a_admin", path, values_of(panel("a_admin", path)) | {"parents": []}).status_code == 302
    assert newest(CardParent, card=shop.resold) is None


def test_a_parent_that_was_taken_away_stays_noted_when_something_else_is_saved(shop, world, acting, panel):
    with acting(world.admin):
        assignments.unassign_card(CardAssignment.objects.get(pk=shop.assignment.pk), actor=world.admin)
    path = path_of(shop.resold, "properties/")
    values = values_of(panel("a_admin", path))
    assert values["parents"] == []
    assert panel("a_admin", path, values | {"notes": "Ask for a new card."}).status_code == 302
    assert newest(CardParent, card=shop.resold).assignment_id == shop.assignment.pk
    assert "Orphaned" in text_of(panel("a_admin", path_of(shop.resold)))


@pytest.mark.parametrize(
    ("change", "field"),
    [({"name": ""}, "name"), ({"name": "Private retail a"}, "name"), ({"currency": "EUR"}, "currency"), ({"compact": "cheapest"}, "compact"),
     ({"direction": "origination"}, "direction"), ({"parents": ["99999999"]}, "parents"), ({"parents": ["x"]}, "parents")],
)  # fmt: skip
def test_what_cannot_be_is_said_on_its_field_and_nothing_changes(shop, panel, change, field):
    path = path_of(shop.resold, "properties/")
    page = panel("a_admin", path, values_of(panel("a_admin", path)) | {"notes": "changed"} | change)
    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert newest(CardPrivate, card=shop.resold).notes == ""


def test_carrier_of_a_provider_card_is_changed(shop, panel):
    from ratecards.models import Carrier

    path, carrier = path_of(shop.source, "properties/"), newest(Carrier, name="Carrier X")
    assert panel("admin", path, values_of(panel("admin", path)) | {"carrier": carrier.pk}).status_code == 302
    assert newest(CardPrivate, card=shop.source).carrier_id == carrier.pk


def test_card_of_another_company_is_not_among_the_parents(shop, panel):
    body = body_of(panel("b_admin", path_of(newest(RateCard, private__name="Private retail b"), "properties/")))
    assert "Wholesale b" in body
    assert shop.retail.code not in body


def test_readers_have_no_properties(shop, panel):
    path = path_of(shop.resold, "properties/")
    assert panel("a_reader", path).status_code == 403
    assert panel("a_reader", path, {"name": "x"}).status_code == 403
