"""The seconds and fees of a merged price list: increments and grace of the parents that take part, row by row."""

from fractions import Fraction
from functools import cache, reduce
from math import lcm
from typing import NamedTuple

import numpy as np

from ratecards.engine.increments import combine, exposure
from ratecards.engine.numbers import DECIMALS
from ratecards.engine.pricing import Basis, Formula, compute

_CODES = 2**20


class Unsafe(NamedTuple):
    """Increments that bill less than a parent: the parents' pairs, the child's, the most seconds lost, the rows."""

    parents: tuple[tuple[int, int], ...]
    child: tuple[int, int]
    exposure: int
    rows: int


def merged_increments(merged, method, sold, overrides, override):
    """Return (mcd, pulse, list of `Unsafe`) for every prefix; 0/1 where nothing is sold (`sold` is a mask).

    `overrides` are (mcd, pulse) that replace the parents' (None: do not), `override` is every prefix's position in
    them. Few distinct pairs exist, so each combination is decided once.
    """
    codes, known = _combinations(merged)
    codes = np.where(sold, codes * len(overrides) + override, len(known) * len(overrides))
    used, counts = _counted(codes, len(known) * len(overrides) + 1)
    decide = cache(lambda pairs, replacing: _decide(pairs, replacing, method))
    found, unsafe = [], []
    for code, rows in zip(used.tolist(), counts.tolist(), strict=True):
        at, which = divmod(code, len(overrides))
        pair, lost = decide(known[at], overrides[which]) if at < len(known) else ((0, 1), 0)
        found.append(pair)
        if lost:
            unsafe.append(Unsafe(known[at], pair, lost, rows))
    mcd, pulse = np.array(found, dtype=np.int32).reshape(-1, 2)[np.searchsorted(used, codes)].T
    return mcd, pulse, sorted(unsafe, key=lambda one: (-one.exposure, one))


def merged_grace(merged, sold):
    """Return the least grace of the live parents of every prefix, 0 where nothing is sold (int32)."""
    columns = [parent.table.grace for parent in merged.parents]
    if not any(column.any() for column in columns):
        return np.zeros(len(merged.keys), dtype=np.int32)
    least = reduce(np.minimum, merged.gather(columns, np.iinfo(np.int32).max))
    return np.where(sold, least, 0).astype(np.int32)


def merged_connect(merged, sold, rounding):
    """Return the highest connection fee of the live parents in the child's currency, to 8 decimals (int64)."""
    columns = [parent.table.connect for parent in merged.parents]
    if not any(column.any() for column in columns):
        return np.zeros(len(merged.keys), dtype=np.int64)
    rates = [parent.rate for parent in merged.parents]
    denominator = lcm(*(rate.denominator for rate in rates))
    basis = Basis(columns, [rate.numerator * denominator // rate.denominator for rate in rates], denominator)
    unchanged = Formula(Fraction(1), Fraction(0), DECIMALS)
    return compute(merged, basis, "maximum", [unchanged], np.where(sold, 0, -1), rounding).price


def _combinations(merged):
    """Return (a code for every prefix, the sorted pairs of the live parents that each code stands for)."""
    numbered = [_pair_numbers(parent.table) for parent in merged.parents]
    columns = merged.gather([numbers for _, numbers in numbered], -1)
    codes, known = np.zeros(len(merged.keys), dtype=np.int64), [()]
    for (pairs, _), column in zip(numbered, columns, strict=True):
        codes, known = _joined(codes, known, column + 1, [(), *((pair,) for pair in pairs)])
    return codes, known


def _joined(codes, known, column, added):
    """Return codes and their sets of pairs after one more parent: only sets that occur, each with one code."""
    codes = codes * len(added) + column
    size = len(known) * len(added)
    used, _ = _counted(codes, size)
    number = {}
    renumbered = []
    for before, new in (divmod(code, len(added)) for code in used.tolist()):
        pairs = tuple(sorted({*known[before], *added[new]}))
        renumbered.append(number.setdefault(pairs, len(number)))
    return np.array(renumbered, dtype=np.int64)[np.searchsorted(used, codes)], list(number)


def _counted(codes, size):
    """Return (the codes that occur, how often) for codes below `size`."""
    if size > _CODES:
        return np.unique(codes, return_counts=True)
    counts = np.bincount(codes, minlength=size)
    used = np.flatnonzero(counts)
    return used, counts[used]


def _decide(pairs, replacing, method):
    """Return (pair, seconds lost) for the pairs of the live parents and what the rule puts in their place."""
    (mcd, pulse), lost = combine(pairs, method)
    if replacing == (None, None):
        return (mcd, pulse), lost
    pair = (mcd if replacing[0] is None else replacing[0], pulse if replacing[1] is None else replacing[1])
    return pair, exposure(pairs, pair)


def _pair_numbers(table):
    """Return (the distinct pairs of a table, the number of every row's pair among them)."""
    coded = table.mcd.astype(np.int64) << 32 | table.pulse
    distinct = coded[:1] if len(coded) and (coded == coded[0]).all() else np.unique(coded)
    return [divmod(pair, 2**32) for pair in distinct.tolist()], np.searchsorted(distinct, coded)
