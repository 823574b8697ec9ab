"""An Excel workbook of any rows: texts as text, figures as exact numbers.

The sheets are written as they are sent, so memory stays constant and the download begins at once: openpyxl can only send
a workbook when all of it is made, and takes many times as long. A sheet holds SHEET_ROWS rows; a longer list goes on in
the next one, under the same header. Cells are text or numbers by their declared type and never formulas.
"""

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from xml.sax.saxutils import escape

from accounts.sheets.cells import inert

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


def pieces(name: str, columns: list[str], batches: Iterable[list], row_of: Callable[..., str]) -> Iterator[bytes]:
    """The file, about a batch at a time; one that breaks off lacks its directory and opens nowhere.

    `row_of(thing)` writes one row of a batch by `row`, `text` and `number`; `name` is that of the sheets.
    """
    outlet, header, count = Outlet(), row(*map(text, columns)), 0
    with zipfile.ZipFile(outlet, "w") as archive:
        for count, rows in enumerate(sheets_of(batches), 1):
            with archive.open(member(f"xl/worksheets/sheet{count}.xml"), "w", force_zip64=True) as sheet:
                sheet.write((BEGIN + header).encode())
                for part in rows:
                    sheet.write("".join(map(row_of, part)).encode())
                    yield outlet.taken()
                sheet.write(END.encode())
        for path, content in frame(name, count):
            archive.writestr(member(path), content)
    yield outlet.taken()


def member(path: str) -> zipfile.ZipInfo:
    """An entry of the archive without the time of the day: the same rows are the same file."""
    info = zipfile.ZipInfo(path)
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def sheets_of(batches: Iterable[list]) -> Iterator[Iterator[list]]:
    """The batches, cut where a sheet is full; of no rows one empty sheet. Use each sheet up before the next."""
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


def row(*cells: str) -> str:
    return f"<row>{''.join(cells)}</row>"


def number(figure: str | int) -> str:
    """A cell of a number in plain decimal notation, exactly as it is given."""
    return f"<c><v>{figure}</v></c>"


def text(value: str) -> str:
    """A cell of text, whatever it looks like; what a spreadsheet would run is inert."""
    value = escape(UNWRITABLE.sub("\ufffd", inert(value)))
    return f'<c t="inlineStr"><is><t xml:space="preserve">{value}</t></is></c>' if value else "<c/>"


def frame(name: str, sheets: int) -> Iterator[tuple[str, str]]:
    """(name, content) of the parts that make a workbook of the sheets."""
    numbers = range(1, sheets + 1)
    named = "".join(f'<sheet name="{name}{f" {n}" if n > 1 else ""}" sheetId="{n}" r:id="r{n}"/>' for n in numbers)
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
