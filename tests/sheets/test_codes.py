"""A cell of prefixes: lists, ranges, country codes apart; what is doubtful is refused with its reason."""

import pytest

from ratecards.sheets import recognise

from .conftest import rates, refusals


def prefixes(load, cells, header="prefix;cost", **changes):
    body = "".join(f"{cell};0.1\n" for cell in cells)
    return set(rates(load(f"{header}\n{body}", **changes)))


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("4420-4422", {"4420", "4421", "4422"}),
        ("4420-22", {"4420", "4421", "4422"}),
        ("4420\u20134421", {"4420", "4421"}),
        ("4420 - 4421/447", {"4420", "4421", "447"}),
        ("4420,4470 & 4471", {"4420", "4470", "4471"}),
        ("4420 4421|46", {"4420", "4421", "46"}),
        ("4420-21 4430", {"4420", "4421", "4430"}),
        ("+44, +4420-21", {"44", "4420", "4421"}),
        ("099-101", {"099", "100", "101"}),
    ],
)
def test_lists_and_ranges(load, cell, wanted):
    assert prefixes(load, [f'"{cell}"'], codes="several") == wanted


@pytest.mark.parametrize(
    ("cell", "code"),
    [("4429-4420", "range_reversed"), ("44-4420", "range_length"), ("1-99999", "range_length"), ("10000-99999", "range_wide"),
     ("44,44", "duplicate"), ("44 20", "prefix_several"), ("44 20, 33 1", "prefix_several"), ("44 45|46", "prefix_several"), ("4,420", "prefix_several"), ("44,x", "prefix_characters"), ("0044,45", "prefix_international"), (" ", "prefix_empty"),
     ("4.42E+11", "prefix_scientific"), ("44.0", "prefix_decimal"), ("1" * 16, "prefix_length"), ("44-", "prefix_characters")],
)  # fmt: skip
def test_what_is_no_list_is_refused_with_its_reason(load, cell, code):
    result = load(f'prefix;cost\n1;0.1\n"{cell}";0.1\n', codes="several")
    assert refusals(result) == {3: code}
    assert set(rates(result)) == {"1"}


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [("61 38,39", {"6138", "6139"}), ("52 33", {"5233"}), ("1-787, 939", {"1787", "1939"}), ("44", {"44"})],
)
def test_country_code_once_then_its_areas(load, cell, wanted):
    assert prefixes(load, [f'"{cell}"'], codes="country") == wanted


def test_country_code_in_a_column_of_its_own(load):
    result = load("Country;Country code;Area codes;Rate\nUK;44;20,207-208;0.1\nFrance;33;;0.2\n")
    assert rates(result) == {
        "4420": ("UK", "0.1", "0", 1, 1, 0, ""), "44207": ("UK", "0.1", "0", 1, 1, 0, ""),
        "44208": ("UK", "0.1", "0", 1, 1, 0, ""), "33": ("France", "0.2", "0", 1, 1, 0, "")}  # fmt: skip
    assert result.accepted == result.read == 2


def test_spaces_and_dashes_of_one_number_go_when_told(load):
    assert prefixes(load, ["44-20", "44 7", "(33) 6"], codes="joined") == {"4420", "447", "336"}


def test_one_code_with_a_space_is_not_guessed(load):
    assert refusals(load("prefix;cost\n44;0.1\n44 20;0.1\n")) == {3: "prefix_several"}


def test_dialling_prefix_goes_where_the_layout_says_so(sheet, load):
    assert recognise(sheet("prefix;cost\n0044;0.1\n0033;0.2\n")).cut == "00"
    assert prefixes(load, ["0044", "0033", "49"]) == {"44", "33", "49"}
    assert prefixes(load, ["01144", "01133"]) == {"44", "33"}
    assert prefixes(load, ["44", "0033", "49"]) == {"44", "49"}


def test_us_codes_get_their_country_in_front(load):
    assert prefixes(load, ["201200", "201201"], lead="1") == {"1201200", "1201201"}


def test_a_prefix_in_two_lists_refuses_the_whole_second_line(load):
    result = load("prefix;cost\n44-46;0.1\n40-44;0.2\n47;0.1\n", codes="several")
    assert refusals(result) == {3: "duplicate"}
    assert set(rates(result)) == {"44", "45", "46", "47"}
    assert (result.accepted, result.read) == (2, 3)
