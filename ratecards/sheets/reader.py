"""Reading a whole sheet into rate tables: every line is accepted, skipped or refused, and counted once."""

import contextlib
import gc
from collections import Counter
from typing import NamedTuple

import numpy as np

from accounts.sheets.basics import Line, SheetError
from accounts.sheets.lines import blocks
from ratecards.engine import keys
from ratecards.engine.numbers import shown
from ratecards.engine.table import RateTable, empty, from_columns
from ratecards.sheets import listed, swift
from ratecards.sheets.convert import BESIDE, PRICES, Converter
from ratecards.sheets.dates import PAST
from ratecards.sheets.listed import Listed

MAX_LISTED = 100_000


class Dated(NamedTuple):
    """What begins at one instant (seconds since 1970; 0: now): rates, and the keys of the prefixes that go."""

    instant: int
    table: RateTable
    gone: np.ndarray


class SheetResult(NamedTuple):
    """What a sheet gave: accepted + len(skipped) + len(refused) == read, the lines below the header.

    `table` are the rates of now, `gone` the keys that leave the list now, `later` what begins on a day to come, in
    order. `flags` is (keys, positions in FLAGS, instants) of what lines say of themselves, `lines` the lines of a first file that
    were accepted, of `past` lines the date has come already, `unused` lines of the code deck were asked for by none. A line
    of several prefixes gives several rates.
    """

    table: RateTable
    read: int
    accepted: int
    skipped: list[Line]
    refused: list[Line]
    gone: np.ndarray
    later: tuple[Dated, ...] = ()
    flags: tuple = ()
    lines: frozenset = frozenset()
    past: int = 0
    unused: int = 0

    @property
    def steps(self):
        """All that begins, in order of time; the first is what begins now, if anything does."""
        now = Dated(0, self.table, self.gone)
        return ((now,) if len(self.table) or len(self.gone) else ()) + self.later


def read(path, layout, progress=None, deck=None):
    """Return the SheetResult of a file read by a layout; prices in price units a minute, increments in seconds.

    `deck` is the decks.Deck of a layout whose codes are in one. A prefix listed twice for the same time is refused the
    second time. `progress(done, total)` is told bytes and may raise to stop. Raises SheetError: unmapped (no column for
    prefix or cost), deck (there is none), dates (their order is not chosen), header, no_rates (nothing
    below the header), hopeless (more than MAX_LISTED lines refused or skipped: the layout does not fit the file).
    """
    layout.require()
    with _no_collection():
        return _read(path, layout, progress, deck)


@contextlib.contextmanager
def _no_collection():
    """Inside, Python does not look for circles among millions of cells, where there are none: half of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _read(path, layout, progress, deck):
    if swift.fits(layout):
        try:
            return read_swiftly(path, layout, progress)
        except swift.Unfit:
            pass  # nothing was given out yet
    return read_carefully(path, layout, progress, deck)


def read_swiftly(path, layout, progress):
    """`read` for a layout that swift fits: columns at once from the bytes of plain lines, all else line by line.

    Raises swift.Unfit beside what `read` does.
    """
    converter, parts, skipped, refused, count = Converter(layout), [], [], [], 0
    for piece in swift.pieces(path, layout, progress):
        part, blank, bad = _accepted(converter, piece)
        parts.append(part)
        skipped += blank
        refused += bad
        count += len(piece.plain.numbers) + len(piece.others.numbers)
        _give_up(skipped, refused)
    if count == len(skipped):
        raise SheetError("no_rates", "The file has no rates.")
    found, columns, twice = listed.first_ones(listed.together(parts), layout, path, MAX_LISTED + 1)
    refused = sorted(refused + twice)
    _give_up(skipped, refused)
    names = tuple(converter.names.positions)
    return _result((found, columns), layout, names, count, len(found), sorted(skipped), refused)


def _accepted(converter, piece):
    """Return (Listed, skipped Lines, refused Lines) of one swift.Piece."""
    rows, found, columns, skipped, refused = converter.convert_plain(piece.plain)
    one = Listed(piece.plain.numbers[rows], piece.offset + piece.plain.begins[rows], found, listed.small(columns))
    rates, blank, bad = converter.convert(piece.others)
    if rates.numbers:
        rows = np.searchsorted(piece.others.numbers, rates.numbers)
        places = piece.offset + piece.begins[rows]
        other = Listed(np.array(rates.numbers), places, keys.encode_many(rates.prefixes), listed.small(rates.columns))
        one = listed.by_line(listed.together([one, other]))
    return one, skipped + blank, refused + bad


def read_carefully(path, layout, progress, deck=None):
    """`read` for every file: each cell is a text that is asked for its value."""
    converter, seen, parts, skipped, refused, count, accepted = Converter(layout, deck), {}, [], [], [], 0, 0
    for block in blocks(path, layout, progress):
        rates, blank, bad = converter.convert(block)
        rates, twice = _without_duplicates(rates, seen, layout)
        parts.append((keys.encode_many(rates.prefixes), rates.columns))
        skipped += blank
        refused += sorted(bad + twice)
        count += len(block.numbers)
        accepted += len(block.numbers) - len(blank) - len(bad) - len(twice)
        _give_up(skipped, refused)
    if count == len(skipped):
        raise SheetError("no_rates", "The file has no rates.")
    columns = {name: np.concatenate([columns[name] for _, columns in parts]) for name in parts[0][1]}
    found = np.concatenate([keys for keys, _ in parts]), columns
    result = _result(found, layout, tuple(converter.names.positions), count, accepted, sorted(skipped), refused)
    return result._replace(unused=converter.deck.unused(converter.asked)) if converter.deck else result


def _without_duplicates(rates, seen, layout):
    """Return the rates whose prefix is new at its time, and the other lines as refused; `seen` (-> line) grows."""
    wanted = _addresses(rates)
    fresh = dict(zip(wanted, rates.numbers, strict=True))
    if len(fresh) == len(wanted) and seen.keys().isdisjoint(fresh):
        seen |= fresh
        return rates, []
    column, kept, twice = layout.columns[layout.address], [], []
    for start, stop in _lines_of(rates.numbers):
        number, again = (
            rates.numbers[start],
            next((place for place in range(start, stop) if wanted[place] in seen), None),
        )
        if again is None:
            kept += range(start, stop)
            seen |= dict.fromkeys(wanted[start:stop], number)
        else:
            reason = f"The prefix {shown(rates.prefixes[again])} stands in line {seen[wanted[again]]} already."
            twice.append(Line(number, column, reason, "duplicate", rates.raws[again]))
    return rates.take(kept), twice


def _lines_of(numbers):
    """Yield where the rates of each line begin and end; they follow one another."""
    start = 0
    for place in range(1, len(numbers) + 1):
        if place == len(numbers) or numbers[place] != numbers[start]:
            yield start, place
            start = place


def _addresses(rates):
    """Return what may stand once: a prefix, or a prefix at one of the instants of a sheet of dates."""
    if "effective" not in rates.columns:
        return rates.prefixes
    instants = rates.columns["effective"]
    return list(zip(rates.prefixes, np.where(instants == PAST, 0, instants).tolist(), strict=True))


def _give_up(skipped, refused):
    if len(skipped) > MAX_LISTED:
        raise SheetError("hopeless", f"More than {MAX_LISTED} lines are empty or notes: this is not a rate sheet.")
    if len(refused) > MAX_LISTED:
        codes = Counter(line.code for line in refused)
        usual = next(line for line in refused if line.code == codes.most_common(1)[0][0])
        raise SheetError(
            "hopeless",
            f"More than {MAX_LISTED} lines are refused, so the layout cannot be right. "
            f"Most often as in line {usual.number}: {usual.reason}",
        )


def _result(rates, layout, names, count, accepted, skipped, refused):
    presented = [price for price in PRICES if price == "cost" or price in layout.mapping]
    found, columns = rates
    beside = {name: columns.pop(name) for name in BESIDE if name in columns}
    gone, instants = columns.pop("gone"), beside.get("effective", np.zeros(len(found), np.int64))
    when = np.where(instants == PAST, 0, instants)
    steps = {}
    for instant in [0, *np.unique(when[when > 0]).tolist()]:
        here = when == instant
        kept = here & ~gone
        part = (
            (found, columns) if kept.all() else (found[kept], {name: column[kept] for name, column in columns.items()})
        )
        steps[instant] = Dated(instant, _table(*part, presented, names), np.sort(found[here & gone]))
    now = steps.pop(0)
    return SheetResult(now.table, count, accepted, skipped, refused, now.gone, tuple(steps.values()),
                       _flags(found, beside), frozenset(beside["line"].tolist() if "line" in beside else ()),
                       int((instants == PAST).sum()))  # fmt: skip


def _flags(found, beside):
    """Return (keys, positions in FLAGS, instants at which they begin) by key; of one key in the order of lines."""
    said = np.flatnonzero(beside["flag"]) if "flag" in beside else np.zeros(0, np.int64)
    said = said[np.argsort(found[said], kind="stable")]
    begins = np.where(beside["effective"] == PAST, 0, beside["effective"]) if "effective" in beside else 0 * found
    return (found[said], beside["flag"][said], begins[said]) if len(said) else ()


def _table(found, columns, presented, names):
    if not len(found):
        return empty(presented)
    used = np.flatnonzero(np.bincount(columns["name"], minlength=len(names)))
    place = np.zeros(len(names), np.int32)
    place[used] = np.arange(len(used))
    name = place[columns["name"]]
    columns = {field: column for field, column in columns.items() if field != "name"}
    absent = {price: None for price in PRICES if price not in presented}
    return from_columns(found, names=tuple(names[position] for position in used), name=name, **columns, **absent)
