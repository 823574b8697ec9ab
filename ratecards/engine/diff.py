"""What differs between two price lists, row by row or for a caller; what both have in common is never decoded.

*Exact* compares the rows of each prefix. *Effective* compares what a call to the prefix costs: the longest match in
either list, so that a removed row whose shorter prefix costs the same is no change. What is Blocked is not sold. The
union of both lists' prefixes is enough, for no longest match changes between two of them.

A chunk that both lists have holds the same rows in both, and each of its prefixes is its own longest match in either:
unchanged both ways. So only prefixes of other chunks are compared, with longest matches found by the directories.
Names are no difference: nobody pays for one.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np

from ratecards.engine import keys as prefix_keys
from ratecards.engine.directory import Directory
from ratecards.engine.lookup import find_many_in_revision
from ratecards.engine.merge import union
from ratecards.engine.table import PRICES, RateTable, Row, concat, empty

KINDS = ("unchanged", "new", "increased", "decreased", "closed", "other")
UNCHANGED, NEW, INCREASED, DECREASED, CLOSED, OTHER = range(len(KINDS))
TERMS = ("connect", "mcd", "pulse", "grace")
POINTS = 10_000  # of a price: hundredths of a per cent
MOST_POINTS = np.iinfo(np.int64).max  # the rise of a price of 0
STEPS = (5, 10, 20, 50)  # per cent, between the classes of the histogram
WHOLE = (b"", b"")  # in place of the digests of a list that has no chunks


class Side(NamedTuple):
    """One of the two lists: its directory, and what gives the decoded chunk of a position in it; it is asked twice
    for the chunks that the other list does not have, and better remembers them."""

    directory: Directory
    load: Callable[[int], RateTable]


class Change(NamedTuple):
    """One prefix: its rows (or longest matches) in both lists, the two prices (-1: not sold), hundredths of a per cent."""

    prefix: str
    old: Row | None
    new: Row | None
    before: int
    after: int
    points: int
    kind: str


@dataclass(frozen=True, eq=False)
class Difference:
    """The prefixes that differ, in order. `old_at` and `new_at` are the row of each in the tables (-1: none), `before`
    and `after` its prices in price units (-1: not sold), `kind` its position in KINDS; `unchanged` counts the others."""

    keys: np.ndarray
    old: RateTable
    new: RateTable
    old_at: np.ndarray
    new_at: np.ndarray
    before: np.ndarray
    after: np.ndarray
    kind: np.ndarray
    unchanged: int

    def __len__(self):
        return len(self.keys)

    def counts(self):
        """Return {kind: number of prefixes}."""
        found = np.bincount(self.kind, minlength=len(KINDS)).tolist()
        return dict(zip(KINDS, found, strict=True)) | {"unchanged": self.unchanged}

    @cached_property
    def points(self):
        """Every price's change in hundredths of a per cent, cut towards 0; MOST_POINTS for the rise of a price
        of 0, and 0 where either side is not sold."""
        change, base = self.after - self.before, np.maximum(self.before, 1)
        whole, rest = np.divmod(np.abs(change), base)  # apart: the product of a large change would pass int64
        size = np.where(self.before == 0, MOST_POINTS, whole * POINTS + rest * POINTS // base)
        return np.where(np.isin(self.kind, (INCREASED, DECREASED)), np.sign(change) * size, 0)

    def histogram(self):
        """Return (falls, rises): the prefixes whose price changed by less than 5 %, 5 to 10, 10 to 20, 20 to 50, more."""
        size, count = np.abs(self.points), len(STEPS) + 1
        steps = np.searchsorted(np.array(STEPS) * (POINTS // 100), size, "right")
        return tuple(np.bincount(steps[self.kind == kind], minlength=count).tolist() for kind in (DECREASED, INCREASED))

    def largest(self, count):
        """Return the positions of the largest falls and of the largest rises in per cent, at most `count` of each."""
        points = self.points
        order = np.argsort(points, kind="stable")
        falls, rises = order[:count], order[::-1][:count]
        return falls[points[falls] < 0], rises[points[rises] > 0]

    def below(self, prefix):
        """Return the positions [start, stop) of what begins with these digits."""
        first = prefix_keys.encode(prefix)
        end = first + int(prefix_keys.POWERS[prefix_keys.PLACES - len(prefix)])
        return tuple(np.searchsorted(self.keys, (first, end)).tolist())

    def rows(self, positions):
        """Return the `Change`s at some positions."""
        places = np.asarray(positions, dtype=np.int64)
        facts = zip(
            prefix_keys.decode_many(self.keys[places]),
            _rows(self.old, self.old_at[places]),
            _rows(self.new, self.new_at[places]),
            self.before[places].tolist(),
            self.after[places].tolist(),
            self.points[places].tolist(),
            (KINDS[kind] for kind in self.kind[places].tolist()),
            strict=True,
        )
        return [Change(*fact) for fact in facts]


def compare(old, new, column="cost", *, effective=True):
    """Return the `Difference` of two `Side`s by one price column, which both must present; other columns and terms
    make a prefix of the same price "other". Raises what `load` raises."""
    shared = (set(old.directory.digests) & set(new.directory.digests)) - {WHOLE}
    own = [_own(side, shared) for side in (old, new)]
    found = union([table.keys for table in own])
    (one, one_at), (two, two_at) = (
        _matches(side, table, found, effective) for side, table in zip((old, new), own, strict=True)
    )
    before, after = _prices(one, one_at, column), _prices(two, two_at, column)
    other = _otherwise(one, one_at, two, two_at, column)
    listed = (one_at >= 0) != (two_at >= 0) if not effective else np.zeros(len(found), dtype=np.bool_)
    kind = _kinds(before, after, other, listed)
    differs = kind != UNCHANGED
    skipped = sum(
        count
        for pair, count in zip(old.directory.digests, old.directory.counts.tolist(), strict=True)
        if pair in shared
    )
    whole = Difference(found, one, two, one_at, two_at, before, after, kind, skipped + int((~differs).sum()))
    return _slim(whole, differs)


def side_of(table):
    """Return a table that lies in no chunks as a `Side`."""
    counts = np.array([len(table)][: len(table)], dtype=np.int64)
    contents = Directory((WHOLE,) * len(counts), table.keys[:1], counts, empty(table.presented))
    return Side(contents, lambda _: table)


def _own(side, shared):
    """Return the rows of the chunks that the other list does not have, as one table."""
    tables = [side.load(place) for place, pair in enumerate(side.directory.digests) if pair not in shared]
    return concat(tables) if tables else empty(side.directory.spine.presented)


def _matches(side, table, found, effective):
    """Return (table, the row of each prefix in it): the very prefix, or its longest match in the whole list. Where all
    are listed, each is its own longest match, and nothing is looked up."""
    places = np.searchsorted(table.keys, found)
    places = np.where(np.append(table.keys, -1)[places] == found, places, -1)
    if not effective or (places >= 0).all():
        return table, places
    return find_many_in_revision(side.directory, side.load, found)


def _prices(table, at, column):
    """Return the price at each row, -1 for none and for a Blocked one."""
    sold = np.where(table.blocked, -1, getattr(table, column))
    return np.append(sold, -1)[at]


def _otherwise(one, one_at, two, two_at, column):
    """Return where the other prices, the connect cost or the increments of two rows are not the same."""
    different = np.zeros(len(one_at), dtype=np.bool_)
    common = [name for name in PRICES if name in one.presented and name in two.presented and name != column]
    for name in (*common, *TERMS):
        different |= np.append(getattr(one, name), 0)[one_at] != np.append(getattr(two, name), 0)[two_at]
    return different


def _kinds(before, after, other, listed):
    sold, still = before >= 0, after >= 0
    cases = [(sold & ~still, CLOSED), (~sold & still, NEW), (sold & (after > before), INCREASED),
             (still & (after < before), DECREASED), (sold & other, OTHER), (~sold & listed, OTHER)]  # fmt: skip
    return np.select([where for where, _ in cases], [kind for _, kind in cases], UNCHANGED).astype(np.int8)


def _slim(whole, differs):
    """Return only what differs, with no row in the tables that is not asked for: a difference is kept in memory."""
    old, old_at = _used(whole.old, whole.old_at[differs])
    new, new_at = _used(whole.new, whole.new_at[differs])
    part = {name: getattr(whole, name)[differs] for name in ("keys", "before", "after", "kind")}
    return replace(whole, old=old, new=new, old_at=old_at, new_at=new_at, **part)


def _used(table, at):
    used = np.zeros(len(table), dtype=np.bool_)
    used[at[at >= 0]] = True
    moved = np.append(np.cumsum(used) - 1, -1)
    return table.take(used), moved[at]


def _rows(table, at):
    """Return the row at each position, None for -1."""
    listed = at[at >= 0]
    order = np.unique(listed)
    rows = dict(zip(order.tolist(), table.take(order).rows(), strict=True))
    return [rows.get(place) for place in at.tolist()]
