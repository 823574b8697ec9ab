"""A workbook's sheets as plain lines: one for every row, so that the number of a line is the number of its row.

Only what a cell shows as its value is read: no formula is computed, no link is followed, no macro runs.
"""

import csv
import re
import stat
import zipfile
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from accounts.sheets.basics import MAX_COLUMNS, SheetError
from accounts.sheets.hidden import hidden_rows
from accounts.sheets.opening import Opened, Part

MEMBERS, SHEETS = 2_000, 100
UNPACKED, RATIO, SMALL = 1_000_000_000, 200, 20_000_000
CELL = 32_767  # characters, what a spreadsheet allows
FILLED = 100_000  # rows of merged cells that are filled from their first
_DATE1904 = re.compile(rb"date1904\s*=\s*[\"'](?:1|true)[\"']")
_BREAKS, _CONTROLS = re.compile(r"\r\n|\r|\n"), re.compile(r"[\r\n\t\v\f\0]+")
HIDDEN = "Hidden rows of the workbook are read as well: {}."
DAMAGED = "The workbook is damaged and cannot be opened: save it again, or send the sheet as CSV text."


def write_parts(path, folder, breaks=" "):
    """Write every sheet as `<number>.csv` and return the Opened; see opening.open_sheets for what is raised.

    `breaks` stands for the line breaks within cells, as a row is one line; a space for all white space but spaces.
    """
    date1904 = inspect(path)
    try:
        with CalamineWorkbook.from_path(path) as book:
            return _told(_written(book, folder, date1904, breaks), path)
    except PasswordError as error:
        raise SheetError(
            "encrypted", "The workbook is protected by a password: remove it and send it again."
        ) from error
    except (CalamineError, UnicodeDecodeError) as error:
        raise SheetError("zip", DAMAGED) from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # of the library below
            raise SheetError("zip", DAMAGED) from error
        raise


def _told(opened, path):
    """Return the Opened with a note where rows are hidden: a sender may have meant them to be gone."""
    try:
        counts = hidden_rows(path)
    except (
        KeyError,
        zipfile.BadZipFile,
        ValueError,
        EOFError,
        NotImplementedError,
    ):  # the library read it all the same
        return opened
    parts = [part._replace(notes=(*part.notes, HIDDEN.format(counts[part.name]))) if part.name in counts else part
             for part in opened.parts]  # fmt: skip
    return opened._replace(parts=tuple(parts))


def inspect(path):
    """Refuse an archive that is no workbook or is made to harm; return whether its dates begin in 1904."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            names = {member.filename for member in members}
            _check(members, names, path.stat().st_size)
            return bool(_DATE1904.search(archive.open("xl/workbook.xml").read(100_000)))
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        EOFError,
        ValueError,
        KeyError,
        RuntimeError,
        zipfile.LargeZipFile,
    ) as error:
        raise SheetError("zip", DAMAGED) from error


def _check(members, names, size):
    if any(stat.S_ISLNK(member.external_attr >> 16) for member in members):
        raise SheetError("links", "The archive holds a link to another file: that is no workbook.")
    if any(member.flag_bits & 1 for member in members):
        raise SheetError("encrypted", "The archive is encrypted: send the workbook without a password.")
    if "xl/workbook.xml" not in names:
        kind = "an archive" if "mimetype" not in names else "an OpenDocument file"
        raise SheetError(
            "kind", f"The file is {kind} and no Excel workbook (.xlsx): send the sheet itself, or CSV text."
        )
    unpacked = sum(member.file_size for member in members)
    if len(members) > MEMBERS or unpacked > UNPACKED or (unpacked > SMALL and unpacked > size * RATIO):
        raise SheetError("bomb", "The workbook unpacks to far more than a sheet: it is not opened.")


def _written(book, folder, date1904, breaks):
    sheets = [meta for meta in book.sheets_metadata if meta.typ == SheetTypeEnum.WorkSheet]
    if len(sheets) > SHEETS:
        raise SheetError("sheets", f"The workbook has more than {SHEETS} sheets: it is not opened.")
    parts = [
        _part(book.get_sheet_by_name(meta.name), number, meta, folder, breaks) for number, meta in enumerate(sheets)
    ]
    filled = [part for part in parts if part.lines]
    if not filled:
        raise SheetError("empty", "The workbook is empty.")
    seen = [part for part in filled if sheets[part.number].visible == SheetVisibleEnum.Visible]
    return Opened(tuple(filled), max(seen or filled, key=lambda part: part.lines).number, date1904)


def _part(sheet, number, meta, folder, breaks):
    notes, lines = [], 0
    if meta.visible != SheetVisibleEnum.Visible:
        notes.append("The sheet is hidden in the workbook.")
    if sheet.start is None:
        return Part(number, meta.name, 0)
    below, open_cells, shift = _merged(sheet), {}, sheet.start
    if below:
        notes.append("Merged cells: the rows of one hold its value.")
    with (folder / f"{number}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([[""]] * shift[0])
        last = lines = 0
        for lines, row in enumerate(sheet.iter_rows(), start=1):
            cells = [text_of(cell, breaks) for cell in row]
            texts = _texts(cells, below, open_cells, shift, shift[0] + lines - 1)
            last = lines if any(texts) else last
            writer.writerow(texts or [""])
    return Part(number, meta.name[:100], shift[0] + last, tuple(notes))


def _merged(sheet):
    """Return {(row, column): rows below it that a merged cell of one column covers}, of at most FILLED rows in all."""
    found, total = {}, 0
    for (top, column), (bottom, last) in sheet.merged_cell_ranges or []:
        total += bottom - top
        if column == last and bottom > top and total <= FILLED:
            found[top, column] = bottom - top
    return found


def _texts(texts, below, open_cells, shift, line):
    """Return the cells of a row, merged ones filled; `open_cells` is {column: (text, last row)} of merged cells that reach here."""
    for place, text in enumerate(texts):
        column = place + shift[1]
        if rows := below.get((line, column)):
            open_cells[column] = (text, line + rows)
        elif column in open_cells and line <= open_cells[column][1] and not text:
            texts[place] = open_cells[column][0]
    while len(texts) > MAX_COLUMNS and not texts[-1]:
        texts.pop()
    if len(texts) > MAX_COLUMNS:
        raise SheetError("columns", f"Row {line + 1} has more than {MAX_COLUMNS} columns: it is not read.")
    return texts


def text_of(cell, breaks=" "):
    """Return a cell as plain text: numbers to the 15 digits that a spreadsheet keeps, never with an exponent, dates as
    year-month-day."""
    if isinstance(cell, str):
        if len(cell) > CELL:
            raise SheetError("cell_long", f"A cell holds more than {CELL} characters: it is not read.")
        return (_CONTROLS if breaks == " " else _BREAKS).sub(breaks, cell)
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int | float):
        return format(Decimal(format(cell, ".15g")), "f")
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return _clock(int(cell.total_seconds())) if isinstance(cell, timedelta) else ""


def _clock(seconds):
    """A duration as a spreadsheet shows it: as a bare number of seconds it could be anything."""
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
