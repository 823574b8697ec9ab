"""What a cell of prefixes holds: one prefix, a list with ranges, or a country code and its areas.

Nothing is guessed: the layout says which of these it is, and what does not fit is refused with its reason.
"""

import re

from ratecards.engine.numbers import Refused, parse_prefix, shown

MOST = 10_000  # prefixes of one cell; a wider range is a slip
LONGEST = 20_000  # characters
COUNTRY_DIGITS = 3  # of the longest country code
_BETWEEN = re.compile(r"[\s\u00a0]*[;,/&|\n][\s\u00a0]*|[\s\u00a0]+")
_RANGE = re.compile(r"\+?([0-9]+)[\s\u00a0]*(?:-|\u2013|\.\.)[\s\u00a0]*\+?([0-9]+)")
_TIGHT = re.compile(r"[\s\u00a0]*(-|\u2013|\.\.)[\s\u00a0]*")
_LOOSE = re.compile(r"[\s\u00a0.\-\u2013()]+")
_AMERICA = "1"  # none of its area codes begins with 1
_FIRST = re.compile(r"\+?([0-9]{1,3})(?:[\s\u00a0]*[:\-][\s\u00a0]*|[\s\u00a0]+)([0-9].*)", re.DOTALL)
_LONGER = re.compile(r"\+?[0-9]{4,}[\s\u00a0]+[0-9].*", re.DOTALL)
_SPACED = re.compile(r"(?<![0-9\-\u2013.])[0-9]{1,3}[\s\u00a0]+[0-9]")
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+")
SEVERAL = re.compile(r"[0-9]+[\s\u00a0]*(?:[;,/&|]|-|\u2013)[\s\u00a0]*[0-9]")
COUNTRY = re.compile(r"\+?[0-9]{1,3}[\s\u00a0]+[0-9]+(?:-[0-9]+)?(?:[\s\u00a0]*[,;/&|][\s\u00a0]*[0-9]+(?:-[0-9]+)?)+")


def is_plain(layout):
    """Whether every cell of prefixes is one prefix as it stands, so that a whole column can be read at once."""
    beside = {"country_code", "country_in"} & set(layout.mapping)
    return layout.codes == "one" and not layout.cut and not layout.lead and not beside


def reader(layout):
    """Return what reads (cell, country code cell) into a tuple of prefixes; it raises Refused."""
    split = {"one": _one, "joined": _joined, "several": _several, "country": _country}[layout.codes]

    def read(text, country):
        if len(text) > LONGEST:
            raise Refused("prefix_several", f"{shown(text)} is too long for a list of prefixes.")
        before = parse_prefix(_cut(country, layout.cut)) if country.strip() else ""
        if "country_in" in layout.mapping:
            _require_inside(before, split(_cut(text, layout.cut), layout.cut))
            before = ""
        if layout.codes == "several" and not before:
            _require_list(text.strip())
        if before and not text.strip():
            return (_checked(layout.lead + before),)
        found = [before + part for part in split(text if before else _cut(text, layout.cut), layout.cut)]
        if len(set(found)) < len(found):
            twice = next(prefix for prefix in found if found.count(prefix) > 1)
            raise Refused("duplicate", f"{shown(text)} lists the prefix {twice} twice.")
        return tuple(_checked(_led(layout.lead, prefix)) for prefix in found)

    return read


def _require_inside(country, prefixes):
    other = next((prefix for prefix in prefixes if not prefix.startswith(country)), None)
    if other is not None:
        raise Refused("prefix_country", f"{shown(other)} does not begin with {country}, the country code beside it.")


def _led(lead, prefix):
    """Return a prefix with the digits in front of it; a sheet of area codes may have the 1 in front of some already."""
    return prefix if lead == prefix[:1] == _AMERICA else lead + prefix


def _cut(text, cut):
    """Return the digits without an apostrophe, a + and the dialling prefix in front."""
    digits = text.strip().removeprefix("'").removeprefix("+").strip()
    if cut == "011" and digits.startswith("11"):
        raise Refused(
            "prefix_zero", f"{shown(digits)} has lost the 0 of {cut} in front: a spreadsheet took it for a number."
        )
    return digits.removeprefix(cut) if cut else digits


def _checked(prefix):
    return parse_prefix(prefix)


def _one(text, cut):
    return [parse_prefix(text)]


def _joined(text, cut):
    return [parse_prefix(_LOOSE.sub("", text))]


def _several(text, cut):
    parts = [_cut(part, cut) for part in _BETWEEN.split(_TIGHT.sub(r"\1", text.strip())) if part]
    found = [prefix for part in parts for prefix in _range(part)]
    if not found:
        raise Refused("prefix_empty", "The prefix is missing.")
    if len(found) > MOST:
        raise Refused("range_wide", f"{shown(text)} stands for more than {MOST} prefixes.")
    return found


def _require_list(text):
    """Refuse what may be one number: with a space after its country code, or as a spreadsheet groups its digits."""
    if _SPACED.search(_TIGHT.sub(r"\1", text)):
        raise Refused("prefix_several", f"{shown(text)} may be a country code with its area code, or several prefixes.")
    first, *others = text.split(",")
    if _THOUSANDS.fullmatch(text) and not all(first[:2] == other[:2] and len(first) == 3 for other in others):
        raise Refused(
            "prefix_several", f"{shown(text)} may be one number in groups of three digits, or several prefixes."
        )


def _country(text, cut):
    text = _TIGHT.sub(r"\1", text.strip())
    reach = _RANGE.fullmatch(text)
    if reach and len(reach[1]) <= COUNTRY_DIGITS:
        first, last = reach.groups()
        if len(last) < len(first) or len(last) == len(first) and first < last:
            raise Refused("prefix_several", f"{shown(text)} may be a range, or a country code with its area code.")
    if _LONGER.fullmatch(text):
        raise Refused("prefix_several", f"{shown(text)} does not begin with a country code: write one prefix a line.")
    match = _FIRST.fullmatch(text)
    if not match:
        _require_list(text)
        return _several(text, cut)
    country, areas = match.groups()
    return [parse_prefix(country + area) for area in _several(areas, "")]


def _range(part):
    """Return the prefixes of one part: itself, or all from the first to the last, 4420-29 being 4420-4429."""
    match = _RANGE.fullmatch(part)
    if not match:
        return [parse_prefix(part)]
    first, last = match.groups()
    if len(last) < len(first):
        last = first[: len(first) - len(last)] + last
    if len(last) > len(first):
        raise Refused("range_length", f"{shown(part)}: the end of the range is longer than its start.")
    if last < first:
        raise Refused("range_reversed", f"{shown(part)}: the range ends before it starts.")
    if int(last) - int(first) >= MOST:
        raise Refused("range_wide", f"{shown(part)} stands for more than {MOST} prefixes.")
    return [parse_prefix(f"{number:0{len(first)}d}") for number in range(int(first), int(last) + 1)]
