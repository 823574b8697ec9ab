"""All prefixes of several price lists in one sorted sweep, and each parent's own answer for every one of them.

Why the union of the prefixes is enough: let p be the longest prefix in the union that starts a number n. Each
parent's longest match of n is in the union too and no longer than p, so it is that parent's longest match of p.
Hence the merged answer for p is the merged answer for n, for every n: no prefix is missing and none changes a price.
The digits of the rules are members as well, for a rule may change the price below any of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from ratecards.engine.lookup import find_many
from ratecards.engine.rules import literals
from ratecards.engine.table import RateTable, unify_names


@dataclass(frozen=True)
class Parent:
    """A price list to build from; `rate` is the price of one unit of its currency in the child's, exactly.

    `two_prices`: its `cost` is no price of its own, but the dearer of its two (see `classes.SPLIT`).
    """

    table: RateTable
    rate: Fraction = Fraction(1)
    two_prices: bool = False


@dataclass(frozen=True)
class Merged:
    """The sorted union of all prefixes and, for each parent, the row that answers each of them (-1: none)."""

    parents: tuple[Parent, ...]
    keys: np.ndarray
    places: tuple[np.ndarray, ...]
    literal_rows: int

    def gather(self, columns, absent) -> Iterator[np.ndarray]:
        """Yield each parent's column as seen from the union; `absent` where the parent has no live row.

        A Blocked row never falls back to a shorter one of the same parent: it found its prefix and is not live.
        """
        for parent, places, column in zip(self.parents, self.places, columns, strict=True):
            blocked = parent.table.blocked
            column = np.where(blocked, absent, column) if blocked.any() else column
            yield np.append(column, np.array(absent, dtype=column.dtype))[places]

    def live(self):
        """Return which prefixes at least one parent answers with a row that is not Blocked (bool)."""
        if not any(parent.table.blocked.any() for parent in self.parents):
            return np.ones(len(self.keys), dtype=np.bool_)
        every = [np.ones(len(parent.table), dtype=np.bool_) for parent in self.parents]
        return np.logical_or.reduce(list(self.gather(every, False)))

    def covered_by_all(self):
        """Return which prefixes every parent has an answer for, a Blocked row included (bool)."""
        return np.logical_and.reduce([places >= 0 for places in self.places])

    def names(self):
        """Return (names, name of every prefix): that of the longest matching row, of the earlier parent if equal."""
        names, columns = unify_names([parent.table for parent in self.parents])
        # All matches of a prefix start it, so they stand inside one another: the longer one has the greater key.
        longest = np.full(len(self.keys), -1, dtype=np.int64)
        name = np.zeros(len(self.keys), dtype=np.int32)
        for parent, places, column in zip(self.parents, self.places, columns, strict=True):
            matched = np.append(parent.table.keys, -1)[places]
            longer = matched > longest
            name = np.where(longer, np.append(column, np.int32(0))[places], name)
            longest = np.where(longer, matched, longest)
        return names, name


def merge(parents, rules):
    """Return the `Merged` sweep of the parents; digits of rules that no parent lists but one covers become rows."""
    listed = union([parent.table.keys for parent in parents])
    digits = np.setdiff1d(literals(rules), listed, assume_unique=True)
    covered = np.logical_or.reduce([find_many(parent.table, digits) >= 0 for parent in parents])
    keys = union([listed, digits[covered]]) if covered.any() else listed
    places = tuple(find_many(parent.table, keys) for parent in parents)
    return Merged(tuple(parents), keys, places, literal_rows=len(keys) - len(listed))


def union(lists):
    """Return the sorted distinct keys of sorted lists; stable sorting takes advantage of their being sorted."""
    if len(lists) == 1:
        return lists[0]
    keys = np.concatenate(lists)
    keys.sort(kind="stable")
    return keys[np.append(True, keys[1:] != keys[:-1])] if len(keys) else keys
