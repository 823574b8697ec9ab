"""Profit rules: which prefixes of the parents a card sells, and at what price.

A match is a text. `441` draws that one destination, `^441` everything that begins with it, `^`, `.*` and the empty
text draw everything. A prefix set's lines mean "begins with". Other regular expressions are refused: `matches` is
the one place that would have to expand them into prefixes.

Several rules may fit a prefix: the one with most literal digits wins, then the one without `^`, then the earlier.
A prefix that no rule draws is not sold.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np

from ratecards.engine import keys as prefix_keys
from ratecards.engine.numbers import MAX_PREFIX, MAX_PRICE, MAX_SECONDS, UNITS, Refused, shown, to_units
from ratecards.engine.rounding import step_of
from ratecards.engine.table import PRICES

TYPES = ("absolute", "relative", "percent", "margin")
STATUSES = ("profit", "remove", "blocked")

_MATCH = re.compile(r"(?P<below>\^)?(?P<digits>[0-9]*)(?:\.\*)?")


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


def matches(text):
    """Return (digits, exact) of a match text; raises Refused (rule_match) with what may stand there."""
    text = text.strip()
    found = _MATCH.fullmatch(text)
    if not found or (text.endswith(".*") and found["digits"] and not found["below"]):
        raise Refused(
            "rule_match",
            f"{shown(text)} is not a match: write digits for that one destination, ^ and digits for everything that "
            "begins so, or ^ alone for everything. Other regular expressions are not understood.",
        )
    if len(found["digits"]) > MAX_PREFIX:
        raise Refused("rule_match", f"{shown(text)} has more than {MAX_PREFIX} digits.")
    return found["digits"], bool(found["digits"]) and not found["below"]


def drawn_by(rule):
    """Return all (digits, exact) of a rule, its prefix set's lines as "begins with"; raises Refused (rule_match)."""
    if rule.prefix_set is None:
        return [matches(rule.match)]
    if rule.match.strip():
        raise Refused("rule_match", "A rule has a match or a prefix set, not both.")
    return [(matches(line)[0], False) for line in rule.prefix_set if line.strip()]


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
    """Raise Refused naming the first rule that cannot be used; also when there is none (rules_none)."""
    if not rules:
        raise Refused("rules_none", "There is no profit rule: nothing would be sold.")
    for number, rule in enumerate(rules, 1):
        try:
            _check(rule)
        except Refused as refused:
            raise Refused(refused.code, f"Rule {number}: {refused.message}") from refused


def literals(rules):
    """Return the sorted keys of all digits that stand literally in the rules, without the empty ones."""
    digits = {digits for rule in rules for digits, _ in drawn_by(rule)} - {""}
    return np.unique(prefix_keys.encode_many(digits))


def draw(rules, keys, usable=None):
    """Return for every key (of a prefix) the position of the rule that draws it, or -1 (int64).

    `usable` holds the positions of the rules that take part, all of them when left out. The rule of most literal
    digits is the innermost interval of the `^` rules; a plain rule then overrules it at its own prefix.
    """
    below, exact = {}, {}
    for position in range(len(rules)) if usable is None else usable:
        for digits, one in drawn_by(rules[position]):
            (exact if one else below).setdefault(digits, position)
    drawn = _innermost(below, keys)
    if exact:
        plain = prefix_keys.encode_many(exact)
        places = np.searchsorted(keys, plain)
        at = np.flatnonzero(np.append(keys, -1)[places] == plain)
        drawn[places[at]] = np.fromiter(exact.values(), np.int64, len(exact))[at]
    return drawn


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
    """Return the rule of the longest of some prefixes over every sorted key: constant between their borders."""
    starts = prefix_keys.encode_many(sorted(below))
    ends = starts + prefix_keys.spans(starts)
    borders = np.unique(np.concatenate((starts, ends)))
    winners = np.full(len(borders), -1, dtype=np.int64)
    for digits, start, end in sorted(zip(sorted(below), starts, ends, strict=True), key=lambda item: len(item[0])):
        first, last = np.searchsorted(borders, (start, end))
        winners[first:last] = below[digits]
    places = np.searchsorted(keys, borders)
    drawn = np.full(len(keys), -1, dtype=np.int64)
    if len(borders):
        drawn[places[0] :] = np.repeat(winners, np.diff(places, append=len(keys)))
    return drawn


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
