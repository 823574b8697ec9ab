"""Dates of rates as sheets write them: never guessed, each an instant in seconds since 1970 (UTC)."""

import contextlib
import re
import zoneinfo
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from ratecards.engine.numbers import Refused, shown

PAST = 1  # a date that has come: the price counts from now on
YEARS = 5
LONGEST = 60  # characters
MONTHS = {name: number for number, name in enumerate(
    ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1)}  # fmt: skip
_SERIAL = re.compile(r"([0-9]{5})(?:\.([0-9]+))?")
_YEAR_FIRST = re.compile(r"([0-9]{4})(?:[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})|([0-9]{2})([0-9]{2}))")
_SLASHED = re.compile(r"([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{4}|[0-9]{2})")
_LETTERS = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?[-/. ,]*([a-z]{3})[a-z]*\.?[-/. ,]*([0-9]{4}|[0-9]{2})")
_MONTH_FIRST = re.compile(r"([a-z]{3})[a-z]*\.?[-/. ]*([0-9]{1,2})(?:st|nd|rd|th)?[-/. ,]+([0-9]{4})")
_TIME = re.compile(r"(?P<day>.*?)(?:t|[\s\u00a0]+)(?P<time>[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?:\.[0-9]+)?)(?P<half>[\s\u00a0]*[ap]m)?"
                   r"[\s\u00a0]*(?P<zone>z|utc|gmt|[+-][0-9]{2}:?(?:[0-9]{2})?|[a-z]+/[a-z_/]+)?")  # fmt: skip
_ZONED = re.compile(r"(?P<day>.*?)[\s\u00a0]+(?P<zone>z|utc|gmt|[+-][0-9]{2}:?(?:[0-9]{2})?|[a-z]+/[a-z_/]+)")


def reader(layout):
    """Return what reads a cell: 0 for an empty one, PAST for what has come by the layout's day, else the instant.

    Raises Refused: date_characters, date_order (it contradicts the layout's order), date_far (over YEARS ahead).
    """
    tomorrow = datetime.combine(date.fromisoformat(layout.day) + timedelta(days=1), datetime.min.time(), UTC)
    furthest = tomorrow + timedelta(days=365 * YEARS)

    def read(text):
        if not text.strip():
            return 0
        found = max(readings(text, layout))
        if found < tomorrow:
            return PAST
        if found > furthest:
            raise Refused("date_far", f"{shown(text)} lies more than {YEARS} years ahead.")
        return int(found.timestamp())

    return read


def readings(text, layout):
    """Return the instants that a cell may mean: one, or two where no order was chosen and it changes nothing which.

    Raises Refused (date_order) where one of two readings has come by the layout's day and the other has not.
    """
    if layout.dates in ("dmy", "mdy") or not _SLASHED.match(text.strip()):
        return [instant(text, layout)]
    found = []
    for order in ("dmy", "mdy"):
        with contextlib.suppress(Refused):
            found.append(instant(text, replace(layout, dates=order)))
    if not found:
        raise _refused(text)
    if len(set(found)) > 1 and max(found).date() > date.fromisoformat(layout.day):
        raise Refused("date_order", f"{shown(text)}: say whether the day or the month stands first.")
    return found


def instant(text, layout):
    """Return the aware datetime of a cell."""
    words = text.strip().lower()
    if len(words) > LONGEST:
        raise _refused(text)
    if serial := _SERIAL.fullmatch(words):
        return _of_serial(serial, layout)
    zone, clock = layout.zone, (0, 0, 0)
    if match := _TIME.fullmatch(words):
        words, clock = match["day"], _clock(match["time"], match["half"], text)
        zone = _zone(match["zone"]) or zone
    elif match := _ZONED.fullmatch(words):
        words, zone = match["day"], _zone(match["zone"])
    day = day_of(words.strip(" ,"), layout.dates, text)
    tz = zone if not isinstance(zone, str) else zoneinfo.ZoneInfo(zone)
    try:
        return datetime(day.year, day.month, day.day, *clock, tzinfo=tz).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise _refused(text) from error


def day_of(words, order, text=""):
    """Return the date of words without a time; `order` is "dmy" or "mdy" where the year stands last."""
    text = text or words
    if match := _YEAR_FIRST.fullmatch(words):
        return _date(match[1], match[2] or match[4], match[3] or match[5], text)
    if match := _LETTERS.fullmatch(words):
        return _date(match[3], MONTHS.get(match[2], 0), match[1], text)
    if match := _MONTH_FIRST.fullmatch(words):
        return _date(match[3], MONTHS.get(match[1], 0), match[2], text)
    if not (match := _SLASHED.fullmatch(words)):
        raise _refused(text)
    first, second, year = match.groups()
    if order not in ("dmy", "mdy"):
        raise Refused("date_order", f"{shown(text)}: say whether the day or the month stands first.")
    day, month = (first, second) if order == "dmy" else (second, first)
    if int(month) > 12 >= int(day):
        raise Refused("date_order", f"{shown(text)} is no date in the order that was chosen.")
    return _date(year, month, day, text)


def order_of(cells, day):
    """Return the order that some cells prove: "dmy", "mdy", "" where it makes no difference, "ask" where it does.

    It makes none where both readings of every cell are the same day, or have come by `day` (ISO).
    """
    slashed = [cell for cell in map(str.strip, cells) if _SLASHED.match(cell) and len(cell) <= LONGEST]
    pairs = [tuple(map(int, _SLASHED.match(cell).groups()[:2])) for cell in slashed]
    day_first, month_first = any(first > 12 for first, _ in pairs), any(second > 12 for _, second in pairs)
    if day_first != month_first:
        return "dmy" if day_first else "mdy"
    found = [day_of(_SLASHED.match(cell)[0], order) for cell in slashed for order in ("dmy", "mdy")
             if not day_first and not month_first]  # fmt: skip
    differs = any(first != second for first, second in pairs) and any(one.isoformat() > day for one in found)
    return "ask" if differs or day_first else ("dmy" if pairs and all(a == b for a, b in pairs) else "")


def may_come(cell, day):
    """Whether a cell is a date that may lie after a day (ISO), in one order or the other."""
    if not is_date(cell):
        return False
    words, found = re.split(r"t[0-9]|[\s\u00a0]+[0-9]{1,2}:", cell.strip().lower(), maxsplit=1)[0], []
    for order in ("dmy", "mdy"):
        with contextlib.suppress(Refused):
            found.append(day_of(words, order).isoformat())
    return max(found, default="") > day


def is_date(cell):
    """Whether a cell looks like a date, whatever its order."""
    words = re.split(r"[t\s]", cell.strip().lower(), maxsplit=1)[0]
    return any(form.fullmatch(words) for form in (_SLASHED, _LETTERS)) or bool(
        re.fullmatch(r"[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}", words)
    )


def _of_serial(match, layout):
    """A bare number is a spreadsheet's day count; in the 1900 system day 60 never was, so the count begins on 30-12-1899."""
    start = datetime(1904, 1, 1, tzinfo=UTC) if layout.date1904 else datetime(1899, 12, 30, tzinfo=UTC)
    seconds = round(float(f"0.{match[2] or 0}") * 86_400)
    local = (start + timedelta(days=int(match[1]), seconds=seconds)).replace(tzinfo=zoneinfo.ZoneInfo(layout.zone))
    return local.astimezone(UTC)


def _clock(words, half, text):
    hour, minute, *second = (int(float(part)) for part in words.split(":"))
    if half:
        hour = hour % 12 + (12 if "p" in half else 0)
    if hour > 23 or minute > 59:
        raise _refused(text)
    return hour, minute, min(second[0] if second else 0, 59)


def _zone(words):
    if not words or words in ("z", "utc", "gmt"):
        return UTC if words else None
    if words[0] in "+-":
        digits = words[1:].replace(":", "").ljust(4, "0")
        return datetime.strptime(f"{words[0]}{digits}", "%z").tzinfo
    named = "/".join("_".join(part.capitalize() for part in piece.split("_")) for piece in words.split("/"))
    try:
        return zoneinfo.ZoneInfo(named)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise Refused("date_zone", f"{shown(words)} is no time zone.") from error


def _date(year, month, day, text):
    year = int(year) + (2000 if len(str(year)) == 2 else 0)
    try:
        return date(year, int(month), int(day))
    except ValueError as error:
        raise _refused(text) from error


def _refused(text):
    return Refused("date_characters", f"{shown(text)} is not a date.")
