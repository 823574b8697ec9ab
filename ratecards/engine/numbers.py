"""The one parser of prefixes, prices and seconds: whatever it returns is exact, whatever it doubts it refuses.

Forms, import, admin and commands all read numbers here, so a figure accepted in one place is accepted in all.
Only ASCII digits count as digits. A price is an integer of *price units*, 1e-8 of the currency; it becomes a
Decimal at the edge only and is never a float. Bounds: a price is 0 to 100 000 a minute (or a call), a prefix has
1 to 15 digits, seconds are at most one day, so that every product of a build can be checked against int64.
"""

import re
from decimal import Decimal

DECIMALS = 8
UNITS = 10**DECIMALS
MAX_PRICE = 100_000 * UNITS
MAX_PREFIX = 15
MAX_SECONDS = 86_400

_PREFIX = re.compile(r"[0-9]{1,15}")
_DIGITS = re.compile(r"[0-9]+")
_SCIENTIFIC = re.compile(r"[+-]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)[eE][+-]?[0-9]+")
_POINT = re.compile(r"\+?[0-9]+[.,][0-9]*")
_PRICE = re.compile(r"(?P<whole>[0-9]*)(?:\.(?P<part>[0-9]*))?")
_SEVERAL = re.compile(r"[0-9]+(?:[-\u2013 \u00a0;,/&|]+[0-9]+)+")
_GROUPED = re.compile(r"[0-9]+(?:[., '\u00a0\u202f\u2019][0-9]*)+")
_SWAP = str.maketrans(".,", ",.")
_WORDS = {
    "nan": ("price_nan", "is not a number"),
    "snan": ("price_nan", "is not a number"),
    "inf": ("price_infinite", "is infinite"),
    "infinity": ("price_infinite", "is infinite"),
}


class Refused(Exception):
    """An input that is not taken: `.code` is stable and for programs, `.message` names the input and the reason."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code
        self.message = message


def parse_prefix(text):
    """Return the 1 to 15 ASCII digits of a dial prefix; spaces around it, Excel's leading ' and one leading + go.

    Raises Refused (prefix_empty, prefix_scientific, prefix_decimal, prefix_several, prefix_characters,
    prefix_international, prefix_length). An international dialling prefix (00) is never cut off silently, because
    the digits after it may not be what the sender meant; neither is a space inside, as "44 20" may be two prefixes.
    """
    digits = text.strip().removeprefix("'").removeprefix("+").strip()
    if not _PREFIX.fullmatch(digits):
        raise _prefix_refusal(digits)
    if digits.startswith("00"):
        raise Refused(
            "prefix_international",
            f"{shown(digits)} starts with the international dialling prefix 00: leave it out, or correct the prefix.",
        )
    return digits


def parse_price(text, decimal_comma=False):
    """Return a price as price units, 0 to MAX_PRICE, exactly as written.

    With `decimal_comma` the one comma is the decimal mark and no dot may stand beside or instead of it; without it
    no comma may stand at all. So a thousands separator is never read as a decimal mark, nor the other way round.
    Raises Refused (price_empty, price_negative, price_nan, price_infinite, price_scientific, price_comma, price_dot,
    price_thousands, price_characters, price_decimals, price_high).
    """
    price = text.strip()
    match = _PRICE.fullmatch(price.translate(_SWAP) if decimal_comma else price)
    if not match or price in {"", ".", ","}:
        raise _price_refusal(price, decimal_comma)
    whole, part = match["whole"].lstrip("0"), (match["part"] or "").rstrip("0")
    if len(part) > DECIMALS:
        raise Refused("price_decimals", f"{shown(price)} has more than {DECIMALS} decimals.")
    units = int(whole + part.ljust(DECIMALS, "0")) if len(whole) <= 6 else MAX_PRICE + 1
    if units > MAX_PRICE:
        raise Refused("price_high", f"{shown(price)} is above the highest price, {format_units(MAX_PRICE)}.")
    return units


def parse_seconds(text, minimum):
    """Return whole seconds, `minimum` to MAX_SECONDS (0 may stand for an MCD, 1 is the least pulse).

    Raises Refused (seconds_empty, seconds_characters, seconds_low, seconds_high).
    """
    seconds = text.strip()
    if not seconds:
        raise Refused("seconds_empty", "The seconds are missing.")
    if not _DIGITS.fullmatch(seconds.removeprefix("-")):
        raise Refused("seconds_characters", f"{shown(seconds)} is not a whole number of seconds.")
    significant = seconds.lstrip("0") or "0"
    value = -1 if seconds.startswith("-") else int(significant[:6])
    if value > MAX_SECONDS:
        raise Refused("seconds_high", f"{shown(seconds)} is more than a day ({MAX_SECONDS} seconds).")
    if value < minimum:
        raise Refused("seconds_low", f"{shown(seconds)} is below the least value here, {minimum} s.")
    return value


def to_units(amount):
    """Return a Decimal as price units, exactly; its sign stays, so a discount may be given.

    Raises Refused (price_nan, price_infinite, price_decimals, price_high beyond MAX_PRICE on either side of 0).
    """
    size = amount.copy_abs()
    if size.is_finite() and size > MAX_PRICE // UNITS:
        raise Refused("price_high", f"{shown(str(size))} is above the highest price, {format_units(MAX_PRICE)}.")
    units = parse_price(format(size, "f"))
    return -units if amount.is_signed() else units


def from_units(units):
    """Return price units as an exact Decimal of 8 decimals, whatever the decimal context is."""
    units = int(units)
    return Decimal((int(units < 0), tuple(map(int, str(abs(units)))), -DECIMALS))


def format_units(units):
    """Return price units as plain decimal text: no exponent, no trailing zero, "0" for nothing."""
    whole, part = divmod(abs(int(units)), UNITS)
    text = f"{whole}.{part:08d}".rstrip("0").rstrip(".")
    return f"-{text}" if units < 0 else text


def shown(text):
    """Return an input as a message may quote it: in quotes, control characters escaped, cut after 40 characters."""
    return repr(text if len(text) <= 40 else text[:39] + "…")


def _prefix_refusal(digits):
    if not digits:
        return Refused("prefix_empty", "The prefix is missing.")
    if _SCIENTIFIC.fullmatch(digits):
        return Refused(
            "prefix_scientific",
            f"{shown(digits)} was turned into scientific notation by a spreadsheet, its last digits are lost: "
            "format the column as text and export again.",
        )
    if _POINT.fullmatch(digits):
        return Refused(
            "prefix_decimal",
            f"{shown(digits)} was turned into a decimal number by a spreadsheet: format the column as text.",
        )
    if _DIGITS.fullmatch(digits):
        return Refused("prefix_length", f"{shown(digits)} has more than {MAX_PREFIX} digits.")
    if _SEVERAL.fullmatch(digits):
        return Refused("prefix_several", f"{shown(digits)} may be several prefixes: write one prefix of digits a line.")
    return Refused("prefix_characters", f"{shown(digits)} is not a prefix: only the digits 0 to 9 may stand there.")


def _price_refusal(price, decimal_comma):
    if price in {"", ".", ","}:
        return Refused("price_empty", "The price is missing.")
    if price.startswith("-"):
        return Refused("price_negative", f"{shown(price)} is negative.")
    if price.lower().lstrip("+") in _WORDS:
        code, reason = _WORDS[price.lower().lstrip("+")]
        return Refused(code, f"{shown(price)} {reason}.")
    if _SCIENTIFIC.fullmatch(price):
        return Refused("price_scientific", f"{shown(price)} is in scientific notation: write the decimals out.")
    if not decimal_comma and "." not in price and _PRICE.fullmatch(price.replace(",", ".", 1)):
        return Refused(
            "price_comma", f"{shown(price)} holds a comma: say that the comma is the decimal mark, or write a dot."
        )
    if decimal_comma and "," not in price and _PRICE.fullmatch(price):
        return Refused("price_dot", f"{shown(price)} holds a dot where the comma is the decimal mark.")
    if _GROUPED.fullmatch(price):
        return Refused("price_thousands", f"{shown(price)} holds a thousands separator: write the digits alone.")
    return Refused(
        "price_characters", f"{shown(price)} is not a price: only digits and one decimal mark may stand there."
    )
