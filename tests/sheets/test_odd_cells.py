"""What senders and spreadsheets do to single cells: read as it is meant where that is sure, else refused with the reason."""

import datetime

import pytest

from ratecards.sheets import recognise

from .books import loaded, workbook
from .conftest import rates, refusals


@pytest.mark.parametrize("cell", ["0", "0.0000", "0,00"])
def test_zero_is_a_price_and_no_blank(load, cell):
    assert rates(load(f"prefix;cost\n33;{cell}\n44;{cell}\n"))["44"][1] == "0"


@pytest.mark.parametrize("price", ["0.1", "0.2"], ids=["same price", "another price"])
def test_prefix_that_stands_twice_is_refused_whatever_its_price(load, price):
    result = load(f"prefix;cost\n44;0.1\n44;{price}\n33;0.1\n")
    assert refusals(result) == {3: "duplicate"}
    assert rates(result)["44"][1] == "0.1"


@pytest.mark.parametrize(
    "end", ["2023-12-31", "2024-01-01", "2024-12-31"], ids=["before its start", "that day", "after it"]
)
def test_price_that_ends_is_refused(load, end):
    result = load(f"prefix;cost;effective date;end date\n33;0.1;2024-01-01;\n44;0.1;2024-01-01;{end}\n")
    assert refusals(result) == {3: "no_end"}


def test_zero_that_a_spreadsheet_took_from_011_is_missed(load):
    """11 begins no number of the world, so what is left of 011420 cannot be a prefix."""
    result = load("prefix;cost\n011420;0.1\n011421;0.1\n1143;0.1\n")
    assert set(rates(result)) == {"420", "421"}
    assert refusals(result) == {4: "prefix_zero"}


def test_zeros_that_a_spreadsheet_took_from_00_leave_the_prefix(load):
    assert set(rates(load("prefix;cost\n0044;0.1\n0033;0.1\n49;0.1\n"))) == {"44", "33", "49"}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("NPANXX,Rate\n201200,0.1\n201201,0.1\n", {"1201200", "1201201"}),
        ("NPA-NXX,Rate\n1201200,0.1\n1201201,0.1\n", {"1201200", "1201201"}),
        ("NPANXXX,Rate\n2012001,0.1\n1201201,0.1\n", {"12012001", "1201201"}),
        ("NPA,NXX,Rate\n201,200,0.1\n201,201,0.1\n", {"1201200", "1201201"}),
        ("Code,Rate\n201200,0.1\n", {"201200"}),
    ],
    ids=["six digits", "with the 1", "both in one sheet", "two columns", "nothing says that it is America"],
)
def test_american_codes_get_the_1_that_they_lack(load, text, wanted):
    assert set(rates(load(text))) == wanted


def test_interval_start_other_than_0_is_refused(load):
    head = "Prefix,Name,Connection fee,Rate,Initial increment,Increment,Interval start\n"
    result = load(f"{head}34,Spain,0.1,0.02,60,1,0\n346,Mobile,0.1,0.02,60,1,60\n")
    assert rates(result) == {"34": ("Spain", "0.02", "0.1", 60, 1, 0, "")}
    assert refusals(result) == {3: "no_interval"}


def test_several_sheets_with_the_dates_that_spreadsheets_show(sheet, tmp_path):
    """One text in seven ways of writing it, beside real dates; the other sheet of the book is another list."""
    dates = [
        "2024-08-01",
        "01-Aug-2024",
        "1 August 2024",
        "Aug 1, 2024",
        "2024/08/01",
        "20240801",
        "2024-08-01 00:00:00 UTC",
    ]
    rows = [["Code", "Code Name", "Rate", "Effective Date", "Min", "Int"]]
    rows += [
        [str(4400 + place), "UK", 0.01, text, 60, 1] for place, text in enumerate([*dates, datetime.date(2024, 8, 1)])
    ]
    content = workbook(
        ("Retail", [["Code", "Code Name", "Rate", "Min", "Int"], ["33", "France", 0.1, 1, 1]]), ("Wholesale", rows)
    )
    layout, result = loaded(sheet(content, "b.xlsx"), tmp_path / "parts")
    assert (layout.part, refusals(result)) == (1, {})
    (later,) = result.later
    assert (later.instant, len(later.table)) == (datetime.datetime(2024, 8, 1, tzinfo=datetime.UTC).timestamp(), 8)
    assert set(rates(loaded(sheet(content, "b.xlsx"), tmp_path / "parts", "Retail")[1])) == {"33"}


def test_short_and_long_rows_and_empty_ones_between_are_told_apart(load):
    result = load("code,name,rate\n44,UK,0.1\n\n,,\n33,France\n34,Spain,0.1,x\n39,Italy,0.1\n")
    assert set(rates(result)) == {"44", "39"}
    assert [line.number for line in result.skipped] == [3, 4]
    assert refusals(result) == {5: "line_short", 6: "line_extra"}


def test_text_with_accents_in_the_code_page_of_old_windows_and_its_line_ends(sheet):
    path = sheet("5511;Brasil São Paulo;0.15\r\n5521;Brasil Rio;0.16\r\n".encode("cp1252"))
    layout = recognise(path)
    assert (layout.encoding, layout.delimiter, layout.header, layout.format) == ("cp1252", ";", 0, "magnus")
