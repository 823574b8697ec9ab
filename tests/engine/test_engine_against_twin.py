"""The engine and its plain twin agree on random cards: every rule, every option, numbers of every length."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratecards.engine.build import build
from ratecards.engine.lookup import find, find_many
from ratecards.engine.merge import Parent
from ratecards.engine.numbers import MAX_PRICE, Refused
from ratecards.engine.options import Options
from ratecards.engine.rules import Rule
from ratecards.engine.table import RateTable, from_rows
from tests import twin
from tests.engine import cards

parents = st.lists(st.tuples(cards.twin_cards(), st.sampled_from(cards.RATES)), min_size=1, max_size=4)
rule_lists = st.lists(cards.rules(), min_size=1, max_size=5)


def engine(pairs):
    return [Parent(from_rows(card.values()), rate) for card, rate in pairs]


def figures(row):
    """What is billed or routed: the prefix and the name do not count."""
    return row[2:]


def as_dict(table: RateTable):
    return {row.prefix: row for row in table.rows()}


@cards.examples(100)
@given(parents, rule_lists, cards.options)
def test_build_equals_the_twin(pairs, rules, options):
    expected = twin.build(pairs, rules, options)
    built = build(engine(pairs), rules, options)
    assert as_dict(built.table) == expected
    assert [rules[at].status for at in built.rule.tolist()].count("remove") == 0
    whole = replace(options, shrink=False)
    report = build(engine(pairs), rules, whole).report
    assert {"below": report.below, "dearer": report.dearer, "removed_under": report.removed_under} == twin.counts(
        pairs, rules, whole
    )


@cards.examples(50)
@given(parents, rule_lists, cards.options, st.lists(cards.numbers, min_size=1, max_size=12))
def test_a_number_is_sold_at_what_the_parents_and_rules_say_for_it(pairs, rules, options, numbers):
    table = build(engine(pairs), rules, options).table
    full = replace(options, shrink=False)
    for number in numbers:
        place = find(table, number)
        expected = twin.answer(pairs, rules, full, number)
        if expected is None:
            assert place == -1
        else:
            assert figures(table.row(place)) == figures(expected)


@cards.examples(50)
@given(parents, st.sampled_from(["maximum", "minimum", "average"]), st.lists(cards.numbers, min_size=1, max_size=12))
def test_a_card_with_one_rule_for_all_needs_no_union_to_be_checked(pairs, compact, numbers):
    """Each number is combined from the parents' own answers for the number itself, not for a prefix of it."""
    options = Options(compact=compact, decimals=8)
    rules = [Rule("^", type="percent", value=cards.Decimal("12.5"))]
    table = build(engine(pairs), rules, options).table
    for number in numbers:
        rows = [(twin.lpm(card, number), rate) for card, rate in pairs]
        live = [twin.presented(row, "cost", options) * rate for row, rate in rows if row and not row.blocked]
        place = find(table, number)
        assert (place >= 0) == any(row for row, _ in rows)
        if place >= 0:
            assert bool(table.blocked[place]) == (not live)
            expected = twin.rounded(twin.WAYS[compact](live) * Fraction(9, 8), 8, "half_up") if live else 0
            assert int(table.cost[place]) == expected


@cards.examples(50)
@given(
    st.lists(st.tuples(cards.twin_cards(cards.HUGE), st.sampled_from(cards.RATES)), min_size=1, max_size=3),
    st.lists(cards.rules(), min_size=1, max_size=3),
    cards.options,
)
def test_prices_beyond_64_bits_on_the_way_are_exact_or_refused(pairs, rules, options):
    expected = twin.build(pairs, rules, replace(options, shrink=False))
    highest = max((max(row.cost, row.intra or 0, row.inter or 0, row.connect) for row in expected.values()), default=0)
    if highest > MAX_PRICE:
        with pytest.raises(Refused, match="above the highest price"):
            build(engine(pairs), rules, replace(options, shrink=False))
    else:
        assert as_dict(build(engine(pairs), rules, replace(options, shrink=False)).table) == expected


@cards.examples(40)
@given(parents, rule_lists, cards.options, st.randoms())
def test_order_of_rows_and_parents_changes_no_figure(pairs, rules, options, random):
    mixed = [(dict(random.sample(list(card.items()), len(card))), rate) for card, rate in pairs]
    assert build(engine(mixed), rules, options).table == build(engine(pairs), rules, options).table
    random.shuffle(mixed)
    other = build(engine(mixed), rules, options).table
    plain = build(engine(pairs), rules, options).table
    assert [(row.prefix, figures(row)) for row in other.rows()] == [(row.prefix, figures(row)) for row in plain.rows()]


@cards.examples(40)
@given(parents)
def test_every_prefix_of_every_parent_is_in_the_child_and_maximum_average_minimum_are_in_order(pairs):
    most, mean, least = (
        build(engine(pairs), [Rule("^")], Options(compact=way, decimals=8)).table
        for way in ("maximum", "average", "minimum")
    )
    assert {row.prefix for row in most.rows()} == {prefix for card, _ in pairs for prefix in card}
    assert (most.cost >= mean.cost).all()
    assert (mean.cost >= least.cost).all()


@cards.examples(40)
@given(cards.twin_cards(split=False))
def test_a_child_of_one_parent_without_profit_is_that_parent(card):
    parent = from_rows(card.values())
    child = build([Parent(parent)], [Rule("^")], Options(decimals=8, increments="maximum")).table
    assert [row.prefix for row in child.rows()] == [row.prefix for row in parent.rows()]
    for row, own in zip(child.rows(), parent.rows(), strict=True):
        assert row == own or (row.blocked and own.blocked)


@cards.examples(40)
@given(parents, rule_lists, rule_lists, cards.options, st.lists(cards.numbers, min_size=1, max_size=8))
def test_two_levels_are_two_builds_of_the_twin(pairs, first, second, options, numbers):
    middle = build(engine(pairs), first, options).table
    child = build([Parent(middle)], second, options).table
    expected = twin.build([(twin.build(pairs, first, options), Fraction(1))], second, options)
    for number in numbers:
        place, wanted = find(child, number), twin.lpm(expected, number)
        assert (None if place < 0 else child.row(place)) == wanted


@cards.examples(50)
@given(parents, rule_lists, cards.options)
def test_a_shrunk_card_answers_alike_and_has_no_row_equal_to_the_one_above(pairs, rules, options):
    full = build(engine(pairs), rules, replace(options, shrink=False))
    small = build(engine(pairs), rules, replace(options, shrink=True))
    assert small.report.rows == len(small.table) == len(full.table) - small.report.shrunk
    places = find_many(small.table, full.table.keys)
    assert (places >= 0).all()
    assert [figures(small.table.row(int(at))) for at in places] == list(map(figures, full.table.rows()))
    above = small.table.ancestors
    for row, upper in zip(small.table.rows(), above.tolist(), strict=True):
        assert upper < 0 or figures(row) != figures(small.table.row(upper))
