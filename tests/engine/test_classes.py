"""Which price a call pays, by where caller and destination are."""

import pytest

from ratecards.engine.classes import (
    COLUMN,
    HEADINGS,
    UNKNOWN,
    Place,
    class_of,
    column_for,
    settled,
    settled_row,
)
from ratecards.engine.numbers import Refused
from ratecards.engine.table import PRICES, Row, from_rows

NEW_YORK, CHICAGO, LONDON = Place("US", "NY"), Place("US", "IL"), Place("GB")
FREE = Place("US")  # a toll-free number is in no state
COUNTRIES = {"DE", "FR", "NO"}


@pytest.mark.parametrize("presentation", ["split", "full"])
@pytest.mark.parametrize(
    ("called", "caller", "expected"),
    [
        (NEW_YORK, NEW_YORK, "intra"), (NEW_YORK, CHICAGO, "inter"), (NEW_YORK, LONDON, "indeterminate"),
        (NEW_YORK, UNKNOWN, "indeterminate"), (NEW_YORK, FREE, "indeterminate"), (FREE, FREE, "indeterminate"),
        (NEW_YORK, Place("CA", "NY"), "indeterminate"), (CHICAGO, NEW_YORK, "inter"), (CHICAGO, CHICAGO, "intra"),
        (LONDON, NEW_YORK, "international"), (LONDON, LONDON, "international"), (LONDON, UNKNOWN, "international"),
    ],
)  # fmt: skip
def test_states_decide_between_intra_and_inter(presentation, called, caller, expected):
    assert class_of(presentation, caller, called) == expected


@pytest.mark.parametrize(
    ("caller", "called", "expected"),
    [
        ("DE", "DE", "local"), ("DE", "FR", "eea"), ("FR", "DE", "eea"), ("US", "US", "local"),
        ("US", "FR", "international"), ("NO", "US", "international"), ("", "FR", "international"), ("", "", "international"),
    ],
)  # fmt: skip
def test_eea_needs_both_countries_in_their_lists_and_one_country_is_local(caller, called, expected):
    assert class_of("eea", Place(caller), Place(called), COUNTRIES, COUNTRIES) == expected


def test_the_two_lists_of_an_eea_card_are_asked_each_for_its_side():
    assert class_of("eea", Place("DE"), Place("FR"), {"DE"}, {"FR"}) == "eea"
    assert class_of("eea", Place("FR"), Place("DE"), {"DE"}, {"FR"}) == "international"


def test_every_call_of_a_card_with_one_price_pays_it():
    assert column_for("single", class_of("single", UNKNOWN, LONDON)) == "cost"


def test_every_class_has_a_column_and_every_presentation_headings():
    assert COLUMN.keys() == HEADINGS.keys()
    for presentation, classes in COLUMN.items():
        assert set(classes.values()) <= set(PRICES)
        assert set(HEADINGS[presentation]) <= set(classes.values())


def test_columns_of_the_eea_card_are_local_eea_and_international():
    assert [column_for("eea", one) for one in ("local", "eea", "international")] == ["intra", "inter", "cost"]


@pytest.mark.parametrize(("presentation", "found"), [("single", "inter"), ("eea", "intra"), ("other", "any")])
def test_class_that_a_card_has_not_is_refused(presentation, found):
    with pytest.raises(Refused):
        column_for(presentation, found)


def test_unknown_presentation_is_refused():
    with pytest.raises(Refused):
        class_of("other", UNKNOWN, UNKNOWN)


def test_split_card_asks_the_dearer_price_of_whom_it_cannot_place():
    rows = [Row("1", "", 0, 3, 5), Row("1212", "", 99, 7, 2), Row("1900", "", blocked=True, intra=0, inter=0)]
    assert settled(from_rows(rows), "split").cost.tolist() == [5, 7, 0]
    assert [settled_row(row, "split").cost for row in rows] == [5, 7, 0]


@pytest.mark.parametrize("presentation", ["full", "eea"])
def test_typed_third_price_stays(presentation):
    row = Row("1", "", 1, 3, 5)
    assert settled(from_rows([row]), presentation) == from_rows([row])
    assert settled_row(row, presentation) == row
