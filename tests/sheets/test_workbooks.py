"""Workbooks become lines, one a row: what a cell shows is what is read."""

import datetime

import pytest

from ratecards.sheets import SheetError, kind_of

from .books import loaded, opened, workbook
from .conftest import rates, refusals

HEAD = ["Code", "Destination", "Rate", "MCD", "Pulse", "Effective date"]


@pytest.fixture
def book(sheet, tmp_path):
    """book(bytes) -> (Layout, SheetResult) of its first sheet."""
    return lambda content, **said: loaded(sheet(content, "book.xlsx"), tmp_path / "parts", **said)


@pytest.mark.parametrize("mac", [False, True], ids=["1900", "1904"])
def test_dates_are_the_same_days_in_both_systems(book, mac):
    rows = [HEAD, [44, "UK", 0.0123, 1, 1, datetime.date(2024, 8, 1)], [33, "France", 0.01, 30, 6, None]]
    layout, result = book(workbook(("Rates", rows), mac=mac))
    assert refusals(result) == {}
    assert rates(result) == {"33": ("France", "0.01", "0", 30, 6, 0, "")}
    (later,) = result.later
    assert datetime.datetime.fromtimestamp(later.instant, datetime.UTC).date() == datetime.date(2024, 8, 1)


@pytest.mark.parametrize(("mac", "serial"), [(False, 45505), (True, 45505 - 1462)])
def test_bare_serial_numbers_are_days_of_the_book_s_system(book, mac, serial):
    _, result = book(workbook(("Rates", [HEAD, [44, "UK", 0.01, 1, 1, serial]]), mac=mac))
    assert datetime.datetime.fromtimestamp(result.later[0].instant, datetime.UTC).date() == datetime.date(2024, 8, 1)


def test_title_totals_and_footers_are_no_rates_and_every_line_is_a_row(book):
    rows = [["Price list of July"], [], HEAD, [44, "UK", 0.01, 1, 1, None], [None] * 6, [33, "France", "dear", 1, 1, None],
            HEAD, ["Total", None, 0.02], [None, "All prices without VAT"]]  # fmt: skip
    layout, result = book(workbook(("Rates", rows)))
    assert layout.header == 3
    assert refusals(result) == {6: "price_characters"}
    assert [(line.number, line.code) for line in result.skipped] == [
        (5, "line_blank"), (7, "line_header"), (8, "line_total"), (9, "line_note")]  # fmt: skip


def test_numbers_keep_their_digits(book):
    rows = [
        HEAD,
        [441234567890123, "UK", 0.1 + 0.2, 1, 1, None],
        [33, "France", 1e-07, 1, 1, None],
        ["0044", "UK", 0.1, 1, 1, None],
    ]
    layout, result = book(workbook(("Rates", rows)))
    assert [rate[1] for rate in rates(result).values()] == ["0.0000001", "0.3"]
    assert set(rates(result)) == {"441234567890123", "33"}
    assert refusals(result) == {4: "prefix_international"}


def test_merged_cells_hold_their_value_in_every_row(book):
    rows = [HEAD, [44, "UK", 0.01, 1, 1, None], [441, None, 0.02, 1, 1, None], [33, "France", 0.03, 1, 1, None]]
    _, result = book(workbook(("Rates", rows), merge=["B2:B3"]))
    assert [rate[0] for rate in rates(result).values()] == ["France", "UK", "UK"]


def test_hidden_rows_are_read_as_the_others_and_said(sheet, tmp_path):
    """A row that the sender filtered away may be one he withdrew: whoever imports it has to know."""
    rows = [HEAD, [44, "UK", 0.01, 1, 1, None], [33, "France", 0.02, 1, 1, None], [49, "Germany", 0.03, 1, 1, None]]
    content = workbook(("Other", [["nothing"]]), ("Rates & more", rows), hide_rows={"Rates & more": [2, 4]})
    found, _ = opened(sheet(content, "b.xlsx"), tmp_path / "parts")
    assert [part.notes for part in found.parts] == [(), ("Hidden rows of the workbook are read as well: 2.",)]
    assert set(rates(loaded(sheet(content, "b.xlsx"), tmp_path / "parts")[1])) == {"44", "33", "49"}


def test_every_sheet_can_be_chosen_and_the_longest_seen_one_is_first(sheet, tmp_path):
    rows = [HEAD, [44, "UK", 0.01, 1, 1, None]]
    content = workbook(("Notes", [["Hello"]]), ("Rates", rows * 2), ("Old", rows * 5), hidden=["Old"])
    found, paths = opened(sheet(content, "b.xlsx"), tmp_path / "parts")
    assert [part.name for part in found.parts] == ["Notes", "Rates", "Old"]
    assert found.first == 1
    assert found.parts[2].notes == ("The sheet is hidden in the workbook.",)
    assert loaded(sheet(content, "b.xlsx"), tmp_path / "parts", "Old")[1].read == 9


def test_formula_is_never_computed_and_an_increment_made_a_date_is_named(book):
    rows = [["Code", "Destination", "Rate", "Billing increment"], [44, "UK", "=1+1", "30/6"], [33, "=HYPERLINK(1)", 0.1, datetime.date(2024, 6, 30)],
            [49, "Germany", 0.1, "60/60"]]  # fmt: skip
    _, result = book(workbook(("Rates", rows)))
    assert rates(result) == {"49": ("Germany", "0.1", "0", 60, 60, 0, "")}
    assert refusals(result) == {2: "price_empty", 3: "increments_date"}


def test_empty_workbook_is_said(sheet, tmp_path):
    with pytest.raises(SheetError, match="empty"):
        opened(sheet(workbook(("Rates", [])), "b.xlsx"), tmp_path / "parts")


def test_kinds_are_told_by_content_alone(sheet):
    assert kind_of(sheet(workbook(("Rates", [HEAD])), "list.csv")) == "workbook"
    assert kind_of(sheet('\ufeff {"cards": 1}', "list.xlsx")) == "document"
    assert kind_of(sheet("prefix,cost\n44,0.1\n", "list.xlsx")) == "text"
