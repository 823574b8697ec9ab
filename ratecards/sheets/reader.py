"""Reading a whole sheet into a rate table: every line is accepted, skipped or refused, and counted once."""

from collections import Counter
from typing import NamedTuple

import numpy as np

from ratecards.engine import keys
from ratecards.engine.numbers import shown
from ratecards.engine.table import RateTable, empty, from_columns
from ratecards.sheets.convert import PRICES, Converter
from ratecards.sheets.layout import Line, SheetError
from ratecards.sheets.lines import blocks

MAX_LISTED = 100_000


class SheetResult(NamedTuple):
    """What a sheet gave: accepted + len(skipped) + len(refused) == read, the lines below the header."""

    table: RateTable
    read: int
    accepted: int
    skipped: list[Line]
    refused: list[Line]


def read(path, layout, progress=None):
    """Return the SheetResult of a file read by a layout; prices in price units a minute, increments in seconds.

    A prefix listed twice is refused the second time. `progress(done, total)` is told bytes and may raise to stop.
    Raises SheetError: unmapped (no column for prefix or cost), header, no_rates (nothing below the header),
    hopeless (more than MAX_LISTED lines refused or empty: the layout does not fit the file).
    """
    layout.require()
    converter, seen, parts, skipped, refused, count = Converter(layout), {}, [], [], [], 0
    for block in blocks(path, layout, progress):
        rates, blank, bad = converter.convert(block)
        rates, twice = _without_duplicates(rates, seen, layout)
        parts.append((keys.encode_many(rates.prefixes), rates.columns))
        skipped += blank
        refused += sorted(bad + twice)
        count += len(block.numbers)
        _give_up(skipped, refused)
    if count == len(skipped):
        raise SheetError("no_rates", "The file has no rates.")
    table = _table(parts, layout, tuple(converter.names.positions))
    return SheetResult(table, count, len(table), sorted(skipped), refused)


def _without_duplicates(rates, seen, layout):
    """Return the rates whose prefix is new, and the others as refused Lines; `seen` (prefix -> line) grows."""
    fresh = dict(zip(rates.prefixes, rates.numbers, strict=True))
    if len(fresh) == len(rates.prefixes) and seen.keys().isdisjoint(fresh):
        seen |= fresh
        return rates, []
    kept, twice, column = [], [], layout.columns[layout.column_of("prefix")]
    for position, (prefix, number) in enumerate(zip(rates.prefixes, rates.numbers, strict=True)):
        first = seen.setdefault(prefix, number)
        if first == number:
            kept.append(position)
        else:
            reason = f"The prefix {shown(prefix)} stands in line {first} already."
            twice.append(Line(number, column, reason, "duplicate", rates.raws[position]))
    return rates.take(kept), twice


def _give_up(skipped, refused):
    if len(skipped) > MAX_LISTED:
        raise SheetError("hopeless", f"More than {MAX_LISTED} lines are empty: this is not a rate sheet.")
    if len(refused) > MAX_LISTED:
        codes = Counter(line.code for line in refused)
        usual = next(line for line in refused if line.code == codes.most_common(1)[0][0])
        raise SheetError(
            "hopeless",
            f"More than {MAX_LISTED} lines are refused, so the layout cannot be right. "
            f"Most often as in line {usual.number}: {usual.reason}",
        )


def _table(parts, layout, names):
    presented = [price for price in PRICES if price == "cost" or price in layout.mapping]
    found = np.concatenate([keys for keys, _ in parts])
    if not len(found):
        return empty(presented)
    columns = {name: np.concatenate([columns[name] for _, columns in parts]) for name in parts[0][1]}
    used, name = np.unique(columns.pop("name"), return_inverse=True)
    absent = {price: None for price in PRICES if price not in presented}
    return from_columns(found, names=tuple(names[position] for position in used), name=name, **columns, **absent)
