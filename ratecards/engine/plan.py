"""What the profit rules mean for a sorted list of prefixes: which rule makes each row, and which prices each column."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from ratecards.engine import keys as prefix_keys
from ratecards.engine.numbers import Refused
from ratecards.engine.pricing import Formula
from ratecards.engine.rules import Rule, draw, formula


@dataclass(frozen=True)
class Plan:
    """For every prefix the rule that draws it (-1: none), and per price column the position in `formulas` (-1: none).

    `makers` gives per column the rule whose formula that is, for messages.
    """

    rules: tuple[Rule, ...]
    drawn: np.ndarray
    makers: dict[str, np.ndarray]
    formulas: list[Formula]
    chosen: dict[str, np.ndarray]

    def of_rules(self, value, otherwise):
        """Return an array of a value of every prefix's rule; `otherwise` where no rule draws it."""
        return np.array([*map(value, self.rules), otherwise])[self.drawn]


def plan(rules, keys, options):
    """Return the `Plan` of rules for sorted keys of prefixes.

    A profit rule that applies to no presented column takes no part; every other rule does. The rule that draws a
    prefix decides whether there is a row. A column that it leaves out is priced by the next rule that applies to it.
    """
    partaking = [number for number, rule in enumerate(rules) if _applies(rule, options.columns)]
    drawn = draw(rules, keys, partaking)
    formulas, position = _formulas(rules, options)
    makers, chosen = {}, {}
    for column in options.columns:
        fitting = [number for number in partaking if _applies(rules[number], (column,))]
        makers[column] = drawn if fitting == partaking else draw(rules, keys, fitting)
        chosen[column] = position[makers[column]]
    return Plan(tuple(rules), drawn, makers, formulas, chosen)


def check_covered(planned, keys, sold, columns):
    """Raise Refused (column_uncovered), naming the first prefix that is sold without a rule for one of its columns."""
    for column in columns:
        missing = np.flatnonzero(sold & (planned.chosen[column] < 0))
        if missing.size:
            raise Refused(
                "column_uncovered",
                f"No rule prices the column {column} of {prefix_keys.decode(keys[missing[0]])} "
                f"(and of {missing.size - 1} more): apply a rule to it, or sell such columns at cost.",
            )


def _applies(rule, columns):
    return rule.status != "profit" or bool(set(rule.columns) & set(columns))


def _formulas(rules, options):
    """Return (distinct formulas, the position of each rule's; last that of no rule): -1 is "not priced"."""
    at_cost = Formula(Fraction(1), Fraction(0), options.decimals)
    number = {at_cost: 0} if options.uncovered_at_cost else {}
    otherwise = 0 if options.uncovered_at_cost else -1
    position = []
    for rule in rules:
        if rule.status != "profit":
            position.append(otherwise)
            continue
        decimals = options.decimals if rule.decimals is None else rule.decimals
        position.append(number.setdefault(Formula(*formula(rule), decimals), len(number)))
    return list(number), np.array([*position, otherwise], dtype=np.int64)
