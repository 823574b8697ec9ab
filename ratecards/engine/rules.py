"""Profit rules: which prefixes of the parents a card sells, and at what price.

What a match draws is read in `matches.py`. Several rules may fit a prefix: the one with most literal digits wins, then
the one without `^`, then the earlier. A prefix that no rule draws is not sold.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np

from ratecards.engine import keys as prefix_keys
from ratecards.engine.automaton import fits
from ratecards.engine.matches import draws_of, expressions_in, lines_of, machine_of
from ratecards.engine.numbers import MAX_PRICE, MAX_SECONDS, UNITS, Refused, shown, to_units
from ratecards.engine.rounding import step_of
from ratecards.engine.table import PRICES

TYPES = ("absolute", "relative", "percent", "margin")
STATUSES = ("profit", "remove", "blocked")
MAX_PATTERNS = 200


@dataclass(frozen=True)
class Rule:
    """One profit rule. `value` is in currency a minute (absolute, relative) or in per cent (percent = markup, margin).

    `prefix_set` holds lines that each draw what begins with them; then `match` stays empty. `columns` are the price
    columns it applies to. The last five replace what the parents would give; None leaves it; `connect` is price units.
    """

    match: str
    type: str = "percent"
    value: Decimal = Decimal(0)
    columns: tuple[str, ...] = PRICES
    status: str = "profit"
    prefix_set: tuple[str, ...] | None = None
    mcd: int | None = None
    pulse: int | None = None
    decimals: int | None = None
    name: str | None = None
    connect: int | None = None


def drawn_by(rule):
    """Return all `matches.Draw`s of a rule, of its prefix set if it has one; raises Refused (rule_match)."""
    if rule.prefix_set is None:
        return draws_of(rule.match)
    if rule.match.strip():
        raise Refused("rule_match", "A rule has a match or a prefix set, not both.")
    return lines_of(rule.prefix_set)


def formula(rule):
    """Return (factor, addend) as Fractions: price = cost x factor + addend, both in price units.

    Raises Refused (rule_type, rule_value, price_decimals, price_high).
    """
    if rule.type not in TYPES:
        raise Refused("rule_type", f"{shown(str(rule.type))} is not a profit type: choose {', '.join(TYPES)}.")
    if not isinstance(rule.value, Decimal) or not rule.value.is_finite():
        raise Refused("rule_value", f"{shown(str(rule.value))} is not a number.")
    if rule.type == "absolute" and rule.value < 0:
        raise Refused("rule_value", f"{rule.value} is not a price: it must be 0 or more.")
    if rule.type in ("absolute", "relative"):
        return Fraction(int(rule.type == "relative")), Fraction(to_units(rule.value))
    return _factor(rule), Fraction(0)


def check_rules(rules):
    """Raise Refused naming the first rule that cannot be used; also for none (rules_none) and too many expressions."""
    if not rules:
        raise Refused("rules_none", "There is no profit rule: nothing would be sold.")
    if sum(expressions_in(text) for rule in rules for text in set(rule.prefix_set or (rule.match,))) > MAX_PATTERNS:
        raise Refused("rules_patterns", f"The rules hold more than {MAX_PATTERNS} regular expressions.")
    for number, rule in enumerate(rules, 1):
        try:
            _check(rule)
        except Refused as refused:
            raise Refused(refused.code, f"Rule {number}: {refused.message}") from refused


def literals(rules):
    """Return the sorted keys of all digits that stand plainly in the rules, without the empty ones."""
    digits = {one.digits for rule in rules for one in drawn_by(rule) if not one.pattern} - {""}
    return np.unique(prefix_keys.encode_many(digits))


def draw(rules, keys, usable=None):
    """Return for every sorted key (of a prefix) the position of the rule that draws it, or -1 (int64).

    `usable` holds the positions of the rules that take part, all of them when left out. Whoever draws a prefix bids
    for it: more literal digits bid higher, then the destination alone, then the earlier rule; the highest bid has it.
    """
    below, alone, patterns = {}, {}, []
    for position in range(len(rules)) if usable is None else usable:
        for one in drawn_by(rules[position]):
            bid = (2 * one.literal + one.exact + 1) * len(rules) - position
            if one.pattern:
                patterns.append((bid, one))
            else:
                bids = alone if one.exact else below
                bids[one.digits] = max(bid, bids.get(one.digits, 0))
    highest = _innermost(below, keys)
    if alone:
        plain = prefix_keys.encode_many(alone)
        places = np.searchsorted(keys, plain)
        at = np.flatnonzero(np.append(keys, -1)[places] == plain)
        places = places[at]
        highest[places] = np.maximum(highest[places], np.fromiter(alone.values(), np.int64, len(alone))[at])
    for bid, one in patterns:
        first, fit = fits(machine_of(one), keys)
        part = highest[first : first + len(fit)]
        np.maximum(part, bid, out=part, where=fit)
    return np.where(highest > 0, -highest % max(len(rules), 1), -1)


def canonical(rule):
    """Return a rule as plain data in which what means the same is the same, for `build_key`."""
    factor, addend = formula(rule) if rule.status == "profit" else (0, 0)
    return {
        "draws": sorted(set(drawn_by(rule))),
        "factor": str(factor),
        "addend": str(addend),
        "columns": sorted(set(rule.columns)) if rule.status == "profit" else [],
        "status": rule.status,
        "overrides": [rule.mcd, rule.pulse, rule.decimals, rule.name, rule.connect],
    }


def _innermost(below, keys):
    """Return the bid of the longest of some prefixes over every sorted key, 0 for none: constant between borders."""
    starts = prefix_keys.encode_many(sorted(below))
    ends = starts + prefix_keys.spans(starts)
    borders = np.unique(np.concatenate((starts, ends)))
    bids = np.zeros(len(borders), dtype=np.int64)
    for digits, start, end in sorted(zip(sorted(below), starts, ends, strict=True), key=lambda item: len(item[0])):
        first, last = np.searchsorted(borders, (start, end))
        bids[first:last] = below[digits]
    places = np.searchsorted(keys, borders)
    highest = np.zeros(len(keys), dtype=np.int64)
    if len(borders):
        highest[places[0] :] = np.repeat(bids, np.diff(places, append=len(keys)))
    return highest


def _factor(rule):
    try:
        share = Fraction(to_units(rule.value), 100 * UNITS)
    except Refused as refused:
        reason = f"{shown(str(rule.value))} is no percentage: at most {MAX_PRICE // UNITS}, with at most 8 decimals."
        raise Refused("rule_value", reason) from refused
    if share < -1:
        raise Refused("rule_value", f"{rule.value} % is not possible: it takes away more than there is.")
    if rule.type == "percent":
        return 1 + share
    if share >= 1:
        raise Refused("rule_value", f"A margin of {rule.value} % is not possible: it must be below 100.")
    return 1 / (1 - share)


def _check(rule):
    drawn_by(rule)
    if rule.status not in STATUSES:
        raise Refused("rule_status", f"{shown(str(rule.status))} is not a status: choose {', '.join(STATUSES)}.")
    formula(rule)
    if rule.status == "profit" and (not rule.columns or set(rule.columns) - set(PRICES)):
        raise Refused("rule_columns", f"A rule applies to at least one of {', '.join(PRICES)}.")
    if rule.decimals is not None:
        step_of(rule.decimals)
    for title, value, least, most in (
        ("MCD", rule.mcd, 0, MAX_SECONDS),
        ("pulse", rule.pulse, 1, MAX_SECONDS),
        ("connection fee", rule.connect, 0, MAX_PRICE),
    ):
        if value is not None and not least <= value <= most:
            limit = f"{most // UNITS}" if value is rule.connect else f"{most} s"
            raise Refused("rule_override", f"The {title} must be from {least} to {limit}.")
    if rule.name is not None and "\0" in rule.name:
        raise Refused("rule_override", "The name holds a character that cannot be stored.")
