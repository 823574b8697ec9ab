"""A file as lines of cells, block by block: true line numbers, bounded memory, and no line lost to a stray quote."""

import csv
import os
from typing import NamedTuple

from ratecards.engine.numbers import Refused
from ratecards.sheets.layout import ENCODINGS, SheetError

CHUNK = 1 << 20
MAX_LINE = 100_000
MAX_TEXT = 4_000_000
MAX_RECORD = 20


class Block(NamedTuple):
    """Lines that follow one another: the number of each one's first line, its text as it stands and its cells;
    what cannot be split into cells has none, and its position in `refused`."""

    numbers: list[int]
    raws: list[str]
    rows: list[list[str]]
    refused: dict[int, Refused]


def blocks(path, layout, progress=None):
    """Yield the lines below the header in Blocks of about CHUNK characters; a quoted cell may run over several lines.

    `progress(done, total)` is told the bytes read so far and may raise to stop. A quote that is not closed within
    MAX_RECORD lines spoils its own line only. Raises SheetError (header) when the header is not the layout's.
    """
    total, number, rest, text = os.path.getsize(path), 1, "", None
    with open(path, encoding=ENCODINGS[layout.encoding], errors="replace", newline=None) as file:
        while text != "":
            text = file.read(CHUNK)
            lines, rest = _whole_lines(rest + text, final=not text)
            block, left = _split(lines, number, layout.delimiter, final=not text)
            number += len(lines) - len(left)
            rest = "".join(f"{line}\n" for line in left) + rest
            if block.numbers:
                yield _below_header(block, layout)
            if progress:
                progress(file.buffer.tell(), total)


def cells(raw, delimiter):
    """Return the cells of one line's text; raises Refused (line_bytes, line_nul, line_quote, line_long)."""
    if len(raw) > MAX_LINE:
        raise Refused("line_long", f"The line has more than {MAX_LINE} characters.")
    if "\ufffd" in raw:
        raise Refused("line_bytes", "The line holds bytes that are not text in the file's encoding.")
    if "\0" in raw:
        raise Refused("line_nul", "The line holds a NUL character.")
    try:
        rows = list(csv.reader([f"{line}\n" for line in raw.split("\n")], delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise Refused("line_quote", f"The line cannot be split into cells: {error}.") from error
    return rows[0]


def _whole_lines(text, final):
    cut = len(text) if final else text.rfind("\n") + 1
    if not cut and len(text) > MAX_TEXT:
        raise SheetError("line_long", "The file has a line of millions of characters: it is not a rate sheet.")
    return text[:cut].removesuffix("\n").split("\n") if cut else [], text[cut:]


def _split(lines, number, delimiter, final):
    """Return the Block of whole lines, and the last lines that an open quote keeps for the next block.

    The quick way reads all lines at once; it holds when nothing is wrong with any and each one is a row of its own.
    """
    text = "".join(lines)
    if "\ufffd" not in text and "\0" not in text and max(map(len, lines), default=0) <= MAX_LINE:
        try:
            rows = list(csv.reader(lines, delimiter=delimiter, strict=True))
        except csv.Error:
            rows = []
        if len(rows) == len(lines):
            return Block(list(range(number, number + len(lines))), lines, rows, {}), []
    return _split_slowly(lines, number, delimiter, final)


def _split_slowly(lines, number, delimiter, final):
    block, start = Block([], [], [], {}), 0
    while start < len(lines):
        stop, row = _record(lines, start, delimiter)
        if stop is None and not final and len(lines) - start < MAX_RECORD:
            break
        stop = stop or start + 1
        if isinstance(row, Refused):
            block.refused[len(block.rows)] = row
        block.numbers.append(number + start)
        block.raws.append("\n".join(lines[start:stop]))
        block.rows.append([] if isinstance(row, Refused) else row)
        start = stop
    return block, lines[start:]


def _record(lines, start, delimiter):
    """Return where the row that starts at a line ends, and its cells or why it has none; no end for an open quote."""
    first = None
    for stop in range(start + 1, min(start + MAX_RECORD, len(lines)) + 1):
        try:
            return stop, cells("\n".join(lines[start:stop]), delimiter)
        except Refused as refused:
            first = first or refused
            if "unexpected end of data" not in refused.message:
                return start + 1, first
    return None, first


def _below_header(block, layout):
    """Return the block without the header and what stands above it; the header must be the layout's own."""
    above = sum(number <= layout.header for number in block.numbers[: layout.header])
    if not above:
        return block
    if block.numbers[above - 1] != layout.header or tuple(map(str.strip, block.rows[above - 1])) != layout.columns:
        raise SheetError("header", f"Line {layout.header} is not the header that the layout tells of.")
    refused = {position - above: why for position, why in block.refused.items() if position >= above}
    return Block(block.numbers[above:], block.raws[above:], block.rows[above:], refused)
