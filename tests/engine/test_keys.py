"""Keys: sorted like the texts, and what starts with a prefix is one interval."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratecards.engine import keys
from ratecards.engine.numbers import Refused

digits = st.text("0123456789", min_size=0, max_size=18)


@given(st.lists(digits, max_size=20))
def test_keys_decode_to_the_digits_they_were_made_of(prefixes):
    encoded = keys.encode_many(prefixes)
    assert keys.decode_many(encoded) == prefixes
    assert [keys.decode(key) for key in encoded] == prefixes
    assert [keys.encode(prefix) for prefix in prefixes] == encoded.tolist()


@given(digits, digits)
def test_keys_sort_as_texts_and_containment_is_an_interval(one, other):
    first, second = keys.encode(one), keys.encode(other)
    assert (first < second) == (one < other)
    span = int(keys.spans(np.array([first]))[0])
    assert (first <= second < first + span) == other.startswith(one)


@given(st.lists(digits, min_size=1))
def test_lengths_are_the_number_of_digits(prefixes):
    assert keys.lengths(keys.encode_many(prefixes)).tolist() == [len(prefix) for prefix in prefixes]


@given(st.text("0123456789", max_size=25))
def test_truncations_are_all_beginnings_longest_first(number):
    beginnings = [number[:length] for length in range(min(len(number), 18), -1, -1)]
    assert [keys.decode(key) for key in keys.truncations(number)] == beginnings
    assert [keys.decode(key) for key in keys.ancestors(number[:18])] == beginnings[1:]


@pytest.mark.parametrize("text", ["4a", "+44", "4 4", "٤٤", "4\0", "-1", "1" * 19])
def test_what_is_no_prefix_is_refused_alone_and_among_others(text):
    with pytest.raises(Refused):
        keys.encode(text)
    with pytest.raises(Refused):
        keys.encode_many(["44", text])


def test_numbers_longer_than_any_prefix_are_cut():
    assert keys.encode_number("1" * 30) == keys.encode("1" * 18)
    assert keys.encode_numbers(["1" * 30, "2"]).tolist() == [keys.encode("1" * 18), keys.encode("2")]
