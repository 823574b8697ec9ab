"""Tables: sorted, without doubles, and every row knows the nearest one above it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratecards.engine import keys
from ratecards.engine.lookup import find, find_many
from ratecards.engine.numbers import Refused
from ratecards.engine.table import Row, concat, empty, from_rows
from tests import twin
from tests.engine.cards import examples, numbers, prefixes, twin_cards


@examples(100)
@given(twin_cards())
def test_rows_come_back_sorted_by_prefix(card):
    assert from_rows(card.values()).rows() == sorted(card.values())
    assert from_rows(row._asdict() for row in card.values()) == from_rows(card.values())


def test_a_prefix_listed_twice_is_refused_by_name():
    with pytest.raises(Refused, match="447 is listed twice") as refused:
        from_rows([Row("447"), Row("44"), Row("447")])
    assert refused.value.code == "rate_duplicate"


def test_a_price_column_filled_in_some_rows_only_is_refused_by_name():
    with pytest.raises(Refused, match="442 has no intra price"):
        from_rows([Row("441", "", 1, 1, 1), Row("442", "", 1, None, 1)])
    with pytest.raises(Refused, match="442 has no cost price"):
        from_rows([Row("441", "", 1), Row("442", "", None)])


@examples(80)
@given(st.sets(prefixes, max_size=40))
def test_the_ancestor_is_the_nearest_row_above(given_prefixes):
    ordered = sorted(given_prefixes)
    table = from_rows(Row(prefix) for prefix in ordered)
    for prefix, above in zip(ordered, table.ancestors.tolist(), strict=True):
        shorter = [other for other in ordered if prefix.startswith(other) and other != prefix]
        assert above == (ordered.index(max(shorter, key=len)) if shorter else -1)


@examples(80)
@given(twin_cards(), st.lists(numbers, min_size=1))
def test_the_longest_match_is_found_alone_and_among_many(card, given_numbers):
    table = from_rows(card.values())
    expected = [twin.lpm(card, number) for number in given_numbers]
    places = [find(table, number) for number in given_numbers]
    assert [None if place < 0 else table.row(place) for place in places] == expected
    assert find_many(table, keys.encode_numbers(given_numbers)).tolist() == places


def test_tables_that_follow_one_another_become_one():
    rows = [Row(str(number), f"name {number % 3}", number) for number in range(1, 10)]
    assert concat([from_rows(rows[:4]), empty(), from_rows(rows[4:])]) == from_rows(rows)
    with pytest.raises(ValueError, match="overlap"):
        concat([from_rows(rows[3:]), from_rows(rows[:4])])
    with pytest.raises(ValueError, match="different price columns"):
        concat([from_rows(rows[:4]), from_rows([Row("99", "", 1, 1, 1)])])


@pytest.mark.parametrize("change", ["prefix", "name", "cost", "connect", "mcd", "pulse", "grace", "blocked"])
def test_tables_that_differ_in_one_figure_are_not_equal(change):
    row = Row("44", "UK", 1)
    other = row._replace(**{change: {"prefix": "45", "name": "US", "blocked": True}.get(change, 9)})
    assert from_rows([row]) == from_rows([row])
    assert from_rows([row]) != from_rows([other])
    assert from_rows([row]) != from_rows([row._replace(intra=1)])


def test_a_slice_keeps_its_rows():
    table = from_rows(Row(str(number), str(number), number) for number in range(1, 10))
    assert table.rows(2, 4) == [table.row(2), table.row(3)]
    assert table.take(np.array([0, 8])).rows() == [table.row(0), table.row(8)]
