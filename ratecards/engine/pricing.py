"""From the parents' costs to the child's prices: currency, collapse, compact, profit, and one rounding at the end.

Until that rounding every figure is a fraction: integers over one common denominator. Rows whose products might pass
int64 go through the very same lines as Python integers; the limits that decide it are computed, not guessed.
"""

from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from math import lcm
from typing import NamedTuple

import numpy as np

from ratecards.engine.rounding import step_of, to_decimals

_ROOM = 2**61
_LARGEST = 2**62


class Formula(NamedTuple):
    """price = cost x factor + addend, rounded to so many decimals; both in price units, exact."""

    factor: Fraction
    addend: Fraction
    decimals: int


@dataclass(frozen=True)
class Basis:
    """One price column of all parents: integers, times a multiplier of each parent, over one denominator."""

    columns: list[np.ndarray]
    multipliers: list[int]
    denominator: int


class Prices(NamedTuple):
    """For every prefix, in price units: the child's price, and rounded up the compacted and the dearest cost."""

    price: np.ndarray
    cost: np.ndarray
    dearest: np.ndarray


def basis_of(parents, column, presentation, collapse):
    """Return the `Basis` of one price column for a child of one price ("single") or of three ("split")."""
    parts = [presented(one.table, column, presentation, collapse, two_prices=one.two_prices) for one in parents]
    denominator = lcm(*(parent.rate.denominator * count for parent, (_, count) in zip(parents, parts, strict=True)))
    multipliers = [
        parent.rate.numerator * (denominator // (parent.rate.denominator * count))
        for parent, (_, count) in zip(parents, parts, strict=True)
    ]
    return Basis([values for values, _ in parts], multipliers, denominator)


def compute(merged, basis, compact, formulas, chosen, rounding):
    """Return the `Prices` of all prefixes; `chosen` is every prefix's position in `formulas`, -1 where none is sold.

    Prices that are not sold are 0; costs are -1 where no parent is live.
    """
    limits = [_limit(basis, compact, formulas) // multiplier for multiplier in basis.multipliers]
    gathered = list(merged.gather(basis.columns, -1))
    if min(limits) < 1:
        wide = np.ones(len(merged.keys), dtype=np.bool_)
    else:
        wide = reduce(np.logical_or, (column > limit for column, limit in zip(gathered, limits, strict=True)))
    if not wide.any():
        return _compute(gathered, basis, compact, formulas, chosen, rounding)
    whole = Prices(*(np.zeros(len(merged.keys), dtype=np.int64) for _ in Prices._fields))
    for rows, kind in ((np.flatnonzero(~wide), np.int64), (np.flatnonzero(wide), object)):
        if not rows.size:
            continue
        columns = [column[rows].astype(kind) for column in gathered]
        part = _compute(columns, basis, compact, formulas, chosen[rows], rounding)
        for target, values in zip(whole, part, strict=True):
            target[rows] = values
    return whole


def presented(table, column, presentation, collapse, *, two_prices=False):
    """Return (values, count): a price is value / count. One price is made of the row's own columns by `collapse`, of
    which `cost` is none where it only follows from the `two_prices` beside it."""
    if presentation == "split":
        own = getattr(table, column)
        return (table.cost if own is None else own), 1
    columns = [getattr(table, title) for title in table.presented if title != "cost" or not two_prices] or [table.cost]
    if len(columns) == 1:
        return table.cost, 1
    if collapse == "average":
        return reduce(np.add, columns), len(columns)
    return reduce(np.maximum if collapse == "maximum" else np.minimum, columns), 1


def _limit(basis, compact, formulas):
    """Return the greatest multiplied cost for which no product of any formula can pass _ROOM; 0 if any may."""
    count = len(basis.columns) if compact == "average" else 1
    limit = _ROOM // count
    for factor, addend, decimals in formulas:
        denominator = basis.denominator * count * factor.denominator
        if denominator * step_of(decimals) > _ROOM:
            return 0
        room = _ROOM - abs(addend.numerator) * denominator
        limit = min(limit, room // (max(factor.numerator, 1) * count))
    return max(limit, 0)


def _compute(gathered, basis, compact, formulas, chosen, rounding):
    scaled = [c if m == 1 else np.where(c < 0, c, c * m) for c, m in zip(gathered, basis.multipliers, strict=True)]
    dearest = reduce(np.maximum, scaled)
    if compact == "maximum":
        top, bottom = dearest, basis.denominator
    elif compact == "minimum":
        top, bottom = reduce(np.minimum, [np.where(c < 0, dearest, c) for c in scaled]), basis.denominator
    else:
        top = np.where(dearest < 0, -1, reduce(np.add, [np.where(c < 0, 0, c) for c in scaled]))
        bottom = basis.denominator * np.maximum(sum((c >= 0).astype(c.dtype) for c in scaled), 1)
    return Prices(
        _apply(top, bottom, formulas, chosen, rounding),
        _rounded_up(top, bottom),
        _rounded_up(dearest, basis.denominator),
    )


def _apply(top, bottom, formulas, chosen, rounding):
    """Return every sold prefix's price by its formula, 0 for the others."""
    if len(formulas) == 1 and (chosen == 0).all():
        return _one_formula(top, bottom, formulas[0], rounding)
    prices = np.zeros(len(top), dtype=np.int64)
    order = np.argsort(chosen.astype(np.int16 if len(formulas) < 2**15 else np.int64), kind="stable")
    ends = np.searchsorted(chosen[order], np.arange(len(formulas) + 1))
    for number, formula in enumerate(formulas):
        rows = order[ends[number] : ends[number + 1]]
        divisor = bottom[rows] if isinstance(bottom, np.ndarray) else bottom
        if rows.size:
            prices[rows] = _one_formula(top[rows], divisor, formula, rounding)
    return prices


def _one_formula(top, bottom, formula, rounding):
    factor, addend, decimals = formula
    if isinstance(bottom, np.ndarray) and top.dtype == object:
        bottom = bottom.astype(object)
    top = top * factor.numerator + addend.numerator * factor.denominator * bottom
    priced = to_decimals(top, bottom * factor.denominator, decimals, rounding)
    return _stored(priced)


def _rounded_up(top, bottom):
    whole = top if isinstance(bottom, int) and bottom == 1 else np.where(top < 0, -1, -(-top // bottom))
    return _stored(whole)


def _stored(values):
    """Return int64; Python integers beyond it are cut at its edge, which lies far above the highest price allowed."""
    return np.clip(values, -_LARGEST, _LARGEST).astype(np.int64) if values.dtype == object else values
