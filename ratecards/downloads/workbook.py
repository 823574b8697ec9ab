"""Prices as an Excel workbook: prefixes and names as text, figures as exact numbers.

The sheets are written as they are sent, so memory stays constant and the download begins at once: openpyxl can only send
a workbook when all of it is made, and takes many times as long. A sheet holds SHEET_ROWS rows; a longer list goes on in
the next one, under the same header. Cells are text or numbers by their declared type and never formulas.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape

from accounts.sheets import inert
from ratecards.downloads.csv_file import columns_of
from ratecards.downloads.head import Head
from ratecards.engine.numbers import format_units
from ratecards.engine.table import Row

SHEET_ROWS = 1_048_576  # of an Excel sheet, the header among them
OFFICE = "http://schemas.openxmlformats.org"
MAIN, RELATIONS = f"{OFFICE}/spreadsheetml/2006/main", f"{OFFICE}/package/2006/relationships"
TYPES = "application/vnd.openxmlformats"
UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # characters that XML has not
DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
BEGIN = (f'{DECLARED}<worksheet xmlns="{MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" '
         'state="frozen"/></sheetView></sheetViews><cols><col min="1" max="1" width="18" customWidth="1"/>'
         '<col min="2" max="2" width="40" customWidth="1"/></cols><sheetData>')  # fmt: skip
END = "</sheetData></worksheet>"


class Outlet(io.RawIOBase):
    """What a ZIP archive is written to, emptied by whoever sends it."""

    def __init__(self):
        self.written = []

    def writable(self):
        return True

    def write(self, data):
        self.written.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        found, self.written = b"".join(self.written), []
        return found


def pieces(head: Head, batches: Iterable[list[Row]]) -> Iterator[bytes]:
    """The file, about a batch at a time; one that breaks off lacks its directory and opens nowhere."""
    outlet, header, number = Outlet(), text_row(columns_of(head)), 0
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as archive:
        for number, rows in enumerate(sheets_of(batches), 1):
            with archive.open(f"xl/worksheets/sheet{number}.xml", "w", force_zip64=True) as sheet:
                sheet.write((BEGIN + header).encode())
                for part in rows:
                    sheet.write("".join(cells(row, head) for row in part).encode())
                    yield outlet.taken()
                sheet.write(END.encode())
        for name, content in frame(number):
            archive.writestr(name, content)
    yield outlet.taken()


def sheets_of(batches: Iterable[list[Row]]) -> Iterator[Iterator[list[Row]]]:
    """The batches, cut where a sheet is full; of no rates one empty sheet. Use each sheet up before the next."""
    waiting, batches = [], iter(batches)

    def sheet():
        nonlocal waiting
        left = SHEET_ROWS - 1
        while left and (batch := waiting or next(batches, [])):
            part, waiting = batch[:left], batch[left:]
            left -= len(part)
            yield part

    yield sheet()
    while waiting or (waiting := next(batches, [])):
        yield sheet()


def cells(row: Row, head: Head) -> str:
    prices = [format_units(getattr(row, column) or 0) for column in head.prices]
    grace = [row.grace] if head.grace else []
    figures = "".join(
        f"<c><v>{one}</v></c>" for one in (*prices, row.mcd, row.pulse, format_units(row.connect), *grace)
    )
    status = text("Blocked" if row.blocked else "")
    return f"<row>{text(row.prefix)}{text(inert(row.name))}{figures}{status}</row>"


def text_row(names: list[str]) -> str:
    return f"<row>{''.join(map(text, names))}</row>"


def text(value: str) -> str:
    """A cell of text, whatever it looks like."""
    value = escape(UNWRITABLE.sub("\ufffd", value))
    return f'<c t="inlineStr"><is><t xml:space="preserve">{value}</t></is></c>' if value else "<c/>"


def frame(sheets: int) -> Iterator[tuple[str, str]]:
    """(name, content) of the parts that make a workbook of the sheets."""
    numbers = range(1, sheets + 1)
    named = "".join(f'<sheet name="Rates{f" {n}" if n > 1 else ""}" sheetId="{n}" r:id="r{n}"/>' for n in numbers)
    links = "".join(f'<Relationship Id="r{n}" Type="{OFFICE}/officeDocument/2006/relationships/worksheet" '
                    f'Target="worksheets/sheet{n}.xml"/>' for n in numbers)  # fmt: skip
    parts = "".join(f'<Override PartName="/xl/worksheets/sheet{n}.xml" '
                    f'ContentType="{TYPES}-officedocument.spreadsheetml.worksheet+xml"/>' for n in numbers)  # fmt: skip
    yield "xl/workbook.xml", (f'{DECLARED}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}/officeDocument/2006/relationships">'
                              f"<sheets>{named}</sheets></workbook>")  # fmt: skip
    yield "xl/_rels/workbook.xml.rels", f'{DECLARED}<Relationships xmlns="{RELATIONS}">{links}</Relationships>'
    yield "_rels/.rels", (f'{DECLARED}<Relationships xmlns="{RELATIONS}"><Relationship Id="r1" Type="{OFFICE}/officeDocument/2006/'
                          'relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>')  # fmt: skip
    yield "[Content_Types].xml", (f'{DECLARED}<Types xmlns="{OFFICE}/package/2006/content-types"><Default Extension="rels" '
                                  f'ContentType="{TYPES}-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
                                  f'<Override PartName="/xl/workbook.xml" ContentType="{TYPES}-officedocument.spreadsheetml.sheet.main+xml"/>'
                                  f"{parts}</Types>")  # fmt: skip
