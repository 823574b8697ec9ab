"""What the cells of a sample prove of a sheet: how prefixes, prices and dates are written, what a column without a
header holds. Every guess is a value of the layout, which is shown and can be changed."""

import re
from collections import Counter

from ratecards.engine.numbers import Refused, parse_prefix
from ratecards.sheets import codes, dates
from ratecards.sheets.cell_values import amount_of
from ratecards.sheets.formats import normal
from ratecards.sheets.layout import ASK

PRICES = ("cost", "first", "intra", "inter", "connect", "off_cost", "off_first")
_COMMA = re.compile(r"[0-9]*,[0-9]+")
_DOTTED = re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+,[0-9]+")
_MAYBE_THOUSANDS = re.compile(r"[1-9][0-9]{0,2},[0-9]{3}")
_PRICE = re.compile(r"-?[0-9]*[.,][0-9]+|-1")
_CLOCK = re.compile(r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?")
_DAYS = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun)(?:[ ,;/-]+(?:mon|tue|wed|thu|fri|sat|sun))*", re.IGNORECASE)
_CURRENCY = re.compile(r"[A-Z]{3}")
_AMERICAN = re.compile(r"[2-9][0-9]{2}(?:[2-9][0-9]{2}[0-9]?(?:[0-9]{3})?)?")  # without the 1 in front
STATES = {
    "interstate",
    "intrastate",
    "inter rate",
    "intra rate",
    "interrate",
    "intrarate",
    "interstate rate",
    "intrastate rate",
}
CUTS = ("011", "00")
FEW, HOUR = 5, 3600


def cells_of(body, mapping, *fields):
    """Return the filled cells of the columns that are read as some fields."""
    places = [place for place, target in enumerate(mapping) if target in fields]
    return [row[place] for row in body for place in places if row[place]]


def codes_of(body, mapping):
    """Return how cells of prefixes are to be read, where the sample proves it."""
    cells = cells_of(body, mapping, "prefix")
    if any(codes.COUNTRY.fullmatch(cell) for cell in cells):
        return "country"
    several = [cell for cell in cells if codes.SEVERAL.search(cell) and not _is_damaged(cell)]
    return "joined" if several and _are_joined(several) else "several" if several else "one"


def _are_joined(cells):
    """Whether dashes stand after country codes, as most cannot be ranges: 1-684. Then 60-82 is none either."""
    parts = [re.split("[-\u2013]", cell.lstrip("'+")) for cell in cells]
    if not all(
        len(part) > 1 and len(part[0]) <= codes.COUNTRY_DIGITS and all(map(str.isdigit, part)) for part in parts
    ):
        return False
    return sum(len(part) > 2 or len(part[1]) > len(part[0]) for part in parts) * 2 > len(parts)


def cut_of(body, mapping):
    """Return the international dialling prefix that most prefixes begin with, "" for none."""
    cells = [cell.lstrip("'+") for cell in cells_of(body, mapping, "prefix")]
    for cut in CUTS:
        if cells and sum(cell.startswith(cut) for cell in cells) * 2 > len(cells):
            return cut
    return ""


def lead_of(columns, body, mapping):
    """Return the 1 that a sheet of North American area codes leaves out, "" for any other sheet."""
    by_state = any(normal(column) in STATES for column in columns)
    for place, (column, target) in enumerate(zip(columns, mapping, strict=True)):
        cells = [row[place] for row in body if row[place]]
        if target in ("country_code", "prefix") and normal(column).startswith("npa"):
            return "1" if cells and not all(cell.startswith("1") for cell in cells) else ""
        if target == "prefix" and by_state:
            others = [cell for cell in cells if not cell.startswith("1")]
            return "1" if others and all(map(_AMERICAN.fullmatch, others)) else ""
    return ""


def decimal_comma(body, mapping):
    """Whether prices are written with a comma: some surely are, and none has a dot as its decimal mark."""
    prices = [amount_of(cell)[0] for cell in cells_of(body, mapping, *PRICES)]
    grouped = [price for price in prices if _DOTTED.fullmatch(price)]
    commas = [price for price in prices if _COMMA.fullmatch(price)]
    dots = any("." in price for price in prices if not _DOTTED.fullmatch(price))
    return (bool(grouped) or any(not _MAYBE_THOUSANDS.fullmatch(price) for price in commas)) and not dots


def currency(body, mapping, in_headers, in_titles=()):
    """Return the currency of the sheet, "" when it names none: from a column, its headers, its prices or its titles.
    A sign of several currencies, such as $, stands for itself."""
    if "currency" in mapping:
        found = Counter(cell.upper() for cell in cells_of(body, mapping, "currency")).most_common(1)
        return found[0][0] if found else ""
    if len(in_headers) == 1:
        return next(iter(in_headers))
    named = {amount_of(cell)[1] for cell in cells_of(body, mapping, *PRICES)} - {""}
    if not named and not in_headers:
        named = set(in_titles)
    return named.pop() if len(named) == 1 else ""


def date_order(body, mapping, day):
    return dates.order_of(cells_of(body, mapping, "effective"), day)


def roles(rows, width):
    """Return what the columns of a sheet without a header seem to hold, () unless one is of prefixes and one of prices.

    Prices have decimals, prefixes are digits of many values, names are letters of many values.
    """
    rows = [row for row in rows if len(row) == width and any(row)][:200]
    columns = [list(filter(None, column)) for column in zip(*rows, strict=True)]
    found = [_role(column) for column in columns]
    whole = [place for place, role in enumerate(found) if role == "digits"]
    if "cost" not in found or not whole:
        return ()
    prefix = max(whole, key=lambda place: (len(set(columns[place])), max(map(len, columns[place]))))
    found[prefix] = "prefix"
    seen, mapping = set(), []
    for place, role in enumerate(found):
        again = role in seen and role not in ("no_time", "no_end")
        mapping.append(
            ASK
            if role == "digits" and _are_seconds(columns[place])
            else None
            if again or role in ("digits", "text")
            else role
        )
        seen.add(role)
    return tuple(mapping)


def _are_seconds(column):
    """Whether numbers without a name may be increments: the same few small ones all over. Not to read them would make
    calls cheaper than they are."""
    return len(set(column)) <= FEW and all(cell.isdigit() and 0 < int(cell) <= HOUR for cell in column)


def _role(column):
    if not column:
        return None

    def most(test):
        return sum(map(bool, map(test, column))) * 10 >= len(column) * 8

    if most(_CLOCK.fullmatch) or most(_DAYS.fullmatch):
        return "no_time"
    if most(dates.is_date):
        return "effective"
    if most(_CURRENCY.fullmatch) and len(set(column)) == 1:
        return "currency"
    if most(lambda cell: _PRICE.fullmatch(amount_of(cell)[0])):
        return "cost"
    if most(is_prefix):
        return "digits"
    return "name" if most(is_text) else "text"


def is_text(cell):
    """Whether a cell holds a letter."""
    return bool(re.search(r"[^\W\d_]", cell))


def is_prefix(cell):
    """Whether a cell is a prefix, or a list of some."""
    try:
        return bool(parse_prefix(cell))
    except Refused:
        return bool(codes.SEVERAL.search(cell))


def _is_damaged(cell):
    return bool(re.search(r"[eE][+-]", cell)) or dates.is_date(cell)
