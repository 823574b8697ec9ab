"""What a call costs: documented figures, and one rounding per call."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratecards.engine.charge import charge_call, charge_many, connect_of_two_prices, whole_seconds
from ratecards.engine.numbers import MAX_PRICE, Refused
from ratecards.engine.table import Row, from_rows
from tests import twin
from tests.engine.cards import units

amounts = st.integers(0, MAX_PRICE) | st.integers(0, 10**9)


@pytest.mark.parametrize(
    ("mcd", "pulse", "billed", "charge"),
    [(6, 6, 12, "0.003"), (12, 6, 12, "0.003"), (30, 6, 30, "0.0075"), (60, 6, 60, "0.015")],
)
def test_seven_seconds_by_four_increments(mcd, pulse, billed, charge):
    row = Row("44", "", units("0.015"), mcd=mcd, pulse=pulse)
    assert charge_call(row, 7) == (billed, units(charge))


@pytest.mark.parametrize(
    ("method", "seconds"),
    [
        ("down", (60, 60, 60, 60, 60)),
        ("up", (60, 61, 61, 61, 61)),
        ("half_up", (60, 60, 60, 61, 61)),
        ("half_down", (60, 60, 60, 60, 61)),
    ],
)
def test_durations_are_rounded_before_the_increments(method, seconds):
    durations = ("60.0", "60.1", "60.4", "60.5", "60.6")
    assert tuple(whole_seconds(Decimal(duration), method) for duration in durations) == seconds


@pytest.mark.parametrize("duration", [1.5, Decimal(-1), Decimal("Infinity")])
def test_what_is_no_exact_duration_is_refused(duration):
    with pytest.raises(Refused):
        whole_seconds(duration, "up")


def test_calls_are_rounded_one_by_one_and_summed_after_that():
    row = Row("44", "", units("0.005"))
    seconds = whole_seconds(Decimal("9.1"), "down")
    assert 100 * charge_call(row, seconds, 4, "up").amount == units("0.08")


def test_the_fee_is_charged_once_and_only_for_a_call():
    row = Row("44", "", units("0.012"), connect=units("0.005"), mcd=1)
    assert charge_call(row, 10, 4) == (10, units("0.007"))
    assert charge_call(row, 0, 4) == (0, 0)
    assert charge_call(row._replace(grace=10), 10, 4) == (0, 0)


@pytest.mark.parametrize(("price", "charge"), [("0.05", "0.0625"), ("0.055", "0.0688"), ("0.06", "0.075")])
def test_seventy_five_seconds_at_three_tiers(price, charge):
    assert charge_call(Row("441481", "", units(price), mcd=1), 75, 4, "up") == (75, units(charge))


def test_a_blocked_prefix_and_a_missing_price_are_not_charged():
    with pytest.raises(Refused, match="Blocked"):
        charge_call(Row("44", "", 1, blocked=True), 10)
    with pytest.raises(Refused, match="no intra"):
        charge_call(Row("44", "", 1), 10, column="intra")


@given(
    st.lists(st.tuples(amounts, amounts, st.integers(0, 60), st.integers(1, 60), st.integers(0, 9)), min_size=1),
    st.lists(st.integers(0, 86_400), min_size=1, max_size=20),
    st.integers(0, 8),
    st.sampled_from(["up", "down", "half_up", "half_down"]),
)
def test_many_calls_cost_what_each_costs_by_the_twin(figures, seconds, decimals, method):
    rows = [
        Row(str(number + 1), "", cost, None, None, connect, mcd, pulse, grace)
        for number, (cost, connect, mcd, pulse, grace) in enumerate(figures)
    ]
    table = from_rows(rows)
    places = np.arange(len(seconds)) % len(rows)
    billed, charges = charge_many(table, places, np.array(seconds), decimals, method)
    called = [table.row(int(place)) for place in places]
    calls = list(zip(called, seconds, strict=True))
    assert charges.tolist() == [twin.charge(row, second, decimals, method) for row, second in calls]
    assert list(zip(billed.tolist(), charges.tolist(), strict=True)) == [
        charge_call(row, second, decimals, method) for row, second in calls
    ]


@pytest.mark.parametrize(
    ("places", "seconds", "code"),
    [([0, -1], [1, 1], "rate_missing"), ([0, 1], [1, 1], "rate_blocked"), ([0, 0], [1, 86_401], "duration")],
)
def test_a_batch_with_a_call_that_cannot_be_rated_is_refused(places, seconds, code):
    table = from_rows([Row("1", "", 5), Row("2", "", 5, blocked=True)])
    with pytest.raises(Refused) as refused:
        charge_many(table, np.array(places), np.array(seconds))
    assert refused.value.code == code


def test_the_highest_price_is_charged_exactly_for_the_longest_call_and_a_higher_one_is_refused():
    highest = from_rows([Row("1", "", MAX_PRICE, connect=MAX_PRICE, mcd=86_399, pulse=86_400)])
    billed, charges = charge_many(highest, np.array([0]), np.array([86_400]))
    assert (billed.tolist(), charges.tolist()) == ([172_799], [MAX_PRICE + MAX_PRICE * 172_799 // 60])
    with pytest.raises(Refused, match="higher than any"):
        charge_many(from_rows([Row("1", "", 10**15)]), np.array([0]), np.array([86_400]))


def test_two_prices_become_one_price_and_a_fee():
    assert connect_of_two_prices(5, 120, 60, 30) == 35
    assert connect_of_two_prices(0, 7, 0, 1) == Fraction(7, 60)
    with pytest.raises(Refused, match="first interval"):
        connect_of_two_prices(10**9, 60, 120, 1)
