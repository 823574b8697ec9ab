"""What a build warns of, and what it refuses: prices that lose money, prefixes that nobody meant to sell."""

from decimal import Decimal
from fractions import Fraction

import pytest

from ratecards.engine.build import build
from ratecards.engine.merge import Parent
from ratecards.engine.numbers import Refused
from ratecards.engine.options import Options
from ratecards.engine.rules import Rule
from tests.engine.cards import built, card, shown, units

ALL = [Rule("^")]


def test_a_dearer_prefix_below_a_plain_match_is_reported():
    parent = {"441": "0.01", "441481": "0.05"}
    made = built([parent], [Rule("441", "relative", Decimal("0.002"))])
    assert shown(made.table) == {"441": "0.012"}
    assert made.report.dearer == 1
    assert made.report.dearer_examples == (("441481", units("0.05"), "441", units("0.012")),)
    made = built([parent], [Rule("^441", "relative", Decimal("0.002"))])
    assert shown(made.table) == {"441": "0.012", "441481": "0.052"}
    assert made.report.dearer == 0


def test_a_prefix_blocked_by_all_parents_and_not_drawn_is_reported():
    made = built([{"44": "0.01", "447": "Blocked"}], [Rule("44")])
    assert shown(made.table) == {"44": "0.01"}
    assert made.report.dearer_examples == (("447", None, "44", units("0.01")),)


def test_a_removed_prefix_is_sold_by_the_shorter_one_and_reported():
    made = built([{"447": "0.03", "4470": "0.02"}], [Rule("^"), Rule("4470", status="remove")])
    assert shown(made.table) == {"447": "0.03"}
    assert made.report.removed_under_examples == (("4470", units("0.02"), "447", units("0.03")),)
    assert (made.report.removed, made.report.dearer) == (1, 0)


def test_the_report_counts_rows_below_the_dearest_parent():
    made = built([{"44": "0.01", "49": "0.01"}, {"44": "0.02"}], compact="minimum")
    assert (made.report.below, made.report.below_examples) == (1, (("44", "cost", units("0.01"), units("0.02")),))
    assert built([{"44": "0.01"}, {"44": "0.02"}]).report.below == 0


def test_a_rule_that_matches_nothing_is_reported():
    assert built([{"44": "0.01"}], [Rule("^"), Rule("^49"), Rule("^44", columns=("intra",))]).report.unmatched == (1, 2)


def test_a_column_without_a_rule_is_refused_unless_sold_at_cost():
    parent, rules = {"1201": ("0.02", "0.01", "0.03")}, [Rule("^", value=Decimal(50), columns=("cost", "inter"))]
    with pytest.raises(Refused) as refused:
        built([parent], rules, presentation="split")
    assert (refused.value.code, "intra" in refused.value.message, "1201" in refused.value.message) == (
        "column_uncovered",
        True,
        True,
    )
    table = built([parent], rules, presentation="split", uncovered_at_cost=True).table
    assert table.row(0)[2:5] == (units("0.03"), units("0.01"), units("0.045"))


def test_a_price_below_nothing_names_the_prefix_and_the_rule():
    with pytest.raises(Refused, match="Rule 2 makes the price of 447 below 0") as refused:
        built([{"44": "0.03", "447": "0.02"}], [Rule("^"), Rule("^447", "relative", Decimal("-0.03"))])
    assert refused.value.code == "price_negative"


@pytest.mark.parametrize(
    ("parents", "rules", "options", "code"),
    [
        ([], ALL, {}, "parents_none"),
        ([{"1": "1"}], [], {}, "rules_none"),
        ([Parent(card({"1": "1"}), Fraction(0))], ALL, {}, "parent_rate"),
        ([{"1": "1"}], ALL, {"compact": "median"}, "option"),
        ([{"1": "1"}], ALL, {"rounding": "even"}, "rounding_method"),
        ([{"1": "1"}], ALL, {"decimals": 9}, "rounding_decimals"),
        ([{"1": "99999"}], [Rule("^", value=Decimal(200))], {}, "price_high"),
    ],
)
def test_what_cannot_be_built_is_refused(parents, rules, options, code):
    parents = [parent if isinstance(parent, Parent) else Parent(card(parent)) for parent in parents]
    with pytest.raises(Refused) as refused:
        build(parents, rules, Options(**options))
    assert refused.value.code == code
