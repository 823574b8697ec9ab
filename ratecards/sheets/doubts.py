"""Columns that could be read in two ways: what their cells prove is taken, else the layout asks (target "ask").

A price list with the old price beside the new one, or with country codes beside whole prefixes, reads without a single
refused line either way; so nothing here falls back on the first column.
"""

import re

from accounts.sheets.basics import IGNORE
from ratecards.sheets import dates
from ratecards.sheets.cell_values import PRICED
from ratecards.sheets.formats import NEWER, normal
from ratecards.sheets.layout import ASK, FIELDS, SAME

FREE = frozenset({"name", "country", "flag", "line", "key"})  # decide over no price: the first column is taken
MOST, SOME = 80, 30  # per cent of the lines
_HAS_DIGIT = re.compile("[0-9]")
_DIGITS = re.compile(r"\D*0{0,2}([0-9]+)")
_TWO = re.compile(r"(?P<mcd>[0-9]{1,5})\s*[/:+\-,;]\s*(?P<pulse>[0-9]{1,5})")


def settled(columns, wanted, body, day):
    """Return (what every column holds, notes) of what the headers say; `body` are rows of as many cells, `day` the ISO
    day up to which a date has come."""
    wanted, notes = list(wanted), []
    notes += _unnamed(columns, wanted, body, day)
    for target in sorted({target for target in wanted if target in FIELDS.keys() - FREE and wanted.count(target) > 1}):
        notes += _rivals(columns, wanted, body, target)
    notes += _increments(columns, wanted, body)
    notes += _exclusive(columns, wanted)
    notes += _country(columns, wanted, body)
    return wanted, notes


def _places(wanted, *targets):
    return [place for place, target in enumerate(wanted) if target in targets]


def _ask(columns, wanted, places, why):
    for place in places:
        wanted[place] = ASK
    return [f"{' and '.join(columns[place] or f'Column {place + 1}' for place in places)}: {why}"]


def _unnamed(columns, wanted, body, day):
    """What no header tells but the cells do, and would change prices if it were not read: units, and days to come."""
    notes, second = [], _second_header(columns, body)
    for place in _places(wanted, None):
        if second and not columns[place] and second[place]:
            notes += _ask(
                columns,
                wanted,
                [place],
                f"“{second[place][:40]}” stands in a second line of the header: say what it holds.",
            )
            continue
        cells = [row[place] for row in body if row[place]]
        if cells and "unit" not in wanted and all(cell.lower() in PRICED for cell in cells):
            wanted[place] = "unit"
        elif "effective" not in wanted and any(dates.may_come(cell, day) for cell in cells):
            notes += _ask(columns, wanted, [place], "it holds dates to come: say whether prices begin then.")
    return notes


def _second_header(columns, body):
    """Return the row below the header where it goes on there: words for columns that have none, and no figure."""
    first = body[0] if body else ()
    return first if len(list(filter(None, first))) > 1 and not any(map(_HAS_DIGIT.search, first)) else ()


def _rivals(columns, wanted, body, target):
    """Of several columns for one field the one that says it is the new one holds it, or any where all cells are alike."""
    places = _places(wanted, target)
    numbered = [place for place in places if any(_HAS_DIGIT.search(row[place]) for row in body)]
    if target == "prefix" and len(numbered) == 1:  # the others hold codes of letters
        for place in set(places) - set(numbered):
            wanted[place] = IGNORE
        return [f"{columns[place]}: no digits, not read." for place in places if place not in numbered]
    newer = [place for place in places if normal(columns[place]) in NEWER]
    if len(newer) != 1:
        alike = all(len({row[place] for place in places}) == 1 for row in body)
        newer = places[:1] if alike else []
    if not newer:
        return _ask(columns, wanted, places, f"each of them looks like {FIELDS[target]}: say what they hold.")
    others = [place for place in places if place != newer[0]]
    for place in others:
        wanted[place] = IGNORE
    return [f"{columns[place]}: also looks like {FIELDS[target]}, not read." for place in others]


def _increments(columns, wanted, body):
    """A column of increments beside one of MCD or pulse holds the other of them, or both of what they say."""
    both, one = _places(wanted, "increments"), _places(wanted, "mcd", "pulse")
    if not both or not one:
        return []
    cells = list(filter(None, (row[both[0]] for row in body)))
    if len(one) == 1 and wanted[one[0]] == "mcd" and cells and not any(map(_TWO.fullmatch, cells)):
        wanted[both[0]] = "pulse"
        return []
    said = [_TWO.fullmatch(row[both[0]]) for row in body]
    if cells and all(
        row[place] in ("", two and two[wanted[place]]) for two, row in zip(said, body, strict=True) for place in one
    ):
        for place in one:
            wanted[place] = IGNORE
        return [f"{columns[place]}: said by {columns[both[0]]} as well, not read." for place in one]
    return _ask(columns, wanted, [*both, *one], "MCD and pulse are said twice: say what they hold.")


def _exclusive(columns, wanted):
    """What no sheet can say together is asked for."""
    notes = []
    for one, other in SAME:
        if one in wanted and other in wanted:
            notes += _ask(
                columns, wanted, _places(wanted, one, other), "they cannot be read together: say what they hold."
            )
    if "off_first" in wanted and "first" not in wanted:
        notes += _ask(
            columns, wanted, _places(wanted, "off_first"), "the sheet has no cost of the first interval beside it."
        )
    return notes


def _country(columns, wanted, body):
    """Whether prefixes begin with the country code of the column beside them, or go on after it."""
    code, prefix = _places(wanted, "country_code"), _places(wanted, "prefix")
    if not code or not prefix:
        return []
    cells = [row[code[0]] for row in body if row[code[0]]]
    if cells and not any(map(_HAS_DIGIT.search, cells)):
        wanted[code[0]] = IGNORE
        return [f"{columns[code[0]]}: letters and no digits, not read."]
    pairs = [(_DIGITS.match(row[code[0]]), _DIGITS.match(row[prefix[0]])) for row in body]
    pairs = [(one[1], other[1]) for one, other in pairs if one and other]
    countries = {country for country, _ in pairs}
    share = sum(whole.startswith(country) for country, whole in pairs) * 100 // max(len(pairs), 1)
    if share < MOST and (share < SOME or len(countries) == 1):
        return []
    sure = len(countries) > 1 or countries == {"1"} or any(country == whole for country, whole in pairs)
    if share >= MOST and sure:
        wanted[code[0]] = "country_in"
        return [f"{columns[code[0]]}: {columns[prefix[0]]} begins with it already, so it is not put in front."]
    return _ask(
        columns, wanted, code, f"does {columns[prefix[0]]} begin with it, or go on after it? Say what it holds."
    )
