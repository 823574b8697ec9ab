"""From the text of one cell to one integer, each distinct text once; what is refused is kept with its reason."""

import re

from ratecards.engine.numbers import Refused, parse_prefix, parse_price, parse_seconds, shown
from ratecards.sheets.cells import plain
from ratecards.sheets.rules import RULES, check

EMPTY = 1 << 62
BLOCKED = EMPTY + 1
MAX_NAME = 200
MAX_KNOWN = 200_000

_CLOSED = frozenset({"blocked", "block", "closed", "deleted", "delete", "barred"})
_OPEN = frozenset({"", "active", "open", "enabled", "profit", "allow", "allowed"})
_MINUS_ONE = re.compile(r"-1(?:[.,]0*)?")
_PREFIX = re.compile(r"(?!00)[0-9]{1,15}")
_BREAKS = re.compile(r"[\r\n\t]+")
_CONTROL = re.compile(r"[\0-\x1f\x7f]")


class Known(dict):
    """Text to integer, asked of `parse` when new; a refusal is the negative of its place (from 1) in `refusals`."""

    def __init__(self, parse):
        super().__init__()
        self.parse = parse
        self.refusals = []

    def __missing__(self, text):
        if len(self) >= MAX_KNOWN:
            self.clear()
        try:
            value = self.parse(text)
        except Refused as refused:
            self.refusals.append(refused)
            value = -len(self.refusals)
        self[text] = value
        return value

    def refusal(self, value):
        """Return the Refused that a negative value stands for."""
        return self.refusals[-value - 1]


class Names:
    """The distinct names of a sheet, each with its position."""

    def __init__(self):
        self.positions = {}

    def position(self, text):
        """Return the position of a name; raises Refused (name_control, name_length)."""
        name = plain(_BREAKS.sub(" ", text.strip()))
        if _CONTROL.search(name):
            raise Refused("name_control", f"{shown(name)} holds control characters.")
        if len(name) > MAX_NAME:
            raise Refused("name_length", f"{shown(name)} has more than {MAX_NAME} characters.")
        return self.positions.setdefault(name, len(self.positions))


def prefixes(texts):
    """Return the prefixes of a column ("" where refused) and the refusals by position."""
    found, refused, good = list(texts), {}, _PREFIX.fullmatch
    for position, text in enumerate(found):
        if not good(text):
            try:
                found[position] = parse_prefix(text)
            except Refused as refusal:
                found[position], refused[position] = "", refusal
    return found, refused


def parsers(layout, names):
    """Return by target what reads a cell: integers of price units, of seconds, or EMPTY and BLOCKED; may refuse.

    An empty connect cost or grace is 0; other empty cells stay EMPTY, because only the whole row can tell whether
    they may be (a blocked destination needs no price).
    """

    def price(text):
        return parse_price(text, layout.decimal_comma) if text.strip() else EMPTY

    def cost(text):
        closed = text.strip().lower() in _CLOSED or _MINUS_ONE.fullmatch(text.strip())
        return BLOCKED if closed else price(text)

    def seconds(least, empty):
        return lambda text: parse_seconds(text, least) if text.strip() else empty

    read = {
        "name": names.position,
        "cost": cost,
        "first": cost,
        "intra": price,
        "inter": price,
        "connect": lambda text: price(text) if text.strip() else 0,
        "mcd": seconds(0, EMPTY),
        "pulse": seconds(1, EMPTY),
        "grace": seconds(0, 0),
        # "Not charged below 3 seconds" frees the calls of up to 2.
        "free_below": lambda text: max(seconds(0, 0)(text) - 1, 0),
        "status": _status,
    }
    return read | {rule: _rule(rule, layout) for rule in RULES}


def _status(text):
    word = text.strip().lower()
    if word in _CLOSED:
        return 1
    if word in _OPEN:
        return 0
    raise Refused("status", f"{shown(text)} is not a status: it is Blocked or empty.")


def _rule(rule, layout):
    return lambda text: check(rule, text, layout)
