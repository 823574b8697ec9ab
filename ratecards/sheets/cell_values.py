"""From the text of one cell to one integer, each distinct text once; what is refused is kept with its reason."""

import re

import numpy as np

from accounts.sheets.cells import plain
from ratecards.engine.numbers import Refused, parse_prefix, parse_price, parse_seconds, shown
from ratecards.sheets import dates
from ratecards.sheets.dates import is_date
from ratecards.sheets.rules import RULES, check

EMPTY = 1 << 62
BLOCKED = EMPTY + 1
MAX_NAME = 200
MAX_KNOWN = 200_000

GONE = EMPTY + 2
FLAGS = (
    "",
    "new",
    "increased",
    "decreased",
    "unchanged",
    "closed",
    "blocked",
)  # what a column of changes says, by position

CHANGED, LETTER = FLAGS[1:5], 1  # what a status may say as well; one letter alone may be D of deleted

_BLOCKED = frozenset({"blocked", "block", "barred"})
_ENDED = frozenset({"closed", "close", "deleted", "delete", "removed", "remove", "discontinued", "withdrawn"})
_OPEN = frozenset({"", "active", "open", "enabled", "profit", "allow", "allowed"})
_YES, _NO = frozenset({"yes", "y", "true", "t", "1"}), frozenset({"", "no", "n", "false", "f", "0"})
_ABSENT = frozenset({"n/a", "na", "-", "\u2013", "tba", "tbd", "none", "null"})
_FLAG_WORDS = {
    "new": ("new", "n", "added", "add", "addition", "new code", "new destination"),
    "increased": ("increase", "increased", "inc", "i", "up", "+", "\u2191", "\u25b2", "\u2b06", "rise", "higher"),
    "decreased": ("decrease", "decreased", "dec", "d", "down", "-", "\u2193", "\u25bc", "\u2b07", "lower", "reduction"),
    "unchanged": ("no change", "unchanged", "same", "nc", "n/c", "=", "current", "\u2192", "no changes", "unmodified"),
    "closed": (*_ENDED, "code deleted", "cancelled", "canceled", "terminated", "expired"),
    "blocked": (*_BLOCKED, "suspended", "inactive", "disabled"),
}
_FLAG = {word: FLAGS.index(flag) for flag, words in _FLAG_WORDS.items() for word in words}
_INCREMENTS = re.compile(r"([0-9]{1,5})(?:[\s]*[/:+\-,;][\s]*([0-9]{1,5}))?(?:[\s]*[/:+\-,;][\s]*([0-9]{1,5}))?")
_UNIT = re.compile(r"(?:([0-9]{1,4})\s*m)?\s*(?:([0-9]{1,6})\s*(?:s|sec|secs|seconds))?", re.IGNORECASE)
_CLOCK = re.compile(r"([0-9]{1,2}):([0-5][0-9]):([0-5][0-9])")
PRICED = {"minute": "60", "min": "60", "per minute": "60", "second": "1", "sec": "1", "per second": "1"}
_MARKS = re.compile(r"(?P<before>[$\u20ac\u00a3\u00a5]|[A-Za-z]{3}(?![A-Za-z])|)\s*(?P<amount>[^A-Za-z$\u20ac\u00a3\u00a5]*?[0-9][^A-Za-z$\u20ac\u00a3\u00a5]*?)\s*"
                    r"(?P<after>[$\u20ac\u00a3\u00a5]|(?<![A-Za-z])[A-Za-z]{3}|)")  # fmt: skip
_SIGNS = {"\u20ac": "EUR", "\u00a3": "GBP", "$": "$", "\u00a5": "\u00a5"}
_OF_SIGN = {"$": frozenset(["AUD", "BBD", "BMD", "BND", "BSD", "BZD", "CAD", "FJD", "GYD", "HKD", "JMD", "KYD", "LRD", "MXN", "NAD", "NZD", "SBD", "SGD", "SRD", "TTD", "TWD", "USD", "XCD", "ARS", "CLP", "COP"]),
            "\u00a5": frozenset(("CNY", "JPY"))}  # fmt: skip
_DOTTED, _COMMAED = (
    re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+,[0-9]+"),
    re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+\.[0-9]+"),
)
LONGEST_PRICE = 40  # characters; a longer one is refused by the parser of prices
_MINUS_ONE = re.compile(r"-1(?:[.,]0*)?")
_PREFIX = re.compile(r"(?!00)[0-9]{1,15}")
_LINE = re.compile(r"[0-9]{1,9}")
_LENGTHS = frozenset(range(1, 16))
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
        name = _BREAKS.sub(" ", plain(text.strip()))
        if _CONTROL.search(name):
            raise Refused("name_control", f"{shown(name)} holds control characters.")
        if len(name) > MAX_NAME:
            raise Refused("name_length", f"{shown(name)} has more than {MAX_NAME} characters.")
        return self.positions.setdefault(name, len(self.positions))

    def joined(self, countries, names):
        """Return the positions of "Country Name" for two columns of positions; a name that tells its country stays."""
        texts = list(self.positions)
        pairs, place = np.unique(np.stack([countries, names]), axis=1, return_inverse=True)
        found = [self._together(texts[country], texts[name]) for country, name in pairs.T.tolist()]
        return np.array(found, dtype=np.int64)[place.ravel()]

    def _together(self, country, name):
        whole = name if name.casefold().startswith(country.casefold()) else f"{country} {name}".strip()
        return self.positions.setdefault(whole[:MAX_NAME], len(self.positions))


def prefixes(texts):
    """Return the prefixes of a column ("" where refused) and the refusals by position."""
    if _are_prefixes(texts):
        return list(texts), {}
    found, refused, good = list(texts), {}, _PREFIX.fullmatch
    for position, text in enumerate(found):
        if not good(text):
            try:
                found[position] = parse_prefix(text)
            except Refused as refusal:
                found[position], refused[position] = "", refusal
    return found, refused


def _are_prefixes(texts):
    """Whether all of a column are prefixes as they stand, asked at once: for a million lines that counts."""
    digits, sizes = "".join(texts), set(map(len, texts))
    return bool(sizes <= _LENGTHS and digits.isascii() and digits.isdigit() and "\n00" not in "\n".join(("", *texts)))


def amount_of(text):
    """Return (price, currency) of a cell: its digits without the marks of a currency, whose code is "" where none stands."""
    match = _MARKS.fullmatch(text.strip()) if len(text) <= LONGEST_PRICE else None
    if not match:
        return text, ""
    mark = match["before"] or match["after"]
    return match["amount"], _SIGNS.get(mark, mark.upper())


def is_of(said, currency):
    """Whether what a sheet calls its currency, a code or a sign that several have, can be this one."""
    return said == currency or currency in _OF_SIGN.get(said, ())


def price_of(text, layout):
    """Return price units. Thousands are taken only where both marks stand, each in its place, and currencies only
    where they are the sheet's: raises Refused (currency) beside what parse_price raises."""
    price, currency = amount_of(text)
    if currency and not is_of(currency, layout.currency):
        raise Refused("currency", f"{shown(text)}: one sheet has one currency.")
    grouped, mark = (_DOTTED, ".") if layout.decimal_comma else (_COMMAED, ",")
    return parse_price(price.replace(mark, "") if grouped.fullmatch(price) else price, layout.decimal_comma)


def seconds_of(text, least):
    return parse_seconds(_in_seconds(text), least)


def _in_seconds(text):
    """Return a cell such as 60s, 1m0s or 0:01:00 as the digits of its seconds, any other one as it stands."""
    if match := _CLOCK.fullmatch(text.strip()):
        return str(3600 * int(match[1]) + 60 * int(match[2]) + int(match[3]))
    match = _UNIT.fullmatch(text.strip())
    return str(60 * int(match[1] or 0) + int(match[2] or 0)) if match and any(match.groups()) else text


def increments_of(text):
    """Return MCD x 2^20 + pulse of a cell such as 30/6, EMPTY for none. A third part must repeat the second."""
    if not text.strip():
        return EMPTY
    if is_date(text):
        raise Refused("increments_date", f"{shown(text)} was turned into a date by a spreadsheet: write 30/6 as text.")
    match = _INCREMENTS.fullmatch(_in_seconds(text).strip()) if len(text) <= LONGEST_PRICE else None
    if not match:
        raise Refused("increments", f"{shown(text)} is no MCD and pulse such as 30/6.")
    first, second, third = match[1], match[2] or match[1], match[3]
    if third is not None and third != second:
        raise Refused("increments", f"{shown(text)}: a rate has an MCD and one pulse, no third increment.")
    return (parse_seconds(first, 0) << 20) + parse_seconds(second, 1)


def parsers(layout, names):
    """Return by target what reads a cell: integers of price units, of seconds, or EMPTY, BLOCKED and GONE; may refuse.

    An empty connect cost or grace is 0; other empty cells stay EMPTY, because only the whole row can tell whether
    they may be (a blocked destination needs no price).
    """

    ended = GONE if layout.closed == "remove" else BLOCKED
    cost = _cost_reader(layout, ended)

    def price(text):
        return price_of(text, layout) if text.strip() else EMPTY

    def seconds(least, empty):
        return lambda text: seconds_of(text, least) if text.strip() else empty

    read = dict.fromkeys(("key", "name", "country"), names.position) | {
        "cost": cost,
        "first": cost,
        "intra": price,
        "inter": price,
        "connect": lambda text: price(text) if text.strip() else 0,
        "mcd": seconds(0, EMPTY),
        "pulse": seconds(1, EMPTY),
        "unit": lambda text: seconds(1, EMPTY)(PRICED.get(text.strip().lower(), text)),
        "grace": seconds(0, 0),
        # "Not charged below 3 seconds" frees the calls of up to 2.
        "free_below": lambda text: max(seconds(0, 0)(text) - 1, 0),
        "off_cost": price,
        "off_first": price,
        "increments": increments_of,
        "effective": dates.reader(layout),
        "flag": lambda text: _FLAG.get(text.strip().lower(), 0),
        "line": lambda text: int(text) if _LINE.fullmatch(text.strip()) else 0,
        "status": lambda text: _status(text, ended),
        "discontinued": lambda text: _discontinued(text, ended),
    }
    return read | {rule: _rule(rule, layout) for rule in RULES}


def _cost_reader(layout, ended):
    """Return what reads a price that may say instead that the destination is not sold."""

    def cost(text):
        word = text.strip().lower()
        if word in _ABSENT:
            raise Refused("price_absent", f"{shown(text)} is no price: write one, or Blocked.")
        if word in _ENDED:
            return ended
        if word in _BLOCKED or _MINUS_ONE.fullmatch(word):
            return BLOCKED
        return price_of(text, layout) if word else EMPTY

    return cost


def _status(text, ended):
    word = text.strip().lower()
    if word in _BLOCKED:
        return BLOCKED
    if word in _ENDED:
        return ended
    if word in _OPEN or len(word) > LETTER and FLAGS[_FLAG.get(word, 0)] in CHANGED:
        return 0
    raise Refused("status", f"{shown(text)} is not a status: it is Blocked or empty.")


def _discontinued(text, ended):
    word = text.strip().lower()
    if word in _YES | _ENDED:
        return ended
    if word in _NO:
        return 0
    raise Refused("discontinued", f"{shown(text)} is neither yes nor no.")


def _rule(rule, layout):
    return lambda text: check(rule, text, layout)
