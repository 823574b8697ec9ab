"""An explained row ends in the very row that was built, and every step of it is the documented one."""

from dataclasses import replace
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from ratecards.engine.build import build
from ratecards.engine.explain import explain
from ratecards.engine.merge import Parent
from ratecards.engine.options import Options
from ratecards.engine.rules import Rule
from ratecards.engine.table import from_rows
from tests import twin
from tests.engine import cards

parents = st.lists(st.tuples(cards.twin_cards(), st.sampled_from(cards.RATES)), min_size=1, max_size=4)
rule_lists = st.lists(cards.rules(), min_size=1, max_size=5)


def explained(prefix, pairs, rules, options):
    return explain(prefix, [twin.lpm(card, prefix) for card, _ in pairs], [rate for _, rate in pairs], rules, options)


@cards.examples(100)
@given(parents, rule_lists, cards.options)
def test_every_row_is_explained_and_what_is_no_row_says_why(pairs, rules, options):
    built = build(
        [Parent(from_rows(card.values()), rate) for card, rate in pairs], rules, replace(options, shrink=False)
    )
    stored = {row.prefix: row for row in built.table.rows()}
    drawn = dict(zip(stored, built.rule.tolist(), strict=True))
    for prefix in twin.members(pairs, rules):
        found = explained(prefix, pairs, rules, options)
        assert found.row == stored.get(prefix)
        assert (
            found.rule == drawn[prefix]
            if prefix in stored
            else found.outcome in ("removed", "not_drawn", "not_covered")
        )
        assert (found.outcome == "blocked") == (prefix in stored and stored[prefix].blocked)


@cards.examples(60)
@given(st.lists(st.tuples(cards.twin_cards(split=True), st.sampled_from(cards.RATES), st.booleans()), min_size=1, max_size=3), rule_lists,
       cards.options, st.booleans())  # fmt: skip
def test_cards_of_two_prices_are_explained_as_they_are_built(parents, rules, options, two_prices):
    options = replace(options, shrink=False)
    two_prices = two_prices and options.presentation == "split"
    listed = [Parent(from_rows(card.values()), rate, of_two) for card, rate, of_two in parents]
    built = build(listed, rules, options, two_prices=two_prices).table
    for row in built.rows():
        rows = [twin.lpm(card, row.prefix) for card, _, _ in parents]
        found = explain(row.prefix, rows, [rate for _, rate, _ in parents], rules, options, two_prices=two_prices,
                        parents_of_two=[of_two for _, _, of_two in parents])  # fmt: skip
        assert found.row == row
        assert not two_prices or row.cost == max(row.intra, row.inter)


def test_the_steps_of_one_price():
    """Two currencies, three columns collapsed by average, compacted by average, 20 % on top, rounded up once."""
    euro, dollar = cards.card({"44": ("0.0100", "0.0110", "0.0105")}), cards.card({"441": "0.0103"})
    options = Options(compact="average", collapse="average", rounding="up", decimals=4)
    rules = [Rule("^44", value=cards.Decimal(20)), Rule("^")]
    pairs = [
        ({row.prefix: row for row in table.rows()}, rate)
        for table, rate in ((euro, Fraction("1.085")), (dollar, Fraction(1)))
    ]
    found = explained("441", pairs, rules, options)
    assert [one.row.prefix for one in found.parents] == ["44", "441"]
    assert [one.own["cost"] for one in found.parents] == [1_050_000, 1_030_000]
    assert [one.worth["cost"] for one in found.parents] == [1_139_250, 1_030_000]
    (price,) = found.columns
    assert (price.cost, price.rule, price.exact, price.price) == (1_084_625, 0, 1_301_550, cards.units("0.0131"))


def test_a_prefix_that_nobody_lists():
    found = explained("7", [({}, Fraction(1))], [Rule("^")], Options())
    assert (found.outcome, found.row) == ("not_listed", None)
