"""A customer card from its parents and profit rules: the one place that says what a card sells and at what price.

For every prefix of the union (`merge`), in this order: each parent's own longest match; its price in the child's
currency; collapse inside each parent, then compact across the live ones (Blocked rows take no part, and do not fall
back); increments, grace and fees of those that take part; the profit rule; one rounding.
    no parent has an answer          no row
    no rule draws it, or Remove      no row: it is not sold (a number then falls to a shorter prefix that is)
    every answer is Blocked          a Blocked row
    the rule says Blocked            a Blocked row
    otherwise                        a price
Increments, grace and fee are the worst case of the live parents unless the rule replaces them. A Blocked row carries
no figures: prices, fee, MCD and grace 0, pulse 1.
"""

import hashlib
import json
from dataclasses import asdict, dataclass

import numpy as np

from ratecards.engine import keys as prefix_keys
from ratecards.engine.billing import merged_connect, merged_grace, merged_increments
from ratecards.engine.merge import merge
from ratecards.engine.numbers import MAX_PRICE, Refused, format_units
from ratecards.engine.options import Options, check_options
from ratecards.engine.plan import check_covered, plan
from ratecards.engine.pricing import basis_of, compute
from ratecards.engine.report import Report, make_report
from ratecards.engine.rules import canonical, check_rules
from ratecards.engine.table import COLUMNS, PRICES, RateTable

ENGINE_VERSION = 2


@dataclass(frozen=True)
class Built:
    """A built card: its table, the position of the rule that made each row, and the report of the build."""

    table: RateTable
    rule: np.ndarray
    report: Report


def build(parents, rules, options=None, *, two_prices=False):
    """Return the card `Built` from `merge.Parent`s by `rules.Rule`s; with `two_prices` its `cost` is the dearer of them.

    Raises Refused, and then nothing is built: parents_none, parent_rate, option, rules_none, rule_… (naming the rule),
    column_uncovered, price_negative and price_high (naming the prefix and the rule).
    """
    options = options or Options()
    _check(parents, rules, options)
    merged = merge(parents, rules)
    planned = plan(rules, merged.keys, options)
    removed = planned.of_rules(lambda rule: rule.status == "remove", False)
    kept = (planned.drawn >= 0) & ~removed
    if options.covered_by_all:
        kept &= merged.covered_by_all()
    sold = kept & merged.live() & planned.of_rules(lambda rule: rule.status == "profit", False)
    check_covered(planned, merged.keys, sold, options.columns)
    prices = _prices(merged, planned, sold, options)
    if two_prices:
        prices["cost"] = prices["cost"]._replace(price=np.maximum(prices["intra"].price, prices["inter"].price))
    columns, unsafe = _billing(merged, planned, sold, options)
    columns |= dict.fromkeys(PRICES) | {column: found.price for column, found in prices.items()}
    names, name = _names(merged, planned)
    full = RateTable(keys=merged.keys, names=names, name=name, blocked=~sold, **columns).take(kept)
    stays = differing(full) if options.shrink else np.ones(len(full), dtype=np.bool_)
    shrunk = len(full) - int(np.sum(stays))
    report = make_report(merged, planned, prices, full, kept, sold, removed, unsafe, shrunk)
    return Built(full.take(stays) if shrunk else full, planned.drawn[kept][stays], report)


def differing(table):
    """Return a mask of the rows that differ from the nearest row above them in anything that is billed or routed.

    Dropping the others changes no answer: what matched such a row matches, after all drops, a row of equal figures,
    because each dropped row equals the one above it, and so on up to one that stays.
    """
    above = table.ancestors
    same = above >= 0
    for column in COLUMNS:
        values = getattr(table, column)
        if values is not None:
            same &= values == values[above]
    return ~same


def build_key(contents, rules, options):
    """Return the hash (hex) of all that a build depends on; a card whose stored key differs from it is stale.

    `contents` holds, for every parent in order, the digest of its content (bytes) and its currency rate. Rules that
    mean the same give the same key, however they are written. Raises Refused as `check_rules` does.
    """
    check_rules(rules)
    what = {
        "engine": ENGINE_VERSION,
        "parents": [[bytes(digest).hex(), str(rate)] for digest, rate in contents],
        "rules": [canonical(rule) for rule in rules],
        "options": asdict(options),
    }
    return hashlib.sha256(json.dumps(what, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _check(parents, rules, options):
    if not parents:
        raise Refused("parents_none", "There is no parent card to build from.")
    for number, parent in enumerate(parents, 1):
        if parent.rate <= 0:
            raise Refused("parent_rate", f"The currency rate of parent {number} must be above 0.")
    check_rules(rules)
    check_options(options)


def _prices(merged, planned, sold, options):
    """Return the `Prices` of every presented column; raises Refused (price_negative, price_high)."""
    prices = {}
    for column in options.columns:
        basis = basis_of(merged.parents, column, options.presentation, options.collapse)
        chosen = np.where(sold, planned.chosen[column], -1)
        prices[column] = compute(merged, basis, options.compact, planned.formulas, chosen, options.rounding)
        _check_prices(merged.keys, prices[column].price, planned.makers[column])
    return prices


def _check_prices(keys, price, makers):
    for wrong, code, what in (
        (price < 0, "price_negative", "below 0"),
        (price > MAX_PRICE, "price_high", f"above the highest price, {format_units(MAX_PRICE)}"),
    ):
        if wrong.any():
            at = int(wrong.argmax())
            maker = f"Rule {makers[at] + 1}" if makers[at] >= 0 else "The currency rate"
            raise Refused(code, f"{maker} makes the price of {prefix_keys.decode(keys[at])} {what}.")


def _billing(merged, planned, sold, options):
    """Return (connect, mcd, pulse and grace of every prefix, the unsafe increments), with the rules' replacements."""
    overrides = [(rule.mcd, rule.pulse) for rule in planned.rules] + [(None, None)]
    distinct = list(dict.fromkeys(overrides))
    override = np.array([distinct.index(pair) for pair in overrides])[planned.drawn]
    mcd, pulse, unsafe = merged_increments(merged, options.increments, sold, distinct, override)
    connect = merged_connect(merged, sold, options.rounding)
    replaced = planned.of_rules(lambda rule: -1 if rule.connect is None else rule.connect, -1)
    connect = np.where(sold & (replaced >= 0), replaced, connect)
    _check_prices(merged.keys, connect, np.full(len(connect), -1))
    grace = merged_grace(merged, sold)
    return {"connect": connect, "mcd": mcd, "pulse": pulse, "grace": grace}, unsafe


def _names(merged, planned):
    """Return (names, name of every prefix): the parents', unless the rule gives another."""
    names, name = merged.names()
    place = {text: number for number, text in enumerate(names)}
    given = [-1 if rule.name is None else place.setdefault(rule.name, len(place)) for rule in planned.rules]
    renamed = np.array([*given, -1], dtype=np.int32)[planned.drawn]
    return tuple(place), np.where(renamed >= 0, renamed, name)
