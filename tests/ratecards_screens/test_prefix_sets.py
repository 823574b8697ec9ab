"""Setup > Advanced > Prefix Set: the list, making, changing and deleting, what a set draws, which cards use it."""

import pytest

from ratecards.models import PrefixSet, ProfitRule
from tests.ratecards_screens.conftest import body_of, newest, number_of, path_of, run_newest_job, text_of
from tests.roles import as_owner

SETS = "/setup/advanced/prefix-sets/"
NEW = {"name": "British mobiles", "data": "447\r\n\r\n 44(1|2) \r\n"}


@pytest.fixture
def used(shop, panel):
    """A set of A that a rule of its retail card uses."""
    panel("a_admin", SETS + "new/", NEW)
    made = newest(PrefixSet)
    rule = {"prefix_set": str(made.pk), "match": "", "type": "percent", "value": "50", "status": "profit"}
    assert panel("a_admin", path_of(shop.resold, "profits/new/"), rule).status_code == 302
    return made


def seen(pk, panel, **changes):
    """What the form of a set sends back, with some changes."""
    form = panel("a_admin", f"{SETS}{pk}/edit/").context["form"]
    return {name: form[name].value() for name in form.fields} | changes


def test_list_shows_own_sets_with_their_size_and_use(used, panel):
    page = panel("a_admin", SETS)
    assert [(row.record.name, row.record.used) for row in page.context["table"].paginated_rows] == [
        ("British mobiles", 1), ("Set of a", 0)]  # fmt: skip
    assert "Set of b" not in text_of(page)
    assert "Set of master" not in text_of(page)
    assert "British" not in text_of(panel("a_admin", SETS + "?name=set+of"))


def test_statements_of_the_list_do_not_grow(world, statements, acting):
    few = statements("a_admin", SETS)
    with as_owner():
        PrefixSet.objects.bulk_create(
            PrefixSet(owner=world.companies.a, name=f"Set {number}", data="44") for number in range(30)
        )
    assert len(statements("a_admin", SETS)) == len(few) <= 12


def test_set_is_kept_without_empty_lines(world, panel):
    assert panel("a_admin", SETS + "new/", NEW).status_code == 302
    made = newest(PrefixSet)
    assert (made.name, made.data, made.owner_id) == ("British mobiles", "447\n44(1|2)", world.companies.a.pk)


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [({"data": "44\nx"}, "data", "Line 2"), ({"data": "(4"}, "data", "leaves a group open"), ({"data": r"(4)\1"}, "data", "refers back"),
     ({"data": " \n"}, "data", "required"), ({"data": "\n".join(["44"] * 2001)}, "data", "More than 2000"), ({"name": "set OF a"}, "name", "already"),
     ({"data": "\n".join(f"4[12]{n}" for n in range(101))}, "data", "More than 100"), ({"name": " "}, "name", "required"), ({"name": "a\nb"}, "name", "one line")],
)  # fmt: skip
def test_what_cannot_be_a_set_is_refused_with_its_line(world, panel, change, field, words):
    before = number_of(PrefixSet)
    page = panel("a_admin", SETS + "new/", NEW | change)
    assert page.status_code == 422
    assert words in " ".join(page.context["form"].errors[field])
    assert number_of(PrefixSet) == before


def test_detail_counts_what_it_draws_of_a_card(shop, used, panel):
    page = panel("a_admin", f"{SETS}{used.pk}/?card={shop.retail.code}")
    assert page.context["found"] == (2, ("441", "447"))
    assert "2 rates of Wholesale" in text_of(page)
    assert "Used by A retail" in text_of(page)


def test_detail_offers_no_card_that_the_user_has_not(shop, used, panel):
    body = body_of(panel("a_admin", f"{SETS}{used.pk}/?card={shop.source.code}"))
    assert shop.source.code not in body.replace(f"card={shop.source.code}", "")
    assert "found" not in panel("a_admin", f"{SETS}{used.pk}/?card={shop.source.code}").context


def test_changed_set_makes_the_cards_that_use_it_stale(shop, used, panel):
    panel("a_admin", path_of(shop.resold, "build/"), {"activate": "on"})
    assert run_newest_job().state == "done"
    assert "In sync" in text_of(panel("a_admin", path_of(shop.resold)))
    assert panel("a_admin", f"{SETS}{used.pk}/edit/", seen(used.pk, panel, data="447")).status_code == 302
    assert "Stale" in text_of(panel("a_admin", path_of(shop.resold)))
    assert panel("a_admin", f"{SETS}{used.pk}/edit/", seen(used.pk, panel, data="447\n44(1|2)")).status_code == 302
    assert "In sync" in text_of(panel("a_admin", path_of(shop.resold)))
    assert panel("a_admin", f"{SETS}{used.pk}/edit/", seen(used.pk, panel, name="Renamed")).status_code == 302
    assert "In sync" in text_of(panel("a_admin", path_of(shop.resold))), "a name is no price"


def test_form_of_an_earlier_state_is_refused(used, panel):
    early = seen(used.pk, panel, data="33")
    panel("a_admin", f"{SETS}{used.pk}/edit/", seen(used.pk, panel, data="49"))
    assert panel("a_admin", f"{SETS}{used.pk}/edit/", early).status_code == 422
    assert newest(PrefixSet, pk=used.pk).data == "49"


def test_used_set_is_not_deleted(used, panel):
    page = panel("a_admin", f"{SETS}{used.pk}/delete/", {}, follow=True)
    assert "1 profit rule uses this prefix set" in text_of(page)
    assert "A retail" in text_of(page)
    assert number_of(PrefixSet, pk=used.pk) == 1


def test_unused_set_is_deleted(world, panel):
    pk = world.sets["a"].pk
    page = panel("a_admin", f"{SETS}{pk}/delete/")
    assert "Delete the prefix set" in text_of(page)
    assert f'href="{SETS}{pk}/">Cancel</a>' in body_of(page)
    assert panel("a_admin", f"{SETS}{pk}/delete/", {}).url == SETS
    assert number_of(PrefixSet, pk=pk) == 0


def test_rule_takes_no_set_of_another_company(shop, world, panel):
    rule = {"prefix_set": str(world.sets["b"].pk), "type": "percent", "value": "5", "status": "profit"}
    before = number_of(ProfitRule)
    page = panel("a_admin", path_of(shop.resold, "profits/new/"), rule)
    assert page.status_code == 422
    assert "prefix_set" in page.context["form"].errors
    assert number_of(ProfitRule) == before
    assert panel("a_admin", f"{SETS}{world.sets['b'].pk}/").status_code == 404


def test_profit_table_names_the_set_and_counts_its_rows(shop, used, panel):
    page = panel("a_admin", path_of(shop.resold, "profits/"))
    assert [rule.drawn for rule in page.context["rules"]] == [3, 2]
    assert "British mobiles" in text_of(page)


def test_readers_change_nothing(world, panel):
    pk = world.sets["a"].pk
    page = panel("a_reader", f"{SETS}{pk}/")
    assert page.status_code == 200
    assert "/edit/" not in body_of(page)
    assert panel("a_reader", f"{SETS}{pk}/delete/", {}).status_code == 403
