"""What a rate card has no field for: a column may hold it only where it says nothing.

Such a column is not dropped silently and not guessed at. Each of its cells must be neutral (empty, or the value that
changes nothing); a line with any other cell is refused with the reason of the rule.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from ratecards.engine.numbers import Refused, shown

_WEEK = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"}
_ALWAYS = frozenset(
    {"", "all", "all time", "always", "any", "any time", "24/7", "24x7", "*any", "0", "10079"}
    | {"00:00", "00:00:00", "23:59", "23:59:59", "24:00", "24:00:00"}
)
_NEVER = re.compile(r".{0,10}(?:2099|2999|9999).{0,30}|never|", re.DOTALL)
_ZERO = re.compile(r"0+(?:[.,]0*)?|")


class Rule(NamedTuple):
    """A name for the screens, why other cells are refused, and which cells say nothing (text, layout -> bool)."""

    label: str
    reason: str
    neutral: Callable


def check(rule, text, layout):
    """Return 0 for a neutral cell; raise Refused, its code the rule's name, for every other one."""
    if RULES[rule].neutral(text.strip().lower(), layout):
        return 0
    raise Refused(rule, f"{shown(text)}: {RULES[rule].reason}.")


def _words(*words):
    return lambda text, layout: text in words


RULES = {
    "no_value": Rule("Must be empty", "the column seemed empty; say what it holds", _words("")),
    "no_owner": Rule("Owner", "a file cannot say to whom a row belongs", _words("")),
    "no_end": Rule(
        "End date", "a price that ends has no field here", lambda text, layout: bool(_NEVER.fullmatch(text))
    ),
    "no_time": Rule(
        "Time of day",
        "prices by time of day have no field here",
        lambda text, layout: text in _ALWAYS or set(re.findall("[a-z]{3}", text)) == _WEEK,
    ),
    "no_interval": Rule(
        "Start of the interval", "prices that change during a call have no field here", _words("", "0", "0s")
    ),
    "no_length": Rule("Number length", "the length of a number has no field here", _words("", "0", "100")),
    "no_origin": Rule("Origin", "prices by the caller's number have no field here", _words("")),
    "no_tag": Rule("Tags", "prices by tag have no field here", _words("")),
    "no_policy": Rule("Policy", "this policy has no field here", _words("", "allow", "regular", "default")),
    "no_change": Rule("Strip and prepend", "changes of the number have no field here", _words("")),
    "no_package": Rule("Package", "packages have no field here", _words("", "0", "no", "n", "false")),
    "no_fee": Rule("Other fee", "this fee has no field here", lambda text, layout: bool(_ZERO.fullmatch(text))),
    "no_free": Rule(
        "Free seconds",
        "seconds that are taken off every call have no field here",
        lambda text, layout: bool(_ZERO.fullmatch(text)),
    ),
    "outbound": Rule(
        "Direction", "only outbound prices are read", _words("", "outbound", "termination", "both", "inbound,outbound")
    ),
    "enabled": Rule(
        "Enabled", "a row that is switched off is not a price", _words("", "1", "true", "t", "yes", "y", "enabled")
    ),
    "allowed": Rule("Reject calls", "a row that rejects calls must be Blocked", _words("", "0", "false", "f", "no")),
    "currency": Rule(
        "Currency",
        "one sheet has one currency",
        lambda text, layout: text == layout.currency.lower(),
    ),
}
