"""Builds whose answers were worked out by hand: compact, collapse, currency, rules, rounding, increments."""

from decimal import Decimal
from fractions import Fraction

import pytest

from ratecards.engine.merge import Parent
from ratecards.engine.rules import Rule
from ratecards.engine.table import Row, empty, from_rows
from tests.engine.cards import built, card, shown, sold, units

WAYS = ("minimum", "maximum", "average")


@pytest.mark.parametrize(("way", "price"), [("minimum", "0.0075"), ("maximum", "0.02"), ("average", "0.0125")])
def test_three_parents_of_two_prefixes_are_compacted(way, price):
    parents = [{"441": cost, "442": cost} for cost in ("0.01", "0.0075", "0.02")]
    assert sold(parents, compact=way) == {"441": price, "442": price}


@pytest.mark.parametrize(
    ("way", "prices", "shrunk"),
    [
        ("minimum", ("0.02", "0.01", "0.01"), ["44", "441"]),
        ("maximum", ("0.02", "0.012", "0.05"), ["44", "441", "441481"]),
        ("average", ("0.02", "0.011", "0.03"), ["44", "441", "441481"]),
    ],
)
def test_a_parent_answers_for_a_longer_prefix_by_its_own_longest_match(way, prices, shrunk):
    parents = [{"44": "0.02", "441": "0.01"}, {"441": "0.012", "441481": "0.05"}]
    full = dict(zip(("44", "441", "441481"), prices, strict=True))
    assert sold(parents, compact=way) == full
    assert sold(parents, compact=way, shrink=True) == {prefix: full[prefix] for prefix in shrunk}


def test_shrinking_folds_into_a_listed_prefix_and_never_invents_one():
    below = {f"44{digit}": "0.01" for digit in range(10)}
    assert sold([below | {"44": "0.01"}], shrink=True) == {"44": "0.01"}
    assert sold([below], shrink=True) == below


def test_shrinking_keeps_a_row_that_differs_in_its_seconds_or_its_block_alone():
    parent = from_rows(
        [
            Row("44", "UK", units("0.01"), mcd=1),
            Row("441", "UK", units("0.01"), mcd=30),
            Row("442", "UK", units("0.01"), mcd=1, grace=2),
            Row("443", "UK", units("0.01"), mcd=1, pulse=6),
            Row("444", "UK", units("0.01"), mcd=1, connect=1),
            Row("445", "UK", units("0.01"), mcd=1, blocked=True),
            Row("446", "another name", units("0.01"), mcd=1),
        ]
    )
    assert set(sold([parent], shrink=True)) == {"44", "441", "442", "443", "444", "445"}


def test_a_blocked_row_takes_no_part_and_does_not_fall_back():
    first, second = {"447": "0.03", "44701": "Blocked"}, {"447": "0.04"}
    assert sold([first, second], compact="minimum") == {"447": "0.03", "44701": "0.04"}
    assert sold([first], compact="minimum") == {"447": "0.03", "44701": "Blocked"}


def test_currencies_are_converted_before_they_are_compared():
    euro, dollar = Parent(card({"44": "0.0100"}), Fraction("1.0850")), Parent(card({"44": "0.0105"}))
    assert sold([euro, dollar], compact="minimum") == {"44": "0.0105"}
    assert sold([euro, dollar], compact="maximum") == {"44": "0.01085"}


def test_a_price_is_rounded_once_at_the_end():
    parents = [{"44": "0.0100"}, {"44": "0.0101"}, {"44": "0.0103"}]
    rules = [Rule("^", value=Decimal(20))]
    assert sold(parents, rules, compact="average", decimals=4, rounding="up") == {"44": "0.0122"}


@pytest.mark.parametrize(
    ("prefix", "price", "least", "most", "mean"),
    [
        ("1201200", ("0.00448", "0.00448", "0.00455"), "0.00448", "0.00455", "0.00450333"),
        ("1201201", ("0.01195", "0.01195", "0.01172"), "0.01172", "0.01195", "0.01187333"),
        ("1201202", ("0.00378", "0.0038", "0.00378"), "0.00378", "0.0038", "0.00378667"),
        ("1201203", ("0.00382", "0.0044", "0.00382"), "0.00382", "0.0044", "0.00401333"),
        ("1201208", ("0.0031", "0.0029", "0.00316"), "0.0029", "0.00316", "0.00305333"),
    ],
)
def test_three_prices_collapse_to_one(prefix, price, least, most, mean):
    for way, expected in zip(WAYS, (least, most, mean), strict=True):
        assert sold([{prefix: price}], collapse=way) == {prefix: expected}


def test_a_card_of_two_prices_collapses_these_two():
    """Its third price follows from them: it is the dearer one, and must not count twice in an average."""
    parent = Parent(card({"1212": ("0.03", "0.01", "0.03")}), two_prices=True)
    for way, price in (("average", "0.02"), ("maximum", "0.03"), ("minimum", "0.01")):
        assert sold([parent], collapse=way) == {"1212": price}


def test_a_card_of_two_prices_reports_the_calls_that_it_sells_below_cost():
    """Other calls pay the dearer of the two, whatever the parent asks for them."""
    parent = {"1": ("0.05", "0.01", "0.02"), "12": ("0.02", "0.01", "0.02")}
    made = built([parent], [Rule("^", value=Decimal(10))], presentation="split", two_prices=True)
    assert {row.prefix: row[2:5] for row in made.table.rows()} == {
        prefix: (units("0.022"), units("0.011"), units("0.022")) for prefix in ("1", "12")}  # fmt: skip
    assert [(one.prefix, one.column) for one in made.report.below_examples] == [("1", "cost")]


def test_collapse_happens_inside_each_card_before_compact_across_them():
    one, other = from_rows([Row("1", "", 3, 1, 3)]), from_rows([Row("1", "", 3, 3, 1)])
    assert built([one, other], collapse="maximum", compact="minimum").table.cost.tolist() == [3]


@pytest.mark.parametrize(
    ("collapse", "compact", "price"),
    [("maximum", "minimum", "0.025"), ("minimum", "maximum", "0.025"), ("average", "minimum", "0.02")],
)
def test_a_split_card_is_compared_with_one_of_a_single_price(collapse, compact, price):
    split, single = {"1": ("0.020", "0.010", "0.030")}, {"1": "0.025"}
    assert sold([split, single], collapse=collapse, compact=compact) == {"1": price}


def test_a_single_price_is_given_for_all_three_of_a_split_card():
    table = built([{"1": "0.01"}, {"1201": ("0.02", "0.005", "0.03")}], presentation="split").table
    assert [row[2:5] for row in table.rows()] == [(units("0.01"),) * 3, (units("0.02"), units("0.01"), units("0.03"))]


def test_a_flat_parent_competes_at_every_longer_prefix():
    flat, detailed = {"1": "0.0040"}, {"1201200": "0.0050", "1201201": "0.0030"}
    assert sold([flat, detailed], compact="minimum") == {"1": "0.004", "1201200": "0.004", "1201201": "0.003"}


def test_rules_choose_what_is_sold_and_at_which_price():
    parent = {
        "44": "0.02",
        "441": "0.01",
        "441481": "0.05",
        "447": "0.03",
        "49": "0.008",
        "4915": "0.02",
        "33": "0.01",
    }
    rules = [
        Rule("^44", value=Decimal(20)),
        Rule("^447", "relative", Decimal("0.005")),
        Rule("441481", "absolute", Decimal("0.06")),
        Rule("^49", value=Decimal(10)),
    ]
    made = built([parent], rules, decimals=4, rounding="up")
    assert shown(made.table) == {
        "44": "0.024",
        "441": "0.012",
        "441481": "0.06",
        "447": "0.035",
        "49": "0.0088",
        "4915": "0.022",
    }
    assert made.rule.tolist() == [0, 0, 2, 1, 3, 3]
    assert (made.report.not_drawn, made.report.rows, made.report.unmatched) == (1, 6, ())


@pytest.mark.parametrize(
    ("cost", "prices"),
    [
        ("0.00448", ("0.0054", "0.0053", "0.0054", "0.0054")),
        ("0.01195", ("0.0144", "0.0143", "0.0143", "0.0143")),
        ("0.00378", ("0.0046", "0.0045", "0.0045", "0.0045")),
    ],
)
def test_the_four_ways_to_round_a_price(cost, prices):
    for way, price in zip(("up", "down", "half_up", "half_down"), prices, strict=True):
        assert sold([{"1": cost}], [Rule("^", value=Decimal(20))], decimals=4, rounding=way) == {"1": price}


def test_markup_and_margin_differ():
    assert sold([{"1": "0.01"}], [Rule("^", "percent", Decimal(20))]) == {"1": "0.012"}
    assert sold([{"1": "0.01"}], [Rule("^", "margin", Decimal(20))]) == {"1": "0.0125"}


def test_the_worked_example_of_three_parents_and_two_rules():
    parents = [
        {"44": "0.01", "447": "0.03", "4479": "0.025"},
        {"44": "0.012", "4477": "Blocked"},
        {"4": "0.009", "447": "0.031"},
    ]
    rules = [Rule("^"), Rule("^447", value=Decimal(20)), Rule("4475", "absolute", Decimal("0.05"))]
    prefixes = ("4", "44", "447", "4475", "4477", "4479")
    for way, *prices in (
        ("maximum", "0.009", "0.012", "0.0372", "0.05", "0.0372", "0.0372"),
        ("minimum", "0.009", "0.009", "0.0144", "0.05", "0.036", "0.0144"),
        ("average", "0.009", "0.0103", "0.0292", "0.05", "0.0366", "0.0272"),
    ):
        assert sold(parents, rules, compact=way, decimals=4) == dict(zip(prefixes, prices, strict=True))
    assert built(parents, rules).report.literal_rows == 1


def test_two_levels_end_to_end():
    master = built(
        [{"44": "0.0200", "441": "0.0100", "447": "0.0300"}, {"44": "0.0180", "441481": "0.0500"}],
        [Rule("^", value=Decimal(10))],
        decimals=4,
        rounding="up",
    ).table
    assert shown(master) == {"44": "0.022", "441": "0.0198", "441481": "0.055", "447": "0.033"}
    reseller = sold([master], [Rule("^", "relative", Decimal("0.0050"))], decimals=4)
    assert reseller == {"44": "0.027", "441": "0.0248", "441481": "0.06", "447": "0.038"}


def test_a_blocking_rule_writes_a_blocked_row():
    assert sold([{"447": "0.03"}], [Rule("^"), Rule("^4470", status="blocked")]) == {"447": "0.03", "4470": "Blocked"}


def test_overrides_of_a_rule_replace_what_the_parents_say():
    parent = from_rows([Row("44", "UK", units("0.01234"), connect=5, mcd=60, pulse=60), Row("49", "Germany", 0)])
    rule = Rule("^44", decimals=2, mcd=1, pulse=6, name="Britain", connect=9)
    made = built([parent], [rule, Rule("^")])
    assert made.table.row(0) == Row("44", "Britain", units("0.01"), connect=9, mcd=1, pulse=6)
    assert made.table.row(1).name == "Germany"
    assert made.report.unsafe == ((((60, 60),), (1, 6), 59, 1),)


def test_increments_grace_and_fee_are_the_worst_case_of_the_live_parents():
    parents = [
        from_rows([Row("44", "", 1, connect=7, mcd=20, pulse=20, grace=5)]),
        from_rows([Row("44", "", 1, connect=3, mcd=30, pulse=6, grace=2)]),
        from_rows([Row("44", "", 1, connect=99, mcd=90, pulse=90, blocked=True)]),
    ]
    assert built(parents).table.row(0) == Row("44", "", 1, connect=7, mcd=60, pulse=60, grace=2)
    largest = built(parents, increments="maximum")
    assert largest.table.row(0) == Row("44", "", 1, connect=7, mcd=30, pulse=20, grace=2)
    (unsafe,) = largest.report.unsafe
    assert (unsafe.parents, unsafe.child, unsafe.rows) == (((20, 20), (30, 6)), (30, 20), 1)
    assert unsafe.exposure >= 10


def test_only_what_all_parents_cover_can_be_sold():
    parents = [{"44": "0.01", "447": "0.02"}, {"447": "0.03"}]
    assert sold(parents, covered_by_all=True) == {"447": "0.03"}


def test_an_empty_parent_gives_an_empty_card_of_the_right_columns():
    assert built([empty()]).table == empty()
    assert built([empty(("cost", "intra", "inter"))], presentation="split").table.presented == (
        "cost",
        "intra",
        "inter",
    )
