"""Profit rules: the table, adding, changing, ordering, deleting."""

from decimal import Decimal

import pytest

from ratecards.models import Chunk, ProfitRule
from ratecards.store.contents import TABLES
from tests.ratecards_screens.conftest import body_of, newest, number_of, path_of, seen, text_of
from tests.roles import damaging

RULE = {"match": "^441", "type": "percent", "value": "20", "status": "profit"}


def of(shop, rest="") -> str:
    return path_of(shop.resold, f"profits/{rest}")


def matches(page) -> list[str]:
    return [rule.match for rule in page.context["rules"]]


def test_table_shows_what_a_rule_does_and_how_many_rows_it_draws(shop, panel):
    panel("a_admin", of(shop, "new/"), RULE)
    panel("a_admin", of(shop, "new/"), RULE | {"match": "447", "type": "absolute", "value": "0.06"})
    page = panel("a_admin", of(shop))
    assert [(rule.match, rule.drawn, rule.becomes) for rule in page.context["rules"]] == [
        ("^", 3, 1_500_000), ("^441", 1, 1_200_000), ("447", 1, 6_000_000)]  # fmt: skip
    assert "0.015 USD" in text_of(page)


def test_parent_that_cannot_be_read_is_told_and_the_rules_stay_in_reach(shop, panel):
    with damaging():
        Chunk.objects.filter(card=shop.retail).delete()
    TABLES.clear()
    page = panel("a_admin", of(shop))
    assert [(rule.match, rule.drawn) for rule in page.context["rules"]] == [("^", None)]
    assert "cannot be read" in text_of(panel("a_admin", of(shop, "match/"), query_params={"match": "441"}))


def test_blocked_rule_shows_no_price(shop, panel):
    panel("a_admin", of(shop, "new/"), RULE | {"status": "blocked"})
    assert panel("a_admin", of(shop)).context["rules"][1].becomes is None


def test_rule_is_added_at_the_end(shop, panel):
    assert panel("a_admin", of(shop, "new/"), RULE).status_code == 302
    rule = newest(ProfitRule)
    assert (rule.match, rule.type, rule.value, rule.position) == ("^441", "percent", Decimal(20), 2)
    assert "Stale" in text_of(panel("a_admin", path_of(shop.resold)))


def test_rule_is_changed(shop, panel):
    rule = newest(ProfitRule, card=shop.resold)
    page = panel("a_admin", of(shop, f"{rule.pk}/"))
    assert page.context["form"]["value"].value() == "0.005"
    assert panel("a_admin", of(shop, f"{rule.pk}/"), RULE | {"value": "-0.5"} | seen(page)).status_code == 302
    assert newest(ProfitRule, pk=rule.pk).value == Decimal("-0.5")


@pytest.mark.parametrize("change", [{"value": "7"}, {"connect": "0.5"}, {"status": "blocked"}])
def test_rule_changed_meanwhile_is_not_changed_back(shop, panel, change):
    rule = newest(ProfitRule, card=shop.resold)
    page = panel("a_admin", of(shop, f"{rule.pk}/"))
    assert panel("a_admin", of(shop, f"{rule.pk}/"), RULE | change | seen(page)).status_code == 302
    late = panel("a_admin", of(shop, f"{rule.pk}/"), RULE | {"value": "99"} | seen(page))
    assert late.status_code == 422
    assert "Somebody changed this meanwhile" in text_of(late)
    assert newest(ProfitRule, pk=rule.pk).value != 99


def test_rules_are_put_into_another_order(shop, panel):
    panel("a_admin", of(shop, "new/"), RULE)
    panel("a_admin", of(shop, f"{newest(ProfitRule).pk}/move/"), {"to": "up"})
    assert matches(panel("a_admin", of(shop))) == ["^441", "^"]
    panel("a_admin", of(shop, f"{newest(ProfitRule).pk}/move/"), {"to": "down"})
    assert matches(panel("a_admin", of(shop))) == ["^", "^441"]


def test_rule_is_deleted(shop, panel):
    rule = newest(ProfitRule, card=shop.resold)
    assert panel("a_admin", of(shop, f"{rule.pk}/delete/"), {}).status_code == 302
    assert number_of(ProfitRule, card=shop.resold) == 0
    assert "No profit rules" in text_of(panel("a_admin", of(shop)))


@pytest.mark.parametrize(
    ("change", "field"),
    [({"match": "44x"}, "match"), ({"match": "^(44|49"}, "match"), ({"match": "^(?=44)"}, "match"), ({"match": "1" * 16}, "match"), ({"type": "margin", "value": "100"}, "value"),
     ({"type": "absolute", "value": "-1"}, "value"), ({"value": "1e3"}, "value"), ({"value": "NaN"}, "value"), ({"value": "-101"}, "value"),
     ({"value": ""}, "value"), ({"value": "0,5"}, "value"), ({"type": "gift"}, "type"), ({"status": "free"}, "status"), ({"pulse": "0"}, "pulse"), ({"mcd": "86401"}, "mcd"), ({"connect": "-1"}, "connect"), ({"decimals": "9"}, "decimals"),
     ({"name": "a\nb"}, "name"), ({"prefix_set": "999999999"}, "prefix_set")],
)  # fmt: skip
def test_rule_that_cannot_be_is_refused_on_its_field(shop, panel, change, field):
    before = number_of(ProfitRule)
    page = panel("a_admin", of(shop, "new/"), RULE | change)
    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert number_of(ProfitRule) == before


def test_refused_change_keeps_the_rule(shop, panel):
    rule = newest(ProfitRule, card=shop.resold)
    said = seen(panel("a_admin", of(shop, f"{rule.pk}/")))
    page = panel("a_admin", of(shop, f"{rule.pk}/"), RULE | said | {"match": "x"})
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["match"])
    assert newest(ProfitRule, pk=rule.pk).match == "^"


def test_rule_of_another_card_is_404(shop, world, panel):
    foreign = newest(ProfitRule, card=shop.retail)
    for rest in (f"{foreign.pk}/", f"{foreign.pk}/delete/", f"{foreign.pk}/move/"):
        assert panel("a_admin", of(shop, rest), RULE).status_code == 404
    assert newest(ProfitRule, pk=foreign.pk).match == "^"


def test_provider_card_has_no_rules(shop, panel):
    assert panel("admin", path_of(shop.source, "profits/")).status_code == 404


def test_readers_see_the_table_and_no_buttons(shop, panel):
    page = panel("a_reader", of(shop))
    assert page.status_code == 200
    assert "profits/new/" not in body_of(page)
    assert panel("a_reader", of(shop, "new/"), RULE).status_code == 403
    assert panel("a_reader", of(shop, f"{newest(ProfitRule, card=shop.resold).pk}/delete/"), {}).status_code == 403
