"""Every reason to refuse a line: its code, its line, its column, and that the other lines are read."""

import pytest

from ratecards.sheets import SheetError

from .conftest import rates, refusals

HEADER = "prefix,name,intra,cost,mcd,pulse,rate_connect,grace,status\n"
GOOD = "33,France,0.1,0.1,1,1,0,0,\n"

CELLS = [
    ("prefix", "", "prefix_empty"),
    ("prefix", "4.42E+11", "prefix_scientific"),
    ("prefix", "44.0", "prefix_decimal"),
    ("prefix", "44 20", "prefix_several"),
    ("prefix", "0044", "prefix_international"),
    ("prefix", "+0044", "prefix_international"),
    ("prefix", "1234567890123456", "prefix_length"),
    ("prefix", "_XNZ.", "prefix_characters"),
    ("prefix", "٤٤", "prefix_characters"),
    ("prefix", "-44", "prefix_characters"),
    ("cost", "", "price_empty"),
    ("cost", "-0.5", "price_negative"),
    ("cost", "-0", "price_negative"),
    ("cost", "NaN", "price_nan"),
    ("cost", "inf", "price_infinite"),
    ("cost", "1e400", "price_scientific"),
    ("cost", '"0,5"', "price_comma"),
    ("cost", '"1,234"', "price_comma"),
    ("cost", '"1,23.4"', "price_thousands"),
    ("cost", "0.1 per minute", "price_characters"),
    ("cost", "N/A", "price_absent"),
    ("cost", "٠.١", "price_characters"),
    ("cost", "0.000000001", "price_decimals"),
    ("cost", "100000.00000001", "price_high"),
    ("cost", "9" * 50, "price_high"),
    ("intra", "", "price_empty"),
    ("intra", "-1", "price_negative"),
    ("rate_connect", "x", "price_characters"),
    ("mcd", "", "seconds_empty"),
    ("pulse", "", "seconds_empty"),
    ("pulse", "0", "seconds_low"),
    ("mcd", "-1", "seconds_low"),
    ("mcd", "60/60", "seconds_characters"),
    ("mcd", "86401", "seconds_high"),
    ("grace", "1.5", "seconds_characters"),
    ("status", "Maybe", "status"),
    ("name", "a\x07b", "name_control"),
    ("name", "n" * 201, "name_length"),
]


@pytest.mark.parametrize(("column", "cell", "code"), CELLS, ids=[f"{code}:{cell[:20]}" for _, cell, code in CELLS])
def test_bad_cell_refuses_its_line(load, column, cell, code):
    columns = HEADER.strip().split(",")
    row = ["44", "UK", "0.1", "0.1", "1", "1", "0", "0", ""]
    row[columns.index(column)] = cell
    result = load(f"{HEADER}{GOOD}{','.join(row)}\n34,Spain,0.2,0.2,1,1,0,0,\n")
    assert set(rates(result)) == {"33", "34"}
    (line,) = result.refused
    assert (line.number, line.column, line.code) == (3, column, code)
    assert line.raw == ",".join(row)
    assert line.reason


def test_short_line_is_not_filled_from_its_neighbours(load):
    result = load(f"{HEADER}{GOOD}44,UK,0.1\n{GOOD.replace('33', '34')}")
    assert refusals(result) == {3: "line_short"}
    assert set(rates(result)) == {"33", "34"}


def test_long_line_is_refused(load):
    assert refusals(load(f"{HEADER}{GOOD}44,UK,0.1,0.1,1,1,0,0,,x\n")) == {3: "line_extra"}


def test_comma_in_an_unquoted_name_is_not_shifted_into_the_price(load):
    assert refusals(load(f"{HEADER}{GOOD}1684,Samoa, American,0.1,0.1,1,1,0,0,\n")) == {3: "line_extra"}


def test_text_after_a_closing_quote_is_refused(load):
    assert refusals(load(f'{HEADER}{GOOD}44,"UK"x,0.1,0.1,1,1,0,0,\n')) == {3: "line_quote"}


def test_endless_line_is_refused(load):
    result = load(f"{HEADER}{GOOD}44,{'n' * 200_000},0.1,0.1,1,1,0,0,\n")
    assert refusals(result) == {3: "line_long"}


def test_second_of_two_equal_prefixes_is_refused_naming_the_first(load):
    result = load(f"{HEADER}{GOOD}44,UK,0.1,0.1,1,1,0,0,\n+33,France,0.2,0.2,1,1,0,0,\n")
    assert refusals(result) == {4: "duplicate"}
    assert "line 2" in result.refused[0].reason
    assert rates(result)["33"][1] == "0.1"


def test_duplicates_are_found_across_blocks(load, monkeypatch):
    monkeypatch.setattr("accounts.sheets.lines.CHUNK", 64)
    lines = "".join(f"{prefix},N,0.1,0.1,1,1,0,0,\n" for prefix in range(1000, 1100))
    result = load(HEADER + lines + lines)
    assert result.accepted == 100
    assert refusals(result) == dict.fromkeys(range(102, 202), "duplicate")
    assert result.refused[0].reason.endswith("line 2 already.")


def test_blank_lines_are_skipped_and_counted(load):
    result = load(f"{HEADER}\n{GOOD},,,,,,,,\n  \n;;\n")
    assert [line.number for line in result.skipped] == [2, 4, 5]
    assert {line.code for line in result.skipped} == {"line_blank"}
    assert refusals(result) == {6: "line_short"}


def test_repeated_header_of_a_page_is_skipped(load):
    result = load(f"{HEADER}{GOOD}{HEADER}")
    assert refusals(result) == {}
    assert [(line.number, line.code) for line in result.skipped] == [(3, "line_header")]


@pytest.mark.parametrize("owner", ["id", "reseller", "card", "Company ID", "created_by", "Owner"])
def test_a_column_cannot_say_whose_row_it_is(load, owner):
    result = load(f"prefix,name,cost,{owner}\n33,France,0.1,\n44,UK,0.1,7\n")
    assert set(rates(result)) == {"33"}
    assert refusals(result) == {3: "no_owner"}
    assert result.refused[0].column == owner


def test_late_filled_column_that_seemed_empty_is_refused(load, monkeypatch):
    monkeypatch.setattr("ratecards.sheets.recognition.SAMPLE", 60)
    result = load("prefix,cost,mcd,pulse,intra\n44,0.1,1,1,\n45,0.1,1,1,\n46,0.1,1,1,\n47,0.1,1,1,0.2\n")
    assert refusals(result) == {5: "no_value"}


def test_price_of_a_second_above_the_highest_minute_is_refused(load):
    result = load("prefix,cost\n44,0.01\n45,1666.66666666\n46,1666.66666667\n", rate_unit="second")
    assert [rate[1] for rate in rates(result).values()] == ["0.6", "99999.9999996"]
    assert refusals(result) == {4: "price_high"}


def test_sheet_without_rates_is_refused(load):
    with pytest.raises(SheetError) as error:
        load(HEADER)
    assert error.value.code == "no_rates"


def test_sheet_of_refused_lines_alone_stops_with_the_usual_reason(load, monkeypatch):
    monkeypatch.setattr("ratecards.sheets.reader.MAX_LISTED", 50)
    with pytest.raises(SheetError) as error:
        load("prefix,cost\n" + "44,dear\n" * 60)
    assert error.value.code == "hopeless"
    assert "'dear' is not a price" in error.value.message
