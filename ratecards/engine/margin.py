"""Margin guard: calls that cost more than they are sold at, by price, increments, fees or rounding.

A parent may carry every call that the card sells below one of its prefixes, so each pair of a row of the card and the
row of a parent that answers for a number is tried: charge of the card less charge of the parent, in the card's
currency. Where the card asks at least the parent's price a minute, the worst call ends within the larger MCD and one
common period of both pulses, or a few periods later: each period adds what the minute is sold dearer, and only until
that is more than both roundings can take away a later call may lose. Where it asks less, the loss grows with the call:
`unbounded`, reported at once. Each loss that is shown was then tried second by second over its first hour. Durations
are whole seconds; of periods longer than an hour the first hour is tried.
"""

from fractions import Fraction
from math import ceil, lcm
from typing import NamedTuple

import numpy as np

from ratecards.engine import keys as prefix_keys
from ratecards.engine.increments import billed_seconds_many
from ratecards.engine.lookup import find_many
from ratecards.engine.merge import union
from ratecards.engine.pricing import presented
from ratecards.engine.rounding import step_of, to_decimals
from ratecards.engine.table import RateTable

HOUR = 3600
EXAMPLES = 20
_ROOM = 2**61
_MINUTE = 2**48  # more than any margin that a comparison here depends on; an hour of it still fits 64 bits


class Charging(NamedTuple):
    """How a card rounds the charge of a call."""

    decimals: int
    rounding: str


class Seller(NamedTuple):
    """A parent as it charges: its rates, what its currency is worth in the card's, how it rounds a call."""

    table: RateTable
    rate: Fraction
    charging: Charging


class Loss(NamedTuple):
    """A call that loses: to `prefix`, sold by the card's row `sold_by`, carried by parent number `parent` (from 0).

    `margin` is the worst one of the first hour (price units, rounded down), at a call of `seconds`; of its durations
    `losing` lose, from `first` to `last` seconds (0: none but longer ones). `price` and `cost` are a minute's, cost
    rounded up.
    """

    prefix: str
    sold_by: str
    parent: int
    column: str
    price: int
    cost: int
    margin: int
    seconds: int
    losing: int
    first: int
    last: int
    unbounded: bool


class Guard(NamedTuple):
    """`tried` pairs of rows, `rows` of the card that may lose, the worst of them, worst margin first."""

    tried: int
    rows: int
    losses: tuple[Loss, ...]


def guard(child, charging, parents):
    """Return the `Guard` of a card's table that charges by `Charging`, bought from `Seller`s."""
    keys = union([child.keys, *(parent.table.keys for parent in parents)])
    sold_by = find_many(child, keys)
    sold_by = np.where((sold_by >= 0) & ~np.append(child.blocked, True)[sold_by], sold_by, -1)
    tried, losing, losses = 0, np.zeros(len(child), dtype=np.bool_), []
    for number, parent in enumerate(parents):
        rows, bought, where = _pairs(parent.table, keys, sold_by)
        tried += len(rows)
        for column in child.presented:
            price, cost = getattr(child, column)[rows], _dearest(parent.table, child, column)[bought]
            margin, seconds = _worst(child, charging, rows, price, parent, bought, cost)
            losing[rows[margin < 0]] = True
            for at in _lowest(margin):
                sides = (child, charging, int(rows[at]), int(price[at])), (parent, int(bought[at]), int(cost[at]))
                worst = int(margin[at]), int(seconds[at])
                losses.append(_loss(prefix_keys.decode(keys[where[at]]), number, column, *sides, worst))
    losses.sort(key=lambda one: (one.margin, one.prefix, one.parent, one.column))
    return Guard(tried, int(losing.sum()), tuple(losses[:EXAMPLES]))


def _pairs(table, keys, sold_by):
    """Return (row of the card, row of the parent, first key) of each pair that some call meets; Blocked ones carry none."""
    bought = find_many(table, keys)
    live = (sold_by >= 0) & (bought >= 0) & ~np.append(table.blocked, True)[bought]
    codes = sold_by[live] * np.int64(len(table) + 1) + bought[live]
    _, first = np.unique(codes, return_index=True)
    where = np.flatnonzero(live)[first]
    return sold_by[where], bought[where], where


def _dearest(table, child, column):
    """Return what each row of a parent may ask for a call that the card sells by this column, in its own units."""
    values, count = presented(table, column, "single" if len(child.presented) == 1 else "split", "maximum")
    assert count == 1
    return values


def _worst(child, charging, rows, price, parent, bought, cost):
    """Return (margin, seconds) of the worst call of each pair: rounded down to a price unit, only below 0 exact."""
    margin, seconds = np.full(len(rows), _ROOM), np.full(len(rows), HOUR, dtype=np.int64)
    if not len(rows):
        return margin, seconds
    (ours, our), (theirs, their) = _terms(child), _terms(parent.table)
    group = our[rows] * len(theirs) + their[bought]
    order = np.argsort(group, kind="stable")
    codes, first = np.unique(group[order], return_index=True)
    fees = child.connect[rows], parent.table.connect[bought]
    for code, part in zip(codes.tolist(), np.split(order, first[1:]), strict=True):
        asked = np.column_stack([price[part], fees[0][part], cost[part], fees[1][part]])
        known, place = np.unique(asked, axis=0, return_inverse=True)  # of a million pairs few ask and owe something new
        worst = _worst_of(ours[code // len(theirs)], theirs[code % len(theirs)], known.T, charging, parent)
        margin[part], seconds[part] = (one[place.ravel()] for one in worst)
    return margin, seconds


def _worst_of(our, their, prices, charging, parent):
    """Return (margin, seconds) of the worst call for each column of (price, connect, cost, connect of the parent), all of
    the same increments; only below 0 exact. What loses is not tried further."""
    price, connect, cost, fee = prices
    dearer = _less(price, cost, parent.rate)  # what a minute brings, rounded down
    margin, seconds = np.where(dearer < 0, -1, _ROOM), np.full(len(price), HOUR, dtype=np.int64)

    def meet(at, calls):
        for second, billed, paid in calls:
            asked = _charge(price[at], connect[at], billed, charging)
            owed = _charge(cost[at], fee[at], paid, parent.charging)
            found = _less(asked, owed, parent.rate)
            lower = found < margin[at]
            margin[at[lower]], seconds[at[lower]] = found[lower], second

    last = max(our[0], our[2], their[0], their[2])  # from here on each period is like the one before
    period = min(lcm(our[1], their[1]), HOUR)
    meet(np.arange(len(price)), _decisive(our, their, 1, last + period))
    alike = (price == cost) & (connect == fee) & (our == their and charging == parent.charging and parent.rate == 1)
    at = np.flatnonzero((margin >= 0) & ~alike)
    again = _decisive(our, their, last + 1, last + period)
    for later in range(period, HOUR - last, period):
        at = at[
            np.minimum(dearer[at], _MINUTE) * later < 60 * (_taken(charging, parent) - np.minimum(margin[at], _MINUTE))
        ]
        at = at[margin[at] >= 0]
        if not len(at):
            break
        meet(at, [(second + later, billed + later, paid + later) for second, billed, paid in again])
    meet(np.arange(len(price)), _decisive(our, their, HOUR, HOUR))
    return margin, seconds


def _taken(charging, parent):
    """Return the most by which rounding may lower a margin between two calls (price units)."""
    ours, theirs = (step_of(one.decimals) for one in (charging, parent.charging))
    return ours + ceil(theirs * parent.rate)


def _terms(table):
    """Return (the distinct MCD, pulse and grace of a table, the number of every row's among them)."""
    number = np.zeros(len(table), dtype=np.int64)
    known = [()]
    for column in (table.mcd, table.pulse, table.grace):
        if len(column) and (column == column[0]).all():
            known = [(*one, int(column[0])) for one in known]
            continue
        values, at = np.unique(column, return_inverse=True)
        used, number = np.unique(number * len(values) + at.ravel(), return_inverse=True)
        known = [(*known[code // len(values)], int(values[code % len(values)])) for code in used.tolist()]
    return known, number.ravel()


def _decisive(our, their, first, last):
    """Return (second, billed by the card, billed by the parent) of the calls of so many seconds among which the worst is.

    Of calls that the card bills alike, the one that the parent bills most; of those that the parent bills alike, the
    one that the card bills least.
    """
    durations = np.arange(first, last + 1, dtype=np.int64)
    billed, paid = billed_seconds_many(durations, *our), billed_seconds_many(durations, *their)
    best = _first_of_each(billed, -paid)
    best = best[_first_of_each(paid[best], billed[best])]
    return list(zip(durations[best].tolist(), billed[best].tolist(), paid[best].tolist(), strict=True))


def _first_of_each(one, other):
    """Return for every value of `one`, in order, the position at which `other` is least, the first of them."""
    order = np.lexsort((other, one))
    return order[np.append(True, np.diff(one[order]) != 0)]


def _charge(price, connect, billed, charging):
    """Return the charges of calls that bill so many seconds, in price units; exact at any size."""
    if not billed:
        return np.zeros(len(price), dtype=np.int64)
    if len(price) and (int(price.max()) * billed + int(connect.max()) * 60) * 2 > _ROOM:
        price, connect = price.astype(object), connect.astype(object)
    return to_decimals(connect * 60 + price * billed, 60, charging.decimals, charging.rounding)


def _less(asked, owed, rate):
    """Return asked - owed x rate, rounded down to a price unit."""
    most = max(int(asked.max(initial=0)) * rate.denominator, int(owed.max(initial=0)) * rate.numerator)
    if most > _ROOM:
        asked, owed = asked.astype(object), owed.astype(object)
    found = (asked * rate.denominator - owed * rate.numerator) // rate.denominator
    return np.clip(found, -_ROOM, _ROOM).astype(np.int64)


def _lowest(margin):
    """Return the positions of the lowest margins below 0, at most EXAMPLES."""
    at = np.flatnonzero(margin < 0)
    return at[np.argsort(margin[at], kind="stable")[:EXAMPLES]].tolist()


def _loss(prefix, number, column, ours, theirs, worst):
    """Return the `Loss` of one pair, tried second by second; `worst` is (margin, second) as found before."""
    (child, charging, row, price), (parent, bought, cost) = ours, theirs
    durations = np.arange(1, HOUR + 1, dtype=np.int64)
    billed, paid = (
        billed_seconds_many(durations, *(int(getattr(table, term)[at]) for term in ("mcd", "pulse", "grace")))
        for table, at in ((child, row), (parent.table, bought))
    )
    asked = _charges(price, int(child.connect[row]), billed, charging)
    owed = _charges(cost, int(parent.table.connect[bought]), paid, parent.charging)
    margins = [int((one - two * parent.rate) // 1) for one, two in zip(asked, owed, strict=True)]
    losing = [second for second, margin in enumerate(margins, 1) if margin < 0]
    margin, second = min((min(margins), margins.index(min(margins)) + 1), worst)
    minute = cost * parent.rate
    return Loss(
        prefix, prefix_keys.decode(child.keys[row]), number, column, price, -(-minute.numerator // minute.denominator),
        margin, second, len(losing), losing[0] if losing else 0, losing[-1] if losing else 0, price < minute,
    )  # fmt: skip


def _charges(price, connect, billed, charging):
    """Return the charge of each of some calls of one row, as Python integers."""
    known = {
        one: int(_charge(np.array([price]), np.array([connect]), one, charging)[0]) for one in set(billed.tolist())
    }
    return [known[one] for one in billed.tolist()]
