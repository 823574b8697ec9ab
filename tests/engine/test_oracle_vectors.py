"""Figures of other systems: what a call costs, and which prefix starts a number."""

import csv
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from ratecards.engine import keys
from ratecards.engine.charge import charge_exactly, connect_of_two_prices
from ratecards.engine.increments import billed_seconds
from ratecards.engine.lookup import find, find_many
from ratecards.engine.numbers import UNITS, Refused, to_units
from ratecards.engine.rounding import to_decimals
from ratecards.engine.table import Row, from_rows

ORACLE = Path(__file__).parents[1] / "oracle"


def vectors(name):
    with open(ORACLE / name, newline="") as file:
        return list(csv.DictReader(file))


def test_charges_are_exactly_those_of_the_oracle_and_a_cheaper_first_interval_is_refused():
    seen = {"one price": 0, "two prices": 0, "refused": 0}
    for line in vectors("interval_billing_vectors.csv"):
        connect, first, following = (
            to_units(Decimal(line[column])) for column in ("connect_fee", "initial_rate", "next_rate")
        )
        mcd, pulse = int(line["initial_interval"]), int(line["next_interval"])
        if first < following:
            with pytest.raises(Refused):
                connect_of_two_prices(connect, first, following, mcd)
            seen["refused"] += 1
            continue
        billed = billed_seconds(int(line["duration"]), mcd, pulse)
        fee = connect_of_two_prices(connect, first, following, mcd)
        exact = charge_exactly(following, fee, billed)
        amount = Fraction(line["amount"]) * UNITS
        assert billed == int(line["billed_seconds"])
        assert abs(exact - amount) < Fraction(1, 10**6)
        assert to_decimals(exact.numerator, exact.denominator, 8, "half_up") == to_decimals(
            amount.numerator, amount.denominator, 8, "half_up"
        )
        seen["one price" if first == following else "two prices"] += 1
    assert min(seen.values()) > 100


def test_longest_prefixes_are_those_of_the_oracle():
    table = from_rows(Row(line["prefix"]) for line in vectors("lpm_prefixes.csv"))
    lines = vectors("lpm_vectors.csv")
    places = find_many(table, keys.encode_numbers([line["number"] for line in lines]))
    for line, place in zip(lines, places.tolist(), strict=True):
        assert find(table, line["number"]) == place
        assert (table.row(place).prefix if place >= 0 else "") == line["matched_prefix"]
    assert len(lines) == 2000
