"""Prices as an Excel workbook: prefixes and names as text, figures as exact numbers.

A sheet holds SHEET_ROWS rows; a longer list goes on in the next one, under the same header. The workbook is written to a
temporary file, for its directory can only be written at the end.
"""

import tempfile
from collections.abc import Iterable, Iterator

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from ratecards.downloads.csv_file import columns_of
from ratecards.downloads.head import Head
from ratecards.engine.numbers import from_units
from ratecards.engine.table import Row
from ratecards.sheets import inert

SHEET_ROWS = 1_048_576  # of an Excel sheet, the header among them
PIECE = 1 << 16


def pieces(head: Head, batches: Iterable[list[Row]]) -> Iterator[bytes]:
    """The file. Nothing is sent before the last batch was read, so a download that breaks off leaves no file at all."""
    with tempfile.TemporaryFile() as file:
        written(head, batches).save(file)
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def written(head: Head, batches: Iterable[list[Row]]) -> Workbook:
    book, header = Workbook(write_only=True), columns_of(head)
    sheet, left = None, 0
    for batch in batches:
        for row in batch:
            if not left:
                sheet, left = begin_sheet(book, header), SHEET_ROWS - 1
            sheet.append(cells(row, head, sheet))
            left -= 1
    if sheet is None:
        begin_sheet(book, header)
    return book


def begin_sheet(book: Workbook, header: list[str]):
    number = len(book.worksheets) + 1
    sheet = book.create_sheet("Rates" if number == 1 else f"Rates {number}")
    sheet.freeze_panes = "A2"
    for column, width in (("A", 18), ("B", 40)):
        sheet.column_dimensions[column].width = width
    sheet.append(header)
    return sheet


def cells(row: Row, head: Head, sheet) -> list:
    prices = [from_units(getattr(row, column) or 0).normalize() for column in head.prices]
    grace = [row.grace] if head.grace else []
    status = "Blocked" if row.blocked else ""
    return [row.prefix, words(row.name, sheet), *prices, row.mcd, row.pulse, from_units(row.connect).normalize(), *grace,
            status]  # fmt: skip


def words(name: str, sheet):
    """A name as a cell of text, whatever it looks like: "#N/A" would be an error, "=1" a formula."""
    name = inert(ILLEGAL_CHARACTERS_RE.sub("\ufffd", name))
    if not name.startswith("#"):
        return name
    cell = WriteOnlyCell(sheet, value=name)
    cell.data_type = "s"
    return cell
