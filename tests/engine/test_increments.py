"""Billed seconds, and the pair of increments that never bills less than any parent."""

from math import lcm

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratecards.engine.increments import billed_seconds, billed_seconds_many, combine, exposure, maximum, safe_pair
from tests import twin
from tests.engine.cards import examples

pairs = st.lists(
    st.tuples(st.sampled_from([0, 1, 6, 7, 20, 30, 60]), st.sampled_from([1, 2, 4, 6, 7, 10, 20, 30, 60])),
    min_size=1,
    max_size=3,
)


@pytest.mark.parametrize(
    ("mcd", "pulse", "seconds", "billed"),
    [
        (30, 6, (1, 20, 30, 31, 35, 36, 37), (30, 30, 30, 36, 36, 36, 42)),
        (60, 6, (10, 61, 67), (60, 66, 72)),
        (0, 60, (0, 1, 60, 61), (0, 60, 60, 120)),
    ],
)
def test_billed_seconds(mcd, pulse, seconds, billed):
    assert tuple(billed_seconds(second, mcd, pulse) for second in seconds) == billed


def test_a_call_within_the_grace_is_free_and_a_longer_one_is_billed_in_full():
    assert [billed_seconds(seconds, 30, 6, grace=3) for seconds in (0, 3, 4, 31)] == [0, 0, 30, 36]


@given(st.integers(0, 400), st.integers(0, 90), st.integers(1, 90), st.integers(0, 10))
def test_billed_seconds_agree_with_the_twin_alone_and_in_arrays(seconds, mcd, pulse, grace):
    expected = twin.billed(seconds, mcd, pulse, grace)
    assert billed_seconds(seconds, mcd, pulse, grace) == expected
    many = billed_seconds_many(*(np.array([value, value]) for value in (seconds, mcd, pulse, grace)))
    assert many.tolist() == [expected] * 2


@pytest.mark.parametrize(
    ("parents", "child"),
    [
        ([(1, 1), (30, 6)], (30, 6)),
        ([(60, 60), (30, 6)], (60, 60)),
        ([(60, 1), (30, 6)], (60, 6)),
        ([(30, 30), (60, 1)], (60, 30)),
        ([(1, 1), (60, 60)], (60, 60)),
    ],
)
def test_the_largest_of_both_is_safe_for_the_usual_pairs(parents, child):
    assert maximum(parents) == safe_pair(parents) == child
    assert all(twin.billed(d, *child) >= twin.billed(d, *pair) for d in range(1, 3600) for pair in parents)


@pytest.mark.parametrize(
    ("parents", "largest", "bad", "safe"),
    [([(20, 20), (30, 6)], (30, 20), 1790, (60, 60)), ([(6, 6), (7, 7)], (7, 7), 1285, (42, 42))],
)
def test_the_largest_of_both_may_bill_less_than_a_parent(parents, largest, bad, safe):
    worst = [max(twin.billed(d, *pair) for pair in parents) for d in range(1, 3600)]
    assert maximum(parents) == largest
    assert sum(twin.billed(d, *largest) < worst[d - 1] for d in range(1, 3600)) == bad
    assert safe_pair(parents) == safe
    assert combine(parents, "safe") == (safe, 0)
    assert combine(parents, "maximum") == (largest, twin.exposure(parents, largest))


def test_a_call_that_the_largest_of_both_bills_as_half_of_what_a_parent_asks():
    assert [billed_seconds(61, *pair) for pair in ((30, 6), (0, 60), (30, 60))] == [66, 120, 90]
    assert combine([(30, 6), (0, 60)], "safe") == ((60, 60), 0)


@examples(80)
@given(pairs)
def test_a_safe_pair_never_bills_less_than_a_parent(parents):
    found = safe_pair(parents)
    if found:
        assert found[1] == lcm(*(pulse for _, pulse in parents))
        assert twin.exposure(parents, found) == 0
    assert (found or combine(parents, "safe")[0]) == twin.increments(set(parents), "safe")


@examples(60)
@given(pairs, st.tuples(st.integers(0, 60), st.sampled_from([1, 4, 6, 7, 9, 60])))
def test_the_exposure_is_the_worst_call_of_all(parents, child):
    assert exposure(parents, child) == twin.exposure(parents, child)


def test_where_no_safe_pair_exists_the_exposure_is_given():
    parents = [(30, 6), (1, 6)]
    assert safe_pair(parents) is None
    pair, lost = combine(parents, "safe")
    assert pair == (30, 6)
    assert lost == twin.exposure(parents, pair) > 0


def test_pulses_without_a_common_multiple_of_31_bits_have_no_safe_pair_but_a_bounded_exposure():
    parents = [(86399, 86399), (86400, 86400), (86371, 86371)]
    assert safe_pair(parents) is None
    pair, lost = combine(parents, "safe")
    assert pair == (86400, 86400)
    assert 0 < lost <= 86400
