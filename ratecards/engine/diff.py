"""What differs between two price lists, row by row or for a caller; what both have in common is never decoded.

*Exact* compares the rows of each prefix. *Effective* compares what a call to the prefix costs: the longest match in
either list, so that a removed row whose shorter prefix costs the same is no change. What is Blocked is not sold. The
union of both lists' prefixes is enough, for no longest match changes between two of them.

A chunk that both lists have holds the same rows in both, and each of its prefixes is its own longest match in either:
unchanged both ways. The others are compared stretch by stretch, from one border that both lists have to the next, so
that only what differs is ever held whole. A prefix of a stretch that one list has not is matched there by a row of the
same stretch, or by one above it: those stand in the directory's spine. Names are no difference: nobody pays for one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from ratecards.engine import keys as prefix_keys
from ratecards.engine.directory import Directory
from ratecards.engine.lookup import find_few
from ratecards.engine.table import PRICES, RateTable, Row, concat, empty, stack

KINDS = ("unchanged", "new", "increased", "decreased", "closed", "other")
UNCHANGED, NEW, INCREASED, DECREASED, CLOSED, OTHER = range(len(KINDS))
TERMS = ("connect", "mcd", "pulse", "grace")
POINTS = 10_000  # of a price: hundredths of a per cent
MOST_POINTS = np.iinfo(np.int64).max  # the rise of a price of 0
STEPS = (5, 10, 20, 50)  # per cent, between the classes of the histogram
WHOLE = (b"", b"")  # in place of the digests of a list that has no chunks
AT_ONCE = 64  # chunks of a list that are compared together: few enough for the processor's caches


class Side(NamedTuple):
    """One of the two lists: its directory, and what gives the decoded chunks of some positions in it."""

    directory: Directory
    load: Callable[[Sequence[int]], list[RateTable]]


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
    """The prefixes that differ, in order. `old_at` and `new_at` are the row of each in the tables (-1: none), whose rows
    stand in no order; `before` and `after` its prices in price units (-1: not sold), `kind` its position in KINDS;
    `unchanged` counts the others."""

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
    different, shared = _stretches(old.directory, new.directory)
    parts = [_compared(old, new, places, column, effective) for places in _together(different)]
    return _joined(parts or [_compared(old, new, ([], []), column, effective)], shared)


def side_of(table):
    """Return a table that lies in no chunks as a `Side`."""
    counts = np.array([len(table)][: len(table)], dtype=np.int64)
    contents = Directory((WHOLE,) * len(counts), table.keys[:1], counts, empty(table.presented))
    return Side(contents, lambda places: [table for _ in places])


def _stretches(old, new):
    """Return (the pairs of ranges of chunks, between borders that both lists have, that are not one equal chunk; the
    number of rates in those that are)."""
    borders = np.intersect1d(old.first_keys, new.first_keys, assume_unique=True)
    cuts = [[0, *np.searchsorted(side.first_keys, borders).tolist(), len(side)] for side in (old, new)]
    different, shared = [], 0
    for (first, end), (start, stop) in zip(pairwise(cuts[0]), pairwise(cuts[1]), strict=True):
        if end - first == stop - start == 1 and old.digests[first] == new.digests[start] != WHOLE:
            shared += int(old.counts[first])
        elif end > first or stop > start:
            different.append((range(first, end), range(start, stop)))
    return different, shared


def _together(stretches):
    """Yield (positions in the old list, positions in the new one) of stretches that are compared at once."""
    one, two = [], []
    for first, second in stretches:
        one += first
        two += second
        if max(len(one), len(two)) >= AT_ONCE:
            yield one, two
            one, two = [], []
    if one or two:
        yield one, two


def _compared(old, new, places, column, effective):
    """Return the `Difference` of some stretches alone."""
    pieces = [side.load(here) for side, here in zip((old, new), places, strict=True)]
    one, two = (
        concat(tables) if tables else empty(side.directory.spine.presented)
        for side, tables in zip((old, new), pieces, strict=True)
    )
    found, one_at, two_at = _aligned(one.keys, two.keys)
    listed = np.zeros(len(found), dtype=np.bool_)
    if effective:
        one, one_at = _matched(one, one_at, old.directory.spine, found)
        two, two_at = _matched(two, two_at, new.directory.spine, found)
    else:
        listed = (one_at >= 0) != (two_at >= 0)
    before, after = _prices(one, one_at, column), _prices(two, two_at, column)
    kind = _kinds(before, after, _otherwise(one, one_at, two, two_at, column), listed)
    differs = np.flatnonzero(kind != UNCHANGED)
    one, one_at = _used(one, one_at[differs])
    two, two_at = _used(two, two_at[differs])
    return Difference(found[differs], one, two, one_at, two_at, before[differs], after[differs], kind[differs],
                      len(found) - len(differs))  # fmt: skip


def _aligned(one, two):
    """Return (the sorted distinct keys of two sorted lists, the position of each in the first, in the second; -1: none).
    A stable sort finds both lists sorted and only merges them."""
    keys = np.concatenate([one, two])
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    heads = np.append(True, keys[1:] != keys[:-1])[: len(keys)]
    member = np.cumsum(heads) - 1
    found, second = keys[heads], order >= len(one)
    places = np.full(2 * len(found), -1, dtype=np.int64)
    places[member + second * len(found)] = order - second * len(one)
    return found, places[: len(found)], places[len(found) :]


def _matched(table, at, spine, found):
    """Return (a table, the row of each prefix in it): the longest match of those that are not listed themselves, the
    longer one of what their stretches have and of what stands above them."""
    absent = np.flatnonzero(at < 0)
    if not absent.size:
        return table, at
    near, above = (find_few(part, found[absent]) for part in (table, spine))
    # Both start the same prefix, so they stand inside one another: the longer one has the greater key.
    longer = np.append(spine.keys, -1)[above] > np.append(table.keys, -1)[near]
    at = at.copy()
    at[absent] = np.where(longer, above + len(table), near)
    return stack([table, spine]), at


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


def _joined(parts, shared):
    """Return the differences of all stretches as one, in which `shared` further rates are unchanged."""
    columns = {item.name: [getattr(part, item.name) for part in parts] for item in fields(Difference)}
    for tables, places in (("old", "old_at"), ("new", "new_at")):
        starts = np.cumsum([0, *map(len, columns[tables])])
        columns[places] = [np.where(at < 0, -1, at + start) for at, start in zip(columns[places], starts, strict=False)]
        columns[tables] = stack(columns[tables])
    arrays = {name: np.concatenate(columns[name]) for name in ("keys", "old_at", "new_at", "before", "after", "kind")}
    return Difference(old=columns["old"], new=columns["new"], unchanged=shared + sum(columns["unchanged"]), **arrays)


def _used(table, at):
    """Return (the rows of a table that are pointed to, with no other row or name; where these point to now)."""
    used = np.zeros(len(table), dtype=np.bool_)
    used[at[at >= 0]] = True
    moved = np.append(np.cumsum(used) - 1, -1)
    rows = table.take(np.flatnonzero(used))
    names, name = np.unique(rows.name, return_inverse=True)
    return rows.renamed(name.astype(np.int32), tuple(table.names[one] for one in names.tolist())), moved[at]


def _rows(table, at):
    """Return the row at each position, None for -1."""
    listed = at[at >= 0]
    order = np.unique(listed)
    rows = dict(zip(order.tolist(), table.take(order).rows(), strict=True))
    return [rows.get(place) for place in at.tolist()]
