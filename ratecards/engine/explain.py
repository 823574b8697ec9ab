"""One row of a build, figure by figure: what each parent gave, what became of it at every step, where it was rounded.

The decisions (which rule draws, which formula prices a column) are the build's own; the figures are worked out here
anew, as exact fractions, so that an explanation that does not end in the stored row is a fault and can be seen.
"""

from fractions import Fraction
from typing import NamedTuple

import numpy as np

from ratecards.engine import keys as prefix_keys
from ratecards.engine.increments import combine, exposure
from ratecards.engine.numbers import DECIMALS
from ratecards.engine.plan import plan
from ratecards.engine.pricing import Formula
from ratecards.engine.rounding import to_decimals
from ratecards.engine.table import PRICES, Row

WAYS = {"maximum": max, "minimum": min, "average": lambda values: sum(values, Fraction(0)) / len(values)}
PRICED, BLOCKED, REMOVED, NOT_DRAWN, NOT_LISTED, NOT_COVERED = (
    "priced", "blocked", "removed", "not_drawn", "not_listed", "not_covered")  # fmt: skip


class Given(NamedTuple):
    """What one parent gave: its row (None: it lists nothing above the prefix), then by column of the card its price
    after collapse and that price in the card's currency, both exact price units; empty where the row takes no part."""

    row: Row | None
    rate: Fraction
    own: dict[str, Fraction]
    worth: dict[str, Fraction]


class Column(NamedTuple):
    """One price: the compacted cost, the rule that prices it (a position; None: at cost), what that makes of it, and
    the price after the one rounding; exact price units."""

    column: str
    cost: Fraction
    rule: int | None
    exact: Fraction
    decimals: int
    price: int


class Explanation(NamedTuple):
    """How a row came to be. `outcome` is one of the words above, `rule` the position of the rule that drew it.

    `row` is what the card holds, None where it holds nothing; `lost` the seconds by which its increments may bill less
    than a parent.
    """

    prefix: str
    outcome: str
    rule: int | None
    parents: tuple[Given, ...]
    columns: tuple[Column, ...] = ()
    row: Row | None = None
    lost: int = 0


def explain(prefix, rows, rates, rules, options, *, two_prices=False, parents_of_two=()):
    """Return the `Explanation` of one prefix from the row with which each parent answers for it (None: none).

    `rates` are the parents' currency rates (Fractions), rules and options those of the build. Of a card of `two_prices`
    its third one is no step of its own: it is the dearer of them. `parents_of_two`: which parents are such cards.
    """
    planned = plan(rules, np.array([prefix_keys.encode(prefix)]), options)
    drawn = int(planned.drawn[0])
    rule = rules[drawn] if drawn >= 0 else None
    of_two = parents_of_two or [False] * len(rows)
    parents = tuple(_given(*given, options) for given in zip(rows, rates, of_two, strict=True))
    found = Explanation(prefix, _outcome(rule, parents, options), drawn if rule else None, parents)
    if found.outcome == BLOCKED:
        return found._replace(row=Row(prefix, _name(rule, rows), **dict.fromkeys(options.columns, 0), blocked=True))
    found = _priced(found, planned, rule, options) if found.outcome == PRICED else found
    return _of_two(found) if two_prices and found.row else found


def _of_two(found):
    parents = tuple(one._replace(own=_without_cost(one.own), worth=_without_cost(one.worth)) for one in found.parents)
    dearer = max(found.row.intra, found.row.inter)
    return found._replace(parents=parents, columns=found.columns[1:], row=found.row._replace(cost=dearer))


def _without_cost(prices):
    return {column: price for column, price in prices.items() if column != "cost"}


def _given(row, rate, of_two, options):
    if row is None or row.blocked:
        return Given(row, rate, {}, {})
    own = {column: _presented(row, column, of_two, options) for column in options.columns}
    return Given(row, rate, own, {column: value * rate for column, value in own.items()})


def _presented(row, column, of_two, options):
    if options.presentation == "split":
        own = getattr(row, column)
        return Fraction(row.cost if own is None else own)
    own = PRICES[of_two:]
    listed = [Fraction(value) for value in (getattr(row, title) for title in own) if value is not None]
    return WAYS[options.collapse](listed)


def _outcome(rule, parents, options):
    if all(one.row is None for one in parents):
        return NOT_LISTED
    if rule is None:
        return NOT_DRAWN
    if rule.status == "remove":
        return REMOVED
    if options.covered_by_all and any(one.row is None for one in parents):
        return NOT_COVERED
    return PRICED if rule.status == "profit" and any(one.worth for one in parents) else BLOCKED


def _priced(found, planned, rule, options):
    live = [one for one in found.parents if one.worth]
    columns = tuple(_column(column, live, planned, options) for column in options.columns)
    pairs = tuple(sorted({(one.row.mcd, one.row.pulse) for one in live}))
    (mcd, pulse), _ = combine(pairs, options.increments)
    pair = (mcd if rule.mcd is None else rule.mcd, pulse if rule.pulse is None else rule.pulse)
    fee = max(one.row.connect * one.rate for one in live)
    connect = to_decimals(fee.numerator, fee.denominator, DECIMALS, options.rounding)
    row = Row(
        found.prefix, _name(rule, [one.row for one in found.parents]), **{one.column: one.price for one in columns},
        connect=connect if rule.connect is None else rule.connect, mcd=pair[0], pulse=pair[1],
        grace=min(one.row.grace for one in live),
    )  # fmt: skip
    return found._replace(columns=columns, row=row, lost=exposure(pairs, pair))


def _column(column, live, planned, options):
    cost = WAYS[options.compact]([one.worth[column] for one in live])
    chosen, maker = int(planned.chosen[column][0]), int(planned.makers[column][0])
    formula = planned.formulas[chosen] if chosen >= 0 else Formula(Fraction(1), Fraction(0), options.decimals)
    exact = cost * formula.factor + formula.addend
    price = to_decimals(exact.numerator, exact.denominator, formula.decimals, options.rounding)
    priced = maker >= 0 and planned.rules[maker].status == "profit"
    return Column(column, cost, maker if priced else None, exact, formula.decimals, price)


def _name(rule, rows):
    """The rule's name, else that of the longest row, of the earlier parent where two are as long."""
    if rule.name is not None:
        return rule.name
    return max((row for row in rows if row), key=lambda row: len(row.prefix)).name
