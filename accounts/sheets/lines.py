"""A file as lines of cells, block by block: true line numbers, bounded memory, and no line lost to a stray quote."""

import codecs
import csv
import io
import os
from typing import NamedTuple

import numpy as np

from accounts.sheets.basics import ENCODINGS, NOT_ENCODED, BadLine, SheetError

CHUNK = 1 << 20
MAX_LINE = 100_000
MAX_TEXT = 4_000_000
MAX_RECORD = 20
EDGE, NEAR = 1 << 18, 1000  # bytes, and of these lines, of each end that `ends` reads
CR, LF = 13, 10
OPEN = "unexpected end of data"  # what the csv module says of a quote that is not closed


class Block(NamedTuple):
    """Lines that follow one another: the number of each one's first line, its text as it stands and its cells;
    what cannot be split into cells has none, and its position in `refused`."""

    numbers: list[int]
    raws: list[str]
    rows: list[list[str]]
    refused: dict[int, BadLine]


def blocks(path, layout, progress=None, most=MAX_RECORD):
    """Yield the lines below the header in Blocks of about CHUNK characters; a quoted cell may run over several lines.

    `progress(done, total)` is told the bytes read so far and may raise to stop. A quote that is not closed within
    `most` lines spoils its own line only. Raises SheetError: header (it is not the layout's), encoding.
    """
    total, number, rest, text = os.path.getsize(path), 1, "", None
    with open(path, encoding=ENCODINGS[layout.encoding], errors="replace", newline=None) as file:
        while text != "":
            text = _decoded(file, CHUNK, layout)
            lines, rest = _whole_lines(rest + text, final=not text)
            block, left = split(lines, number, layout.delimiter, not text, most)
            number += len(lines) - len(left)
            rest = "".join(f"{line}\n" for line in left) + rest
            if block.numbers:
                yield below_header(block, layout)
            if progress:
                progress(file.buffer.tell(), total)


def ends(path, layout, most=MAX_RECORD):
    """Yield the lines below the header as `blocks` does, but of a large file NEAR at each end, within EDGE bytes.

    The time does not depend on what stands between: there the ends of lines are counted, so that numbers are true.
    """
    size = os.path.getsize(path)
    if size <= 2 * EDGE:
        yield from blocks(path, layout, most=most)
        return
    with open(path, "rb") as file:
        head = file.read(EDGE)
        file.seek(size - EDGE - size % 2)
        tail = file.read()
    name = _without_mark(layout.encoding, head)
    first = _whole(head, ENCODINGS[layout.encoding], layout)
    lines = first.split("\n")[:-1][: layout.header + NEAR]
    yield below_header(split(lines, 1, layout.delimiter, True, most)[0], layout)
    last = _whole(tail, name, layout).removesuffix("\n").split("\n")[1:][-NEAR:]
    number = _count_lines(path, name) - len(last) + 1
    yield split(last, number, layout.delimiter, True, most)[0]


def cells(raw, delimiter):
    """Return the cells of one line's text; raises BadLine (line_bytes, line_nul, line_quote, line_long)."""
    if len(raw) > MAX_LINE:
        raise BadLine("line_long", f"The line has more than {MAX_LINE} characters.")
    if "\ufffd" in raw:
        raise BadLine("line_bytes", "The line holds bytes that are not text in the file's encoding.")
    if "\0" in raw:
        raise BadLine("line_nul", "The line holds a NUL character.")
    try:
        rows = list(csv.reader([f"{line}\n" for line in raw.split("\n")], delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise BadLine("line_quote", f"The line cannot be split into cells: {error}.") from error
    return rows[0]


def _decoded(file, size, layout):
    try:
        return file.read(size)
    except UnicodeError as error:  # UTF-16 without the mark that tells the order of its bytes
        raise SheetError("encoding", NOT_ENCODED.format(layout.encoding.upper())) from error


def _whole(data, encoding, layout):
    return _decoded(io.TextIOWrapper(io.BytesIO(data), encoding=encoding, errors="replace", newline=None), -1, layout)


def _without_mark(encoding, head):
    """Return the encoding for a part of the file that does not begin with the mark of the order of bytes."""
    if encoding == "utf-16":
        return "utf-16-be" if head.startswith(codecs.BOM_UTF16_BE) else "utf-16-le"
    return encoding


def _count_lines(path, encoding):
    """Return the number of lines of a file: LF, CR and CR LF end one, and the last one may have no end."""
    kind = np.dtype({"utf-16-le": "<u2", "utf-16-be": ">u2"}.get(encoding, "u1"))
    count, before = 0, LF
    with open(path, "rb") as file:
        while data := file.read(CHUNK):
            signs = np.frombuffer(data, kind, len(data) // kind.itemsize)
            returns, feeds = signs == CR, signs == LF
            count += np.count_nonzero(returns) + np.count_nonzero(feeds) - np.count_nonzero(returns[:-1] & feeds[1:])
            count -= bool(before == CR and len(signs) and signs[0] == LF)
            before = signs[-1] if len(signs) else before
    return int(count) + (before not in (CR, LF))


def _whole_lines(text, final):
    cut = len(text) if final else text.rfind("\n") + 1
    if not cut and len(text) > MAX_TEXT:
        raise SheetError("line_long", "The file has a line of millions of characters: it is no sheet.")
    return text[:cut].removesuffix("\n").split("\n") if cut else [], text[cut:]


def split(lines, number, delimiter, final, most=MAX_RECORD):
    """Return the Block of whole lines, and the last lines that an open quote keeps for the next block.

    The quick way reads all lines at once; it holds when nothing is wrong with any and each one is a row of its own.
    """
    rows = at_once(lines, delimiter)
    if rows is not None:
        return Block(list(range(number, number + len(lines))), lines, rows, {}), []
    return _split_slowly(lines, number, delimiter, final, most)


def at_once(lines, delimiter):
    """Return the cells of all lines, None unless nothing is wrong with any and each is a row of its own."""
    text = "".join(lines)
    if "\ufffd" in text or "\0" in text or max(map(len, lines), default=0) > MAX_LINE:
        return None
    try:
        rows = list(csv.reader(lines, delimiter=delimiter, strict=True))
    except csv.Error:
        return None
    return rows if len(rows) == len(lines) else None


def _split_slowly(lines, number, delimiter, final, most):
    block, start = Block([], [], [], {}), 0
    while start < len(lines):
        stop, row = _record(lines, start, delimiter, most)
        if stop is None and not final and len(lines) - start < most:
            break
        stop = stop or start + 1
        if isinstance(row, BadLine):
            block.refused[len(block.rows)] = row
        block.numbers.append(number + start)
        block.raws.append("\n".join(lines[start:stop]))
        block.rows.append([] if isinstance(row, BadLine) else row)
        start = stop
    return block, lines[start:]


def _record(lines, start, delimiter, most):
    """Return where the row that starts at a line ends, and its cells or why it has none; no end for an open quote."""
    try:
        return start + 1, cells(lines[start], delimiter)
    except BadLine as refused:
        if OPEN not in refused.message:
            return start + 1, refused
        first = refused
    reader = csv.reader((f"{line}\n" for line in lines[start : start + most]), delimiter=delimiter, strict=True)
    try:
        next(reader)  # it takes as many lines as the row has: none is read twice
        return start + reader.line_num, cells("\n".join(lines[start : start + reader.line_num]), delimiter)
    except csv.Error as error:
        return None if OPEN in str(error) else start + 1, first
    except BadLine:
        return start + 1, first


def below_header(block, layout):
    """Return the block without the header and what stands above it; the header must be the layout's own."""
    above = sum(number <= layout.header for number in block.numbers[: layout.header])
    if not above:
        return block
    if block.numbers[above - 1] != layout.header or tuple(map(str.strip, block.rows[above - 1])) != layout.columns:
        raise SheetError("header", f"Line {layout.header} is not the header that the layout tells of.")
    refused = {position - above: why for position, why in block.refused.items() if position >= above}
    return Block(block.numbers[above:], block.raws[above:], block.rows[above:], refused)
