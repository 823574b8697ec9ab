"""What a match draws: a destination alone, what begins with digits, or what a regular expression fits.

    441             that one destination            ^441, 441.*     everything that begins with it
    ^, .*, nothing  everything                      44(1|2)[0-4]    the prefixes that are just so
    ^44(1|2)        whatever begins with a match    44|^49          several, each for itself

Plain digits are met even where only a shorter prefix is listed; an expression chooses among the prefixes that stand
there. In a prefix set each line means "begins with", with `^` or without, unless `$` ends it.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from ratecards.engine import keys as prefix_keys
from ratecards.engine import patterns
from ratecards.engine.automaton import automaton, fits
from ratecards.engine.numbers import MAX_PREFIX, Refused, shown
from ratecards.engine.patterns import Join, Repeat

HELP = "Write digits for that one destination, ^ and digits for all that begins so, ^ for everything, or an expression such as ^44(1|2)."


class Draw(NamedTuple):
    """One way in which a rule draws prefixes.

    `literal` digits decide which rule wins. `exact`: the prefix itself, else all that begins so. `pattern` is the whole
    expression, of which this is alternative number `part`; "" for plain `digits`.
    """

    literal: int
    exact: bool
    digits: str
    pattern: str = ""
    part: int = 0


@lru_cache(maxsize=4096)
def draws_of(text, line=False):
    """Return the `Draw`s of a match text, or of a `line` of a prefix set; raises Refused (rule_match) with the reason."""
    text = text.strip()
    if not text and not line:
        return (Draw(0, False, ""),)
    try:
        found = patterns.parse(text)
        return tuple(_draw(text, number, one, line) for number, one in enumerate(found))
    except Refused as refused:
        raise Refused(refused.code, f"{refused.message} {HELP}") from refused


@lru_cache(maxsize=4096)
def expressions_in(text):
    """Return how many alternatives of a match text or a line are expressions: cheap, no automaton is made for it, so that
    too many of them are refused before any is. 0 for what `draws_of` refuses."""
    try:
        return sum(patterns.plain(_stripped(one.tree)[0]) is None for one in patterns.parse(text.strip()))
    except Refused:
        return 0


@lru_cache(maxsize=256)
def lines_of(lines):
    """Return the distinct `Draw`s of a prefix set's lines (a tuple of texts), sorted; raises Refused naming the line."""
    found = set()
    for number, line in enumerate(lines, 1):
        try:
            found.update(draws_of(line, True) if line.strip() else ())
        except Refused as refused:
            raise Refused(refused.code, f"Line {number}: {refused.message}") from refused
    return tuple(sorted(found))


@lru_cache(maxsize=256)
def machine_of(draw):
    """Return the `Automaton` of a draw by pattern; raises Refused (rule_match)."""
    tree = _stripped(patterns.parse(draw.pattern)[draw.part].tree)[0]
    return automaton(tree, not draw.exact)


def chosen(draws, keys):
    """Return a mask of the sorted keys (of prefixes) that any of some draws draws."""
    first, last = np.searchsorted(keys, spans_of(tuple(draws)))
    mask = np.zeros(len(keys) + 1, dtype=np.int64)
    np.add.at(mask, first, 1)
    np.add.at(mask, last, -1)
    mask = np.cumsum(mask[:-1]) > 0
    for one in draws:
        if one.pattern:
            first, fit = fits(machine_of(one), keys)
            mask[first : first + len(fit)] |= fit
    return mask


@lru_cache(maxsize=64)
def spans_of(draws):
    """Return (starts, ends) of the stretches of keys that the plain ones of some draws (a tuple) draw: sorted, apart."""
    plain = [one for one in draws if not one.pattern]
    starts = prefix_keys.encode_many([one.digits for one in plain])
    alone = np.array([one.exact for one in plain], dtype=np.bool_)
    ends = starts + np.where(alone, 1, prefix_keys.spans(starts))
    order = np.argsort(starts, kind="stable")
    starts, ends = starts[order], np.maximum.accumulate(ends[order])
    begins = np.append(True, starts[1:] > ends[:-1])[: len(starts)]
    stops = np.append(begins[1:], True)[: len(starts)]
    return np.array([starts[begins], ends[stops]])


def _draw(text, part, one, line):
    tree, open_end = _stripped(one.tree)
    exact = one.ends and not open_end or not (one.begins or line or open_end)
    digits = patterns.plain(tree)
    if digits is None:
        draw = Draw(patterns.literal(tree), exact, patterns.leading(tree), text, part)
        machine_of(draw)
        return draw
    if exact and not digits or (not digits and not (one.begins or open_end)):
        raise Refused("rule_match", f"{shown(text)} has an alternative that no prefix is.")
    if len(digits) > MAX_PREFIX:
        raise Refused("rule_match", f"{shown(text)} has more than {MAX_PREFIX} digits.")
    return Draw(len(digits), exact, digits)


def _stripped(tree):
    """Return (the tree without `.*` at its end, whether it had one): it says "begins with" in other words."""
    anything = Repeat(patterns.Digit(patterns.ANY), 0, None)
    if tree == anything:
        return Join(()), True
    if isinstance(tree, Join) and tree.parts and tree.parts[-1] == anything:
        rest = tree.parts[:-1]
        return rest[0] if len(rest) == 1 else Join(rest), True
    return tree, False
