"""The rate engine's twin: the same promises in plain Python, as slow and as obvious as possible.

A card is a dict of prefix -> Row. Nothing is sorted, no key is computed, every match tries every prefix of the number,
every figure is a Fraction until it is rounded. Tests ask both and compare.
"""

import re
from fractions import Fraction
from math import lcm
from re import _parser as parser  # Python's own reading of an expression: another one than the engine's

from ratecards.engine.numbers import DECIMALS, UNITS
from ratecards.engine.table import PRICES, Row

ANYTHING = re.compile(r"(?:\.|\\d|\(\?:(?:\.|\\d)\))\*$")  # at the end of an expression: "begins with" in other words
WAYS = {"maximum": max, "minimum": min, "average": lambda values: sum(values, Fraction(0)) / len(values)}


def lpm(card, number):
    """The row of the longest prefix that starts the number, or None."""
    found = [prefix for prefix in card if number.startswith(prefix)]
    return card[max(found, key=len)] if found else None


def rounded(value, decimals, method):
    """A Fraction of price units rounded to so many decimals, in price units."""
    step = 10 ** (DECIMALS - decimals)
    size = abs(value) / step
    down = size.numerator // size.denominator
    rest = size - down
    further = {
        "up": rest > 0,
        "down": False,
        "half_up": rest >= Fraction(1, 2),
        "half_down": rest > Fraction(1, 2),
    }[method]
    return (down + further) * step * (-1 if value < 0 else 1)


def billed(seconds, mcd, pulse, grace=0):
    """Billed seconds, pulse by pulse."""
    if seconds == 0 or seconds <= grace:
        return 0
    total = mcd
    while total < seconds:
        total += pulse
    return total


def charge(row, seconds, decimals, method):
    """The charge of a call in price units."""
    paid = billed(seconds, row.mcd, row.pulse, row.grace)
    return rounded(row.connect + Fraction(row.cost * paid, 60), decimals, method) if paid else 0


def exposure(pairs, child):
    """The most seconds that a parent bills and the child does not, trying every second."""
    every = [*pairs, child]
    totals = [mcd for mcd, _ in every]
    worst = 0
    for second in range(1, max(totals) + 2 * lcm(*(pulse for _, pulse in every)) + 1):
        totals = [total + pulse * (total < second) for total, (_, pulse) in zip(totals, every, strict=True)]
        worst = max(worst, max(totals[:-1]) - totals[-1])
    return worst


def increments(pairs, method):
    """The child's pair: the smallest safe one, or the largest MCD with the least common multiple or largest pulse."""
    largest = max(m for m, _ in pairs)
    if method == "maximum":
        return largest, max(p for _, p in pairs)
    pulse = lcm(*(p for _, p in pairs))
    for mcd in range(largest, largest + pulse):
        if all((mcd - m) % p == 0 for m, p in pairs):
            return mcd, pulse
    return largest, pulse


def alternatives(text):
    """An expression cut at every | that stands in no group."""
    parts, depth = [""], 0
    for sign in text:
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "|" and not depth:
            parts.append("")
        else:
            parts[-1] += sign
    return parts


def fixed(tree):
    """How many digits an expression fixes: places where not every digit may stand, the fewest of its branches."""
    total = 0
    for kind, value in tree:
        match str(kind):
            case "LITERAL" | "IN" | "NOT_LITERAL":
                total += str(value) != "[(CATEGORY, CATEGORY_DIGIT)]"
            case "SUBPATTERN":
                total += fixed(value[-1])
            case "BRANCH":
                total += min(map(fixed, value[1]))
            case "MAX_REPEAT":
                total += value[0] * fixed(value[2])
    return total


def ways(rule):
    """Every way in which a rule draws: (literal digits, whether a prefix alone, its expression, digits if plain)."""
    found = []
    for text, line in [(rule.match, False)] if rule.prefix_set is None else [(one, True) for one in rule.prefix_set]:
        for one in alternatives(text.strip()):
            whole = one.removeprefix("^").removesuffix("$")
            body = ANYTHING.sub("", whole)
            begins = one.startswith("^") or line or one == "" or body != whole
            exact = (one.endswith("$") or not begins) and body == whole
            found.append((fixed(parser.parse(body)), exact, re.compile(body), body if body.isdigit() else None))
    return found


def rule_of(rules, prefix, column, columns):
    """The position of the rule that wins at a prefix, for one column or (column None) for the row; or None."""
    best = None
    for position, rule in enumerate(rules):
        wanted = {column} if column else set(columns)
        if rule.status == "profit" and not wanted & set(rule.columns):
            continue
        for literal, exact, expression, _ in ways(rule):
            if expression.fullmatch(prefix) if exact else expression.match(prefix):
                rank = (literal, exact, -position)
                best = max(best, (rank, position)) if best else (rank, position)
    return best and best[1]


def presented(row, column, options):
    """One price of a parent's row for the child's presentation, as a Fraction."""
    if options.presentation == "split":
        own = getattr(row, column)
        return Fraction(row.cost if own is None else own)
    own = [Fraction(getattr(row, title)) for title in PRICES if getattr(row, title) is not None]
    return WAYS[options.collapse](own)


def profit(rule, cost):
    """A price before rounding."""
    value = Fraction(rule.value)
    return {
        "absolute": lambda: value * UNITS,
        "relative": lambda: cost + value * UNITS,
        "percent": lambda: cost * (1 + value / 100),
        "margin": lambda: cost / (1 - value / 100),
    }[rule.type]()


def costs(parents, options, prefix, column):
    """The live parents' costs of a prefix in the child's currency; None when no parent answers at all."""
    found = [(lpm(card, prefix), rate) for card, rate in parents]
    if all(row is None for row, _ in found):
        return None
    return [presented(row, column, options) * rate for row, rate in found if row and not row.blocked]


def outcome(parents, rules, options, prefix):
    """What becomes of one prefix: a Row, "removed", or None where it is not sold."""
    rows = [(lpm(card, prefix), rate) for card, rate in parents]
    found = [(row, rate) for row, rate in rows if row]
    position = rule_of(rules, prefix, None, options.columns)
    if not found or position is None:
        return None
    rule = rules[position]
    if rule.status == "remove":
        return "removed"
    if options.covered_by_all and len(found) < len(parents):
        return None
    longest = max(len(row.prefix) for row, _ in found)
    name = next(row.name for row, _ in found if len(row.prefix) == longest) if rule.name is None else rule.name
    live = [(row, rate) for row, rate in found if not row.blocked]
    if not live or rule.status == "blocked":
        nothing = dict.fromkeys(options.columns, 0)
        return Row(prefix, name, **nothing, blocked=True)
    return _sold(parents, rules, options, prefix, name, rule, live)


def _sold(parents, rules, options, prefix, name, rule, live):
    prices = {}
    for column in options.columns:
        cost = WAYS[options.compact](costs(parents, options, prefix, column))
        position = rule_of(rules, prefix, column, options.columns)
        if position is None or rules[position].status != "profit":
            assert options.uncovered_at_cost, "uncovered"
            prices[column] = rounded(cost, options.decimals, options.rounding)
        else:
            maker = rules[position]
            decimals = options.decimals if maker.decimals is None else maker.decimals
            prices[column] = rounded(profit(maker, cost), decimals, options.rounding)
        assert prices[column] >= 0, "negative"
    mcd, pulse = increments({(row.mcd, row.pulse) for row, _ in live}, options.increments)
    connect = rounded(max(row.connect * Fraction(rate) for row, rate in live), DECIMALS, options.rounding)
    return Row(
        prefix,
        name,
        **prices,
        connect=connect if rule.connect is None else rule.connect,
        mcd=mcd if rule.mcd is None else rule.mcd,
        pulse=pulse if rule.pulse is None else rule.pulse,
        grace=min(row.grace for row, _ in live),
    )


def members(parents, rules):
    """All prefixes of the parents, and the rules' digits that some parent covers."""
    listed = {prefix for card, _ in parents for prefix in card}
    digits = {digits for rule in rules for *_, digits in ways(rule) if digits}
    return listed | {d for d in digits if any(lpm(card, d) for card, _ in parents)}


def build(parents, rules, options):
    """The child card; with `shrink` without the rows that equal the nearest row above them."""
    results = {prefix: outcome(parents, rules, options, prefix) for prefix in members(parents, rules)}
    full = {prefix: row for prefix, row in results.items() if isinstance(row, Row)}
    if not options.shrink:
        return full
    return {
        prefix: row
        for prefix, row in full.items()
        if not (above := lpm({p: r for p, r in full.items() if p != prefix}, prefix))
        or above._replace(prefix="", name="") != row._replace(prefix="", name="")
    }


def answer(parents, rules, options, number):
    """What a number is sold at: the longest of its beginnings of which something becomes a row; None: not sold."""
    every = members(parents, rules)
    for length in range(len(number), 0, -1):
        if number[:length] in every:
            found = outcome(parents, rules, options, number[:length])
            if isinstance(found, Row):
                return found
    return None


def counts(parents, rules, options):
    """The figures of a build's report that can lose somebody money."""
    results = {prefix: outcome(parents, rules, options, prefix) for prefix in members(parents, rules)}
    full = {prefix: row for prefix, row in results.items() if isinstance(row, Row)}
    below = dearer = removed_under = 0
    for prefix, row in results.items():
        asked = {column: costs(parents, options, prefix, column) for column in options.columns}
        if isinstance(row, Row):
            below += not row.blocked and any(getattr(row, column) < max(asked[column]) for column in asked)
            continue
        seller = lpm(full, prefix)
        if seller is None or seller.blocked:
            continue
        removed_under += row == "removed"
        way = WAYS[options.compact]
        dearer += any(not ask or way(ask) > getattr(seller, column) for column, ask in asked.items())
    return {"below": below, "dearer": dearer, "removed_under": removed_under}
