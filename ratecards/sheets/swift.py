"""A text file as blocks of bytes: its plain lines as places of cells, every other line for the careful reader.

A line is plain when it holds no NUL, no byte that is not text, no quotes but pairs around whole cells, and exactly the
sheet's columns: then its cells are what stands between the delimiters, and no text is made of it unless asked for. What
the careful reader would take or refuse stays as it is: the lines that are not plain are split by its own functions, and
a file in which a row may run over several lines is left to it altogether.
"""

import os
from typing import NamedTuple

import numpy as np

from accounts.sheets import lines
from accounts.sheets.basics import BadLine
from accounts.sheets.lines import CR, LF, MAX_LINE, OPEN, Block
from ratecards.sheets import codes, figures
from ratecards.sheets.layout import Layout

BLOCK = 1 << 21  # bytes
QUOTE, NUL, ASCII = 34, 0, 0x80
MARK = b"\xef\xbb\xbf"
SAME = 8 * figures.WORD  # bytes, below figures.BEYOND; longer cells are not compared with the one above


class Unfit(Exception):
    """The file is for the careful reader."""


class Plain(NamedTuple):
    """Plain lines of one block: the number of each, where its bytes begin and end (within the line end), and where
    each of its cells does, a row of places for every column."""

    data: bytes
    encoding: str
    numbers: np.ndarray
    begins: np.ndarray
    stops: np.ndarray
    starts: np.ndarray
    ends: np.ndarray

    def raw(self, row):
        return self.data[self.begins[row] : self.stops[row]].decode(self.encoding)

    def row(self, row):
        places = zip(self.starts[:, row].tolist(), self.ends[:, row].tolist(), strict=True)
        return [self.data[start:end].decode(self.encoding) for start, end in places]

    def cells(self, column):
        """Return (the block's words, where the cells of a column begin, their lengths)."""
        starts = self.starts[column]
        return figures.words_of(self.data), starts, self.ends[column] - starts

    def texts(self, column, rows):
        """Return the cells of a column in some rows as texts."""
        places = map(slice, self.starts[column][rows].tolist(), self.ends[column][rows].tolist())
        if self.data.isascii():
            return list(map(self.data.decode("ascii").__getitem__, places))
        return [cell.decode(self.encoding) for cell in map(self.data.__getitem__, places)]

    def values(self, column, known):
        """Return what `known` says of the cells of a column; cells like the one above are not asked."""
        heads = self._heads(column)
        found = np.fromiter(map(known.__getitem__, self.texts(column, heads)), np.int64, len(heads))
        return np.repeat(found, np.diff(heads, append=len(self.numbers)))

    def _heads(self, column):
        """Return the rows whose cell is not the same as the one above."""
        words, starts, lengths = self.cells(column)
        longest = int(lengths.max(initial=0))
        same = (lengths[1:] == lengths[:-1]) & (lengths[1:] <= SAME)
        for place in range(0, min(longest, SAME), figures.WORD):
            part = figures.word(words, starts + place, np.maximum(lengths - place, 0))
            same &= part[1:] == part[:-1]
        return np.concatenate(([0], np.flatnonzero(~same) + 1)) if len(starts) else np.zeros(0, np.int64)


class Piece(NamedTuple):
    """What one block of a file holds below the header: its plain lines, the others, and where the latter begin.

    `offset` is the place of the block in the file.
    """

    plain: Plain
    others: Block
    begins: np.ndarray
    offset: int


def fits(layout: Layout) -> bool:
    """Whether bytes tell where cells are: an encoding that keeps ASCII, and one prefix a line as it stands."""
    return layout.encoding in ("utf-8", "cp1252") and codes.is_plain(layout)


def pieces(path, layout, progress=None):
    """Yield the Pieces of a file of a layout that `fits`; `progress(done, total)` is told bytes and may raise to stop.

    Raises Unfit (a row over several lines, line ends of old, a header beyond the first block), SheetError (header).
    """
    total, number, offset, header = os.path.getsize(path), 1, 0, layout.header
    with open(path, "rb") as file:
        if layout.encoding == "utf-8" and file.read(len(MARK)) == MARK:
            offset = len(MARK)
        file.seek(offset)
        rest = b""
        while read := file.read(BLOCK):
            whole, rest = _cut(rest + read, last=file.tell() == total)
            ends = np.flatnonzero(np.frombuffer(whole, np.uint8) == LF)
            above = _check_header(whole, ends, layout) if header else 0
            yield _piece(whole, ends, above, layout, number, offset)
            header, number, offset = 0, number + len(ends), offset + len(whole)
            if progress:
                progress(min(file.tell(), total), total)
    if rest:
        raise Unfit("the file grew while it was read")


def line_at(file, place, encoding):
    """Return the text of the line that begins at a place of a binary file."""
    file.seek(place)
    return file.readline().removesuffix(b"\n").removesuffix(b"\r").decode(encoding, "replace")


def _cut(data, last):
    """Return the whole lines of what was read, each with its end, and the rest."""
    if last and not data.endswith(b"\n"):
        data += b"\n"
    place = data.rfind(b"\n") + 1
    whole = data[:place]
    if not place or (b"\r" in whole and whole.count(b"\r") != whole.count(b"\r\n")):
        raise Unfit("a line longer than a block, or a line end that is not LF")
    return whole, data[place:]


def _check_header(whole, ends, layout):
    """Return how many lines the header and what stands above it take."""
    if len(ends) < layout.header:
        raise Unfit("the header lies beyond the first block")
    texts = whole[: ends[layout.header - 1]].decode(layout.encoding, "replace").replace("\r\n", "\n").split("\n")
    block, left = lines.split(texts, 1, layout.delimiter, final=False)
    if left or block.numbers != list(range(1, layout.header + 1)):
        raise Unfit("a row over several lines above the header")
    lines.below_header(block, layout)
    return layout.header


def _piece(whole, ends, above, layout, number, offset):
    data = np.frombuffer(whole, np.uint8)
    begins = np.concatenate(([0], ends[:-1] + 1))
    stops = ends - (data[ends - 1] == CR) if b"\r" in whole else ends
    width = len(layout.columns)
    if (stops - begins).max() > lines.MAX_TEXT:
        raise Unfit("a line of millions of bytes")
    separators, odd = _separators(data, begins, ends, ord(layout.delimiter))
    last = np.flatnonzero(data[separators] == LF)  # the place of each line's end among the separators
    plain = np.diff(last, prepend=-1) == width
    plain &= stops - begins <= MAX_LINE
    plain[odd] = False
    plain[_spoilt(whole, data, ends, layout.encoding)] = False
    below = np.arange(len(ends)) >= above
    rows, others = np.flatnonzero(plain & below), np.flatnonzero(~plain & below)
    cells = separators[last[rows] + np.arange(1 - width, 1)[:, None]]
    cells[-1] = stops[rows]
    starts = np.concatenate((begins[None, rows], cells[:-1] + 1))
    quoted = data[starts] == QUOTE
    starts, cells = starts + quoted, cells - quoted
    found = Plain(
        whole + bytes(figures.BEYOND), layout.encoding, number + rows, begins[rows], stops[rows], starts, cells
    )
    places = zip(begins[others].tolist(), stops[others].tolist(), strict=True)
    raws = [whole[start:stop].decode(layout.encoding, "replace") for start, stop in places]
    return Piece(found, _alone(raws, (number + others).tolist(), layout.delimiter), begins[others], offset)


def _separators(data, begins, ends, delimiter):
    """Return (the places of line ends and of delimiters outside of quotes, the lines whose quotes are no pairs around
    whole cells; a place in one of the latter means nothing)."""
    separators = np.flatnonzero((data == delimiter) | (data == LF))
    quotes = np.flatnonzero(data == QUOTE)
    if not quotes.size:
        return separators, quotes
    before, after = data[quotes - 1], data[quotes + 1]  # a block ends with LF, so in front of the first byte is one
    opens = (before == delimiter) | (before == LF)
    closes = (after == delimiter) | (after == LF) | (after == CR)
    first, line = np.searchsorted(quotes, begins), np.searchsorted(ends, quotes)
    wrong = np.where((np.arange(len(quotes)) - first[line]) % 2, ~closes, ~opens)
    wrong = np.union1d(line[wrong], np.flatnonzero(np.bincount(line) % 2))
    paired = quotes[~np.isin(line, wrong)] if wrong.size else quotes
    first, last = np.searchsorted(separators, (paired[::2], paired[1::2]))
    inside = np.zeros(len(separators) + 1, np.int8)  # 1 where a quote opens over delimiters, -1 behind them
    inside[first[first < last]], inside[last[first < last]] = 1, -1
    return separators[np.cumsum(inside[:-1], dtype=np.int8) == 0] if inside.any() else separators, wrong


def _spoilt(whole, data, ends, encoding):
    """Return the lines that hold a NUL, or bytes that are not text where any byte of the block is not."""
    bad = np.flatnonzero(data == NUL) if b"\0" in whole else np.zeros(0, np.int64)
    if not whole.isascii() and not _is_text(whole, encoding):
        bad = np.concatenate((bad, np.flatnonzero(data >= ASCII)))
    return np.searchsorted(ends, bad)


def _is_text(whole, encoding):
    try:
        return "\ufffd" not in whole.decode(encoding)
    except UnicodeDecodeError:
        return False


def _alone(raws, numbers, delimiter):
    """Return the Block of lines that do not follow one another; raises Unfit for one whose quote stays open."""
    rows = lines.at_once(raws, delimiter)
    if rows is not None:
        return Block(numbers, raws, rows, {})
    block = Block(numbers, raws, [], {})
    for place, raw in enumerate(raws):
        try:
            block.rows.append(lines.cells(raw, delimiter))
        except BadLine as refused:
            if OPEN in refused.message:
                raise Unfit("a row over several lines") from refused
            block.rows.append([])
            block.refused[place] = refused
    return block
