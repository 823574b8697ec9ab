"""Workbooks and documents made for one test, as their senders make them."""

import io
import zipfile

import openpyxl
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from ratecards.sheets import open_sheets, read, recognise

from .conftest import DAY


def workbook(*sheets, mac=False, merge=(), hidden=(), hide_rows=None):
    """The bytes of an .xlsx; every sheet is (name, rows), `hide_rows` {name: numbers of its hidden rows}."""
    book = openpyxl.Workbook()
    if mac:
        book.epoch = CALENDAR_MAC_1904
    book.remove(book.active)
    for name, rows in sheets:
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
        for number in (hide_rows or {}).get(name, ()):
            page.row_dimensions[number].hidden = True
        if name in hidden:
            page.sheet_state = "hidden"
    for area in merge:
        book.worksheets[0].merge_cells(area)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def far_below(row):
    """A workbook whose only row stands so far below that the first part of its text has none."""
    return workbook(("Rates", [*[[]] * 98_999, row]))


def repacked(content, change=None, **more):
    """The archive with some members added or replaced; `change(info)` may spoil their entries."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            if info.filename not in more:
                new.writestr(info, old.read(info))
        for name, data in more.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            if change:
                change(info)
            new.writestr(info, data)
    return target.getvalue()


def opened(path, folder):
    """(Opened, {name: path of its lines}) of a file, by the process that opens files."""
    folder.mkdir(exist_ok=True)
    found = open_sheets(path, folder)
    return found, {part.name: folder / f"{part.number}.csv" for part in found.parts}


def loaded(path, folder, name=None, **said):
    """(Layout, SheetResult) of one part of a file, as it is recognised."""
    found, paths = opened(path, folder)
    part = next(part for part in found.parts if part.name == name or (name is None and part.number == found.first))
    layout = recognise(paths[part.name], day=DAY, part=part.number, date1904=found.date1904, **said)
    return layout, read(paths[part.name], layout)
