"""Showing a sheet before it is taken, and giving back the lines that were not."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple

from ratecards.engine.numbers import Refused, format_units
from ratecards.sheets.cells import inert
from ratecards.sheets.convert import PRICES, Converter
from ratecards.sheets.dates import PAST
from ratecards.sheets.layout import IGNORE, Layout, Line
from ratecards.sheets.lines import Block, cells, ends

ADDED = ("line", "reason")


class PreviewRow(NamedTuple):
    """One line as it stands (cells) and as it will be read: values by field as text, or why it gives no rate: `problem`,
    and `is_skipped` where nothing is wrong with it."""

    number: int
    cells: list[str]
    values: dict[str, str]
    problem: Line | None
    is_skipped: bool = False


class Preview(NamedTuple):
    """The layout, and the first and the last lines of the file (none twice); `lines` is how many are below the header."""

    layout: Layout
    first: list[PreviewRow]
    last: list[PreviewRow]
    lines: int


def preview(path, layout, rows=10, deck=None):
    """Return the Preview of a file's first and last lines; a prefix listed twice is for the reading itself to find.

    `deck` as for reading. Raises SheetError as reading does.
    """
    layout.require()
    count, first, last = 0, [], []
    for block in ends(path, layout):
        room = max(rows - len(first), 0)
        first += [_only(block, position) for position in range(min(room, len(block.numbers)))]
        tail = range(max(room, len(block.numbers) - rows), len(block.numbers))
        last = (last + [_only(block, position) for position in tail])[-rows:]
        count = block.numbers[-1] - layout.header if block.numbers else count
    converter = Converter(layout, deck)
    return Preview(layout, *[[_shown(converter, one) for one in part] for part in (first, last)], count)


def error_file(refused, layout):
    """Return refused Lines as CSV text: the line and the reason, then the file's own columns as they stood.

    Corrected, it is read again by `corrected_layout`; the two added columns are not read. They stand first, so that a
    line of too few or too many cells stays one. No cell of it can run as a formula in a spreadsheet. A file that was
    corrected before keeps the numbers of the first one.
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter=layout.delimiter, lineterminator="\n")
    writer.writerow(corrected_layout(layout).columns)
    for line in refused:
        found = _cells(line.raw, layout.delimiter)
        writer.writerow([*_began(line, found, layout), *map(inert, found[len(ADDED) if _is_again(layout) else 0 :])])
    return text.getvalue()


def corrected_layout(layout):
    """Return the Layout by which the text of `error_file` (as UTF-8) is read again, all choices of this one kept."""
    if _is_again(layout):
        return replace(layout, encoding="utf-8", header=1, part=0)
    return replace(
        layout,
        encoding="utf-8",
        part=0,
        header=1,
        columns=(*ADDED, *(inert(column) for column in layout.columns)),
        mapping=("line", IGNORE, *layout.mapping),
    )


def _begins(row):
    """Return when a rate begins, for a sheet that says so."""
    if "effective" not in row:
        return {}
    instant = row["effective"]
    return {"effective": datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%d %H:%M") if instant > PAST else "now"}


def _is_again(layout):
    return layout.columns[: len(ADDED)] == ADDED and layout.mapping[0] == "line"


def _began(line, found, layout):
    """Return the line's number in the first file, and the reason."""
    return [found[0] if _is_again(layout) and found else line.number, inert(line.reason)]


def cells_of(line, layout):
    """Return the cells of a refused line as they may be written again, its whole text as one where it has none."""
    return list(map(inert, _cells(line.raw, layout.delimiter)))


def _cells(raw, delimiter):
    try:
        return cells(raw, delimiter)
    except Refused:
        return [raw]


def _only(block, position):
    refused = {0: block.refused[position]} if position in block.refused else {}
    return Block([block.numbers[position]], [block.raws[position]], [block.rows[position]], refused)


def _shown(converter, block):
    rates, skipped, refused = converter.convert(block)
    problem = next(iter(skipped + refused), None)
    values = {}
    if not problem:
        names = list(converter.names.positions)
        row = {field: column[0].item() for field, column in rates.columns.items()}
        prices = {field: format_units(row[field]) for field in (*PRICES, "connect") if field in row}
        seconds = {field: str(row[field]) for field in ("mcd", "pulse", "grace")}
        status = {"status": "Leaves the list" if row["gone"] else "Blocked" if row["blocked"] else ""}
        more = len(rates.prefixes) - 1
        prefix = f"{rates.prefixes[0]} to {rates.prefixes[-1]} ({more + 1})" if more else rates.prefixes[0]
        values = {"prefix": prefix, "name": names[row["name"]]} | prices | seconds | status | _begins(row)
    return PreviewRow(block.numbers[0], block.rows[0], values, problem, bool(skipped))
