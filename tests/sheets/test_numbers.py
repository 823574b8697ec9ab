"""The one parser of prefixes, prices and seconds takes what is exact and refuses what is doubtful."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ratecards.engine.numbers import (
    MAX_PRICE,
    UNITS,
    Refused,
    format_units,
    from_units,
    parse_prefix,
    parse_price,
    parse_seconds,
    to_units,
)

HUGE = ["1" * 100_000, "(" * 100_000, "%" * 100_000, "1 " * 50_000, "1," * 50_000, "e\u0301" * 50_000, "\\" * 100_000]


def code(parse, *arguments):
    with pytest.raises(Refused) as refused:
        parse(*arguments)
    assert len(refused.value.message) < 300
    return refused.value.code


@pytest.mark.parametrize(
    ("text", "digits"), [("44", "44"), (" 44 ", "44"), ("+44", "44"), ("'44", "44"), ("\u00a044", "44"), ("0", "0")]
)
def test_prefix_is_taken(text, digits):
    assert parse_prefix(text) == digits


@pytest.mark.parametrize(
    ("text", "units"),
    [("0", 0), ("0.01", 1_000_000), (".5", 50_000_000), ("5.", 5 * UNITS), ("00012.10", 1_210_000_000)]
    + [("0.00000001", 1), ("0.1000000000000", 10_000_000), ("100000", MAX_PRICE)],
)
def test_price_is_taken_exactly(text, units):
    assert parse_price(text) == units


@pytest.mark.parametrize(("text", "units"), [("0,0123", 1_230_000), (",5", 50_000_000), ("5", 5 * UNITS)])
def test_price_with_decimal_comma(text, units):
    assert parse_price(text, decimal_comma=True) == units


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1.5", "price_dot"), ("1.234,5", "price_thousands"), ("1,2,3", "price_thousands"), (",", "price_empty")]
    + [(".", "price_empty"), ("1.2.3", "price_thousands"), ("-1,5", "price_negative")],
)
def test_price_with_decimal_comma_is_never_guessed(text, expected):
    assert code(parse_price, text, True) == expected


@pytest.mark.parametrize("text", HUGE, ids=range(len(HUGE)))
@pytest.mark.parametrize("parse", [parse_prefix, parse_price, lambda text: parse_seconds(text, 0)])
def test_endless_input_is_refused_in_one_short_sentence(parse, text):
    assert code(parse, text)


@pytest.mark.parametrize(("text", "least", "seconds"), [("0", 0, 0), ("1", 1, 1), (" 60 ", 1, 60), ("86400", 1, 86400)])
def test_seconds_are_taken(text, least, seconds):
    assert parse_seconds(text, least) == seconds


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", "seconds_empty"), ("0", "seconds_low"), ("-5", "seconds_low"), ("86401", "seconds_high")]
    + [("1.0", "seconds_characters"), ("1e2", "seconds_characters"), ("٦٠", "seconds_characters")],
)
def test_seconds_are_refused(text, expected):
    assert code(parse_seconds, text, 1) == expected


@pytest.mark.parametrize(
    ("amount", "expected"),
    [("NaN", "price_nan"), ("sNaN", "price_nan"), ("-Infinity", "price_infinite"), ("1E-9", "price_decimals")]
    + [("1E+999999", "price_high"), ("-100000.00000001", "price_high"), ("1E-999999", "price_decimals")],
)
def test_decimal_that_is_no_price_is_refused(amount, expected):
    assert code(to_units, Decimal(amount)) == expected


@given(st.integers(-MAX_PRICE, MAX_PRICE))
def test_units_decimals_and_text_agree(units):
    assert to_units(from_units(units)) == units
    assert Decimal(format_units(units)) == from_units(units)
    assert "E" not in format_units(units)
    if units >= 0:
        assert parse_price(format_units(units)) == units
        assert parse_price(format_units(units).replace(".", ","), decimal_comma=True) == units


def test_sign_of_a_decimal_stays():
    assert to_units(Decimal("-1.5")) == -150_000_000
    assert format_units(-150_000_000) == "-1.5"


@given(st.text(max_size=20))
def test_any_text_is_read_or_refused(text):
    for parse in (
        parse_prefix,
        parse_price,
        lambda given: parse_price(given, True),
        lambda given: parse_seconds(given, 0),
    ):
        try:
            parse(text)
        except Refused as refused:
            assert refused.code and refused.message
