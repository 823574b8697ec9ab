"""A price list as numpy columns sorted by prefix: what is read from chunks, matched, built and written again.

Prices and fees are int64 price units (1e-8 of the card's currency), per minute and per call; MCD, pulse and grace
are int32 seconds. A table is never changed: every operation returns a new one.
"""

from dataclasses import dataclass, fields, replace
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from ratecards.engine import keys as prefix_keys
from ratecards.engine.numbers import Refused

PRICES = ("cost", "intra", "inter")
COLUMNS = ("cost", "intra", "inter", "connect", "mcd", "pulse", "grace", "blocked")
_TYPES = {"mcd": np.int32, "pulse": np.int32, "grace": np.int32, "blocked": np.bool_}


class Row(NamedTuple):
    """One rate. `intra` and `inter` are None on a card of one price; a Blocked row's prices mean nothing."""

    prefix: str
    name: str = ""
    cost: int = 0
    intra: int | None = None
    inter: int | None = None
    connect: int = 0
    mcd: int = 0
    pulse: int = 1
    grace: int = 0
    blocked: bool = False


@dataclass(frozen=True, eq=False)
class RateTable:
    """Rates sorted by key, no key twice. `intra` and `inter` are None where the card does not present them;
    `name` holds positions in `names`."""

    keys: np.ndarray
    cost: np.ndarray
    intra: np.ndarray | None
    inter: np.ndarray | None
    connect: np.ndarray
    mcd: np.ndarray
    pulse: np.ndarray
    grace: np.ndarray
    blocked: np.ndarray
    name: np.ndarray
    names: tuple[str, ...]

    def __len__(self):
        return len(self.keys)

    def __eq__(self, other):
        if not isinstance(other, RateTable):
            return NotImplemented
        return (
            np.array_equal(self.keys, other.keys)
            and all(_same(getattr(self, column), getattr(other, column)) for column in COLUMNS)
            and np.array_equal(*unify_names([self, other])[1])
        )

    __hash__ = None

    @cached_property
    def ancestors(self):
        """The position of every row's nearest row above it (the longest shorter prefix listed), or -1."""
        return nearest_ancestors(self.keys, self.spans)

    @cached_property
    def lengths(self):
        """The number of digits of every row's prefix."""
        return prefix_keys.lengths(self.keys)

    @cached_property
    def spans(self):
        """For every row the number of keys that start with it (see `keys.spans`)."""
        return prefix_keys.POWERS[prefix_keys.PLACES - self.lengths]

    @property
    def presented(self):
        """The price columns that this table has, in their fixed order."""
        return tuple(column for column in PRICES if getattr(self, column) is not None)

    def take(self, rows):
        """Return the rows of a slice, a mask or ascending positions as a table of their own."""
        changes = {item.name: _part(getattr(self, item.name), rows) for item in fields(self) if item.name != "names"}
        return replace(self, **changes)

    def renamed(self, name, names):
        """Return the same rates with another column of names: positions in `names`."""
        return replace(self, name=name, names=names)

    def rows(self, start=0, stop=None):
        """Return the rows from position `start` up to `stop` as plain Python `Row`s."""
        part = self.take(slice(start, stop))
        absent = [None] * len(part)
        columns = [getattr(part, column) for column in COLUMNS]
        values = [absent if column is None else column.tolist() for column in columns]
        names = [self.names[name] for name in part.name.tolist()]
        return list(map(Row, prefix_keys.decode_many(part.keys), names, *values))

    def row(self, position):
        """Return one row as plain Python."""
        return self.rows(position, position + 1)[0]


def from_rows(rows):
    """Return the table of an iterable of `Row`s (or tuples, or mappings of its fields) in any order.

    A price column is presented when the first row has it; then every row must. Raises Refused, naming the prefix:
    rate_duplicate, rate_column (a price column filled in some rows only), prefix_characters, prefix_length.
    """
    rows = [Row(**row) if isinstance(row, dict) else Row(*row) for row in rows]
    if not rows:
        return empty()
    prefix, name, *columns = zip(*rows, strict=True)
    names = tuple(dict.fromkeys(name))
    place = {text: position for position, text in enumerate(names)}
    values = {column: _column(column, given, prefix) for column, given in zip(COLUMNS, columns, strict=True)}
    return from_columns(
        prefix_keys.encode_many(prefix), name=np.array([place[text] for text in name]), names=names, **values
    )


def from_columns(keys, *, names, name, **columns):
    """Return the table of columns in any order of keys; raises Refused (rate_duplicate) naming a prefix listed twice.

    `columns` holds the eight of COLUMNS; None for a price that is not presented.
    """
    keys = np.asarray(keys, dtype=np.int64)
    order = slice(None) if (keys[1:] > keys[:-1]).all() else np.argsort(keys, kind="stable")
    keys = keys[order]
    twice = np.flatnonzero(keys[1:] == keys[:-1])
    if twice.size:
        raise Refused("rate_duplicate", f"The prefix {prefix_keys.decode(keys[twice[0]])} is listed twice.")
    sort = {column: _part(_typed(column, values), order) for column, values in columns.items()}
    return RateTable(keys=keys, name=np.asarray(name, dtype=np.int32)[order], names=tuple(names), **sort)


def empty(presented=("cost",)):
    """Return a table without rows that presents the given price columns."""
    columns = {column: np.zeros(0, dtype=_TYPES.get(column, np.int64)) for column in COLUMNS}
    absent = {column: None for column in PRICES if column not in presented}
    nothing = np.zeros(0, dtype=np.int64)
    return RateTable(keys=nothing, name=nothing.astype(np.int32), names=(), **columns | absent)


def concat(tables):
    """Return tables that follow one another in key order as one; all must present the same price columns.

    Raises ValueError when they overlap or present different columns: the pieces then are not of one card.
    """
    tables = list(tables)
    if not tables:
        return empty()
    if len({table.presented for table in tables}) > 1:
        raise ValueError("tables of different price columns cannot be one")
    filled = [table for table in tables if len(table)]
    if any(first.keys[-1] >= second.keys[0] for first, second in pairwise(filled)):
        raise ValueError("tables that overlap cannot be joined")
    return stack(tables)


def stack(tables):
    """Return the rows of tables of the same price columns one after another, in whatever order: no price list."""
    names, name = unify_names(tables)
    columns = {
        column: None if getattr(tables[0], column) is None else np.concatenate([getattr(t, column) for t in tables])
        for column in ("keys", *COLUMNS)
    }
    return RateTable(name=np.concatenate(name), names=names, **columns)


def unify_names(tables):
    """Return one tuple of names for several tables, and each table's name column as positions in it."""
    place = {}
    columns = []
    for table in tables:
        moved = [place.setdefault(text, len(place)) for text in table.names]
        columns.append(np.array(moved, dtype=np.int32)[table.name])
    return tuple(place), columns


def nearest_ancestors(keys, spans):
    """Return for sorted keys the position of the nearest earlier key whose interval holds it, or -1 (int64).

    Only rows that hold their very next row are above anything. Their own ancestors are found first, among
    themselves; then the nearest ancestor changes only where such an interval begins or ends, and is constant between.
    """
    above = np.full(len(keys), -1, dtype=np.int64)
    inner = np.flatnonzero(keys[1:] - keys[:-1] < spans[:-1])
    if not inner.size:
        return above
    upper = nearest_ancestors(keys[inner], spans[inner])
    outer = np.where(upper < 0, -1, inner[upper])
    ends = np.searchsorted(keys, keys[inner] + spans[inner])
    borders = np.concatenate((ends[::-1], inner + 1))
    values = np.concatenate((outer[::-1], inner))
    # Intervals may end at one row: assigned innermost first, the outermost one has the last word.
    change = np.full(len(keys) + 1, -2, dtype=np.int64)
    change[borders] = values
    places = np.flatnonzero(change[:-1] != -2)
    above[places[0] :] = np.repeat(change[places], np.diff(places, append=len(keys)))
    return above


def _column(column, values, prefixes):
    if column in PRICES and None in values:
        if column == "cost" or values.count(None) != len(values):
            raise Refused("rate_column", f"The prefix {prefixes[values.index(None)]} has no {column} price.")
        return None
    return values


def _typed(column, values):
    return None if values is None else np.asarray(values, dtype=_TYPES.get(column, np.int64))


def _part(column, rows):
    return None if column is None else column[rows]


def _same(one, other):
    return np.array_equal(one, other) if one is not None and other is not None else one is other
