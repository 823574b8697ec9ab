"""Showing a sheet before it is taken, and giving back the lines that were not.

A layout is any dataclass with `encoding`, `delimiter`, `header`, `part`, `columns` and `mapping`, in which a column can
be read as "line", the line of a first file.
"""

import codecs
import csv
import io
from dataclasses import replace
from typing import NamedTuple

from accounts.sheets.basics import DELIMITERS, IGNORE, BadLine, Line, SheetError
from accounts.sheets.cells import inert
from accounts.sheets.lines import MAX_RECORD, Block, cells, ends
from accounts.sheets.text import SAMPLE, encoding_of, lines_of, rows_of

ADDED = ("line", "reason")


class PreviewRow(NamedTuple):
    """One line as it stands (cells) and as it will be read: values by field as text, or why it is not taken: `problem`,
    and `is_skipped` where nothing is wrong with it."""

    number: int
    cells: list[str]
    values: dict[str, str]
    problem: Line | None
    is_skipped: bool = False


class Preview(NamedTuple):
    """The layout, and the first and the last lines of the file (none twice); `lines` is how many are below the header."""

    layout: object
    first: list[PreviewRow]
    last: list[PreviewRow]
    lines: int


def preview(path, layout, shown, rows=10, most=MAX_RECORD):
    """Return the Preview of a file's first and last lines; `shown(block)` is the PreviewRow of a block of one line.
    A row runs over at most `most` lines.

    Raises SheetError as reading does.
    """
    count, first, last = 0, [], []
    for block in ends(path, layout, most):
        room = max(rows - len(first), 0)
        first += [_only(block, position) for position in range(min(room, len(block.numbers)))]
        tail = range(max(room, len(block.numbers) - rows), len(block.numbers))
        last = (last + [_only(block, position) for position in tail])[-rows:]
        count = block.numbers[-1] - layout.header if block.numbers else count
    return Preview(layout, *[[shown(one) for one in part] for part in (first, last)], count)


def as_it_stands(path, layout, rows=10, most=MAX_RECORD):
    """Return the Preview of a file of which nobody has said yet what its columns hold: cells alone."""
    return preview(path, layout, lambda block: PreviewRow(block.numbers[0], block.rows[0], {}, None), rows, most)


def remapped(layout, mapping):
    """Return the layout with another mapping. What was noted on a column that is read otherwise now holds no more."""
    names = [column or f"Column {place}" for place, column in enumerate(layout.columns, start=1)]
    other = {name for name, now, then in zip(names, mapping, layout.mapping, strict=True) if now != then}
    gone = tuple(f"{part}: " for name in other for part in (name, name[:60]))
    return replace(layout, mapping=mapping, notes=tuple(note for note in layout.notes if not note.startswith(gone)))


def error_file(refused, layout):
    """Return refused Lines as CSV text: the line and the reason, then the file's own columns as they stood.

    Corrected, it is read again by `corrected_layout`; the two added columns are not read. They stand first, so that a
    line of too few or too many cells stays one. No cell of it can run as a formula in a spreadsheet. A file that was
    corrected before keeps the numbers of the first one.
    """
    return error_header(layout) + error_lines(refused, layout)


def error_header(layout):
    """Return the first line of `error_file`."""
    return _text([corrected_layout(layout).columns], layout)


def error_lines(refused, layout):
    """Return the lines below the header of `error_file`."""
    rows = []
    for line in refused:
        found = _cells(line.raw, layout.delimiter)
        rows.append([*_began(line, found, layout), *map(inert, found[len(ADDED) if _is_again(layout) else 0 :])])
    return _text(rows, layout)


def _text(rows, layout):
    text = io.StringIO()
    csv.writer(text, delimiter=layout.delimiter, lineterminator="\n").writerows(rows)
    return text.getvalue()


def corrected_layout(layout):
    """Return the layout by which the text of `error_file` (as UTF-8) is read again, all choices of this one kept."""
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


def as_saved(path, layout):
    """Return the `corrected_layout` of a layout for a list of refused lines as a spreadsheet saved it, which may be in
    another encoding and with another delimiter.

    Raises SheetError (header) unless the columns are those of the list; empty, kind, binary as recognising does.
    """
    wanted = corrected_layout(layout)
    with open(path, "rb") as file:
        data = file.read(SAMPLE)
    encoding = "utf-8" if _is_utf8(data) else encoding_of(data)  # the list itself holds signs for what was no text
    lines = lines_of(data, encoding)[:MAX_RECORD]
    for delimiter in (wanted.delimiter, *DELIMITERS):
        if lines and tuple(rows_of(lines, delimiter)[0]) == wanted.columns:
            return replace(wanted, encoding=encoding, delimiter=delimiter)
    raise SheetError("header", f"The first line must be that of the list: {', '.join(wanted.columns)}.")


def _is_utf8(data):
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data)
    except UnicodeDecodeError:
        return False
    return b"\0" not in data[:2]


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
    except BadLine:
        return [raw]


def _only(block, position):
    refused = {0: block.refused[position]} if position in block.refused else {}
    return Block([block.numbers[position]], [block.raws[position]], [block.rows[position]], refused)
