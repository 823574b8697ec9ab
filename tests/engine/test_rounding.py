"""The four ways to round: exact on integers, one by one and in arrays."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratecards.engine.numbers import Refused
from ratecards.engine.rounding import METHODS, divide, to_decimals
from tests import twin
from tests.engine.cards import units

methods = st.sampled_from(METHODS)


@given(st.integers(-(10**6), 10**6), st.integers(1, 10**4), methods)
def test_rounding_agrees_with_the_twin(numerator, denominator, method):
    assert divide(numerator, denominator, method) == twin.rounded(Fraction(numerator, denominator), 8, method)


@given(st.lists(st.integers(-(2**60), 2**60), min_size=1), st.integers(1, 2**60), methods)
def test_arrays_round_as_single_figures_do(numerators, denominator, method):
    rounded = divide(np.array(numerators, dtype=np.int64), denominator, method)
    assert rounded.tolist() == [divide(numerator, denominator, method) for numerator in numerators]


@pytest.mark.parametrize(
    ("method", "price"), [("up", "0.1235"), ("down", "0.1234"), ("half_up", "0.1235"), ("half_down", "0.1234")]
)
def test_a_half_goes_where_the_method_says(method, price):
    assert to_decimals(units("0.12345"), 1, 4, method) == units(price)


@pytest.mark.parametrize(("decimals", "price"), [(2, "0.01"), (3, "0.002"), (4, "0.0018"), (5, "0.00175")])
def test_rounding_up_to_fewer_decimals(decimals, price):
    assert to_decimals(units("0.00175"), 1, decimals, "up") == units(price)


@pytest.mark.parametrize(("decimals", "method"), [(4, "even"), (-1, "up"), (9, "up"), (True + 0.5, "up")])
def test_an_unknown_method_or_number_of_decimals_is_refused(decimals, method):
    with pytest.raises(Refused):
        to_decimals(1, 1, decimals, method)
