"""Regular expressions over prefixes, read: a language of digits that no text can make hang.

What may stand there: digits, `.` and `\\d` (any digit), `[13]` `[2-5]` `[^0]`, groups `( )` with `|`, and behind each of
them `?` `*` `+` `{2}` `{2,}` `{2,4}`. Back references, look-around, letters and lazy repetition are refused in words:
without them an expression is a finite automaton (`automaton.py`), and that takes one step a digit, whatever it says.
"""

import re
from typing import NamedTuple

from ratecards.engine.numbers import MAX_PREFIX, Refused, shown

MAX_LENGTH = 200
MAX_PLACES = 400
MAX_DEPTH = 20
ANY = frozenset("0123456789")

_TOKEN = re.compile(
    r"(?P<digit>[0-9])|(?P<any>\.|\\d)|\[(?P<no>\^?)(?P<set>(?:[0-9](?:-[0-9])?)+)\]|(?P<open>\((?:\?:)?)(?!\?)|(?P<sign>[)|^$])"
    r"|(?P<times>[?*+]|\{(?P<low>[0-9]{1,3})(?P<to>,(?P<high>[0-9]{1,3})?)?\})"
)
_KNOWN = (
    (re.compile(r"\\[1-9k]"), "refers back to an earlier part"),
    (re.compile(r"\(\?(?:<?[=!])"), "looks ahead or behind"),
    (re.compile(r"\(\?"), "begins a group of a kind that is not known here"),
    (re.compile(r"\["), "begins a set of digits that is not one, such as [13] or [2-5]"),
    (re.compile(r"\{"), "is no repetition, such as {2} or {2,4}"),
)


class Digit(NamedTuple):
    """One digit out of some."""

    of: frozenset[str]


class Join(NamedTuple):
    """Parts one after the other; none of them: nothing stands there."""

    parts: tuple


class Either(NamedTuple):
    """One of some branches."""

    branches: tuple


class Repeat(NamedTuple):
    """A part `low` to `high` times; `high` None: any number."""

    part: "Digit | Join | Either | Repeat"
    low: int
    high: int | None


Tree = Digit | Join | Either | Repeat


class Alternative(NamedTuple):
    """One alternative of an expression: its tree, and whether `^` stands before and `$` behind it."""

    tree: Tree
    begins: bool
    ends: bool


def parse(text):
    """Return the `Alternative`s of an expression, split at each `|` outside of groups.

    Raises Refused (rule_match), naming the text and the part of it that cannot be read.
    """
    if len(text) > MAX_LENGTH:
        raise _refused(text, f"is longer than {MAX_LENGTH} characters")
    reader = _Reader(text)
    found = [reader.alternative()]
    while reader.take("|"):
        found.append(reader.alternative())
    if reader.tokens[reader.at]:
        raise _refused(text, "closes a group that is not open")
    if sum(_places(one.tree) for one in found) > MAX_PLACES:
        raise _refused(text, "is too large once its repetitions are written out")
    return found


def plain(tree):
    """Return the digits of a tree that is nothing but digits, "" for an empty one; None for any other."""
    parts = tree.parts if isinstance(tree, Join) else (tree,)
    start = leading(tree)
    return start if len(start) == len(parts) else None


def leading(tree):
    """Return the digits that every match begins with, as far as they are written one after the other at its start."""
    digits = ""
    for part in tree.parts if isinstance(tree, Join) else (tree,):
        if not isinstance(part, Digit) or len(part.of) > 1:
            break
        digits += min(part.of)
    return digits


def literal(tree):
    """Return how many digits an expression fixes: the places where not every digit may stand, on its shortest way."""
    match tree:
        case Digit(of):
            return int(of != ANY)
        case Join(parts):
            return sum(map(literal, parts))
        case Either(branches):
            return min(map(literal, branches))
        case Repeat(part, low, _):
            return low * literal(part)


def _places(tree):
    """Return how many digits the tree holds with all repetitions written out."""
    match tree:
        case Digit():
            return 1
        case Join(parts) | Either(parts):
            return sum(map(_places, parts))
        case Repeat(part, low, high):
            return _places(part) * max(low if high is None else high, 1)


class _Reader:
    """The tokens of one expression, read from left to right."""

    def __init__(self, text):
        self.text, self.at, self.depth = text, 0, 0
        self.tokens = [*_tokens(text), None]

    def take(self, sign):
        """Step over a sign if it stands here."""
        here = self.tokens[self.at]
        taken = bool(here and here["sign"] == sign)
        self.at += taken
        return taken

    def alternative(self):
        begins = self.take("^")
        tree = self.join()
        return Alternative(tree, begins, self.take("$"))

    def either(self):
        branches = [self.join()]
        while self.take("|"):
            branches.append(self.join())
        return branches[0] if len(branches) == 1 else Either(tuple(branches))

    def join(self):
        parts = []
        while (token := self.tokens[self.at]) and not token["sign"]:
            parts.append(self.repeated(self.one(token)))
        return parts[0] if len(parts) == 1 else Join(tuple(parts))

    def one(self, token):
        self.at += 1
        if token["open"]:
            return self.group()
        if token["times"]:
            raise _refused(self.text, f"repeats nothing at {shown(token[0])}")
        return Digit(_digits(token, self.text))

    def group(self):
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _refused(self.text, f"has groups within groups beyond {MAX_DEPTH}")
        tree = self.either()
        if not self.take(")"):
            here = self.tokens[self.at]
            raise _refused(
                self.text,
                f"has {shown(here[0])} inside a group: it may stand at the ends only"
                if here
                else "leaves a group open",
            )
        self.depth -= 1
        return tree

    def repeated(self, part):
        token = self.tokens[self.at]
        if not token or not token["times"]:
            return part
        self.at += 1
        low, high = _times(token)
        if max(low, high or 0) > MAX_PREFIX or (high is not None and high < max(low, 1)):
            raise _refused(self.text, f"repeats {shown(token[0])}: a prefix has 1 to {MAX_PREFIX} digits")
        return Repeat(part, low, high)


def _tokens(text):
    place = 0
    while place < len(text):
        token = _TOKEN.match(text, place)
        if not token:
            reason = next(
                (words for known, words in _KNOWN if known.match(text, place)), "is no digit and no sign known here"
            )
            raise _refused(text, f"has a part at {shown(text[place:])} that {reason}")
        yield token
        place = token.end()


def _digits(token, text):
    if token["digit"]:
        return frozenset(token["digit"])
    if token["any"]:
        return ANY
    listed = set()
    for one, to in re.findall(r"([0-9])(?:-([0-9]))?", token["set"]):
        listed |= {str(digit) for digit in range(int(one), int(to or one) + 1)}
    listed = ANY - listed if token["no"] else frozenset(listed)
    if not listed:
        raise _refused(text, f"has a set at {shown(token[0])} that no digit is in")
    return listed


def _times(token):
    if token["low"] is None:
        return {"?": (0, 1), "*": (0, None), "+": (1, None)}[token[0]]
    low = int(token["low"])
    return low, low if not token["to"] else token["high"] and int(token["high"])


def _refused(text, reason):
    return Refused("rule_match", f"{shown(text)} {reason}.")
