"""How one file is laid out: everything the reader needs to know, in plain values that a job can keep as JSON."""

import zoneinfo
from dataclasses import asdict, dataclass, fields
from datetime import date

from accounts.sheets.basics import DELIMITERS, ENCODINGS, IGNORE, MAX_COLUMNS, SheetError
from ratecards.engine.numbers import Refused, parse_seconds
from ratecards.sheets.rules import RULES

FIELDS = {
    "prefix": "Prefix",
    "country_code": "Country code (before the prefix)",
    "country_in": "Country code (the prefix begins with it)",
    "key": "Name or id in the code deck",
    "name": "Name",
    "country": "Country (before the name)",
    "cost": "Cost",
    "first": "Cost of the first interval",
    "intra": "Intra",
    "inter": "Inter",
    "connect": "Connect cost",
    "off_cost": "Cost at other times (must be the same)",
    "off_first": "First interval at other times (must be the same)",
    "mcd": "MCD",
    "pulse": "Pulse",
    "increments": "MCD/Pulse in one",
    "unit": "Seconds that the cost is for",
    "grace": "Grace",
    "free_below": "Free below (seconds)",
    "effective": "Effective date",
    "status": "Status",
    "discontinued": "Discontinued (yes or no)",
    "flag": "Kind of change",
    "line": "Line of the first file",
}
SAME = (("grace", "free_below"), ("first", "intra"), ("first", "inter"))
EITHER = (("grace", "free_below"), ("mcd", "increments"), ("pulse", "increments"), ("country_code", "country_in"))
ASK = "ask"  # what a column holds is not clear: somebody has to say it
MANY = {IGNORE, ASK, *RULES}
TARGETS = MANY | FIELDS.keys()
RATE_UNITS = {"minute": "a minute", "second": "a second", "increment": "an increment (the pulse)"}
CODES = {
    "one": "one prefix",
    "several": "lists and ranges: 4420-4429; 4470",
    "country": "country code, then areas: 61 38,39",
    "joined": "one prefix with spaces or dashes: 44-20",
    "deck": "nothing (code deck)",
}
CUTS = {"": "nothing", "00": "00", "011": "011"}
DATES = {
    "": "year first or named month",
    "dmy": "day/month/year",
    "mdy": "month/day/year",
    "ask": "not clear: choose one",
}
CLOSED = {"block": "become Blocked", "remove": "leave the list"}
CHOICES = {
    "encoding": ("encoding", ENCODINGS),
    "delimiter": ("delimiter", DELIMITERS),
    "rate_unit": ("rate unit", RATE_UNITS),
    "codes": ("kind of prefixes", CODES),
    "cut": ("dialling prefix to cut", CUTS),
    "dates": ("kind of dates", DATES),
    "closed": ("treatment of closed lines", CLOSED),
}
KINDS = {"header": int, "mcd": int, "pulse": int, "part": int} | dict.fromkeys(
    ("decimal_comma", "from_start", "date1904", "full"), bool
)


@dataclass(frozen=True)
class Layout:
    """The layout of one file. `mapping` names for every column a field, a rule that its cells must keep, or "ignore".

    `header` is the line of the header, 0 without one; lines above it are not read. `mcd` and `pulse` (seconds) stand
    for columns that the file does not have. `from_start` says that the sender counts pulses from the start of the
    call and not from the MCD on. `day` is the last day that counts as begun. `notes` tell what is not read and why.

    `codes` says what a cell of prefixes holds ("deck": a file of its own, the code deck, says it), `cut` which
    international dialling prefix goes, `lead` which digits are put before the others. `dates` is the order of day and month, `zone` the time zone of dates without one, `date1904`
    the epoch of dates that are bare numbers. `closed`: what becomes of lines that end a sale. `full`: the file is the
    whole list, else only what changes. `part` is the sheet of a workbook, or the card of a document, from 0 on.
    """

    format: str
    encoding: str
    delimiter: str
    header: int
    columns: tuple[str, ...]
    mapping: tuple[str, ...]
    decimal_comma: bool = False
    rate_unit: str = "minute"
    from_start: bool = False
    mcd: int = 1
    pulse: int = 1
    currency: str = ""
    codes: str = "one"
    cut: str = ""
    lead: str = ""
    dates: str = ""
    zone: str = "UTC"
    date1904: bool = False
    closed: str = "block"
    full: bool = True
    part: int = 0
    day: str = "1970-01-01"
    notes: tuple[str, ...] = ()

    def __post_init__(self):
        problem = _problem(self)
        if problem:
            raise SheetError("layout", problem)

    def to_dict(self):
        """Return the layout as plain values for JSON; `from_dict` reads it back."""
        return {key: list(value) if isinstance(value, tuple) else value for key, value in asdict(self).items()}

    @classmethod
    def from_dict(cls, values):
        """Return the layout of `to_dict`, its values checked; raises SheetError (layout) naming the bad part."""
        unknown = set(values) - {field.name for field in fields(cls)}
        if unknown:
            raise SheetError("layout", f"The layout has no part named {', '.join(sorted(unknown))}.")
        try:
            return cls(**{key: tuple(value) if isinstance(value, list) else value for key, value in values.items()})
        except TypeError as error:
            raise SheetError("layout", "The layout is incomplete.") from error

    def column_of(self, field):
        """Return the position of the column that is read as a field, or None."""
        return self.mapping.index(field) if field in self.mapping else None

    @property
    def address(self):
        """The position of the column that says for which prefixes a line is, or None: beside a code deck the key, or
        else the name."""
        fields = ("key", "name") if self.codes == "deck" else ("prefix",)
        return next((self.mapping.index(field) for field in fields if field in self.mapping), None)

    def require(self):
        """Raise SheetError (unmapped) unless the columns that no rate can do without are known: prefix (or the key of a
        code deck), and cost or both intra and inter, the dearer of which is then the cost."""
        if ASK in self.mapping:
            names = [name or f"Column {at}" for at, name in enumerate(self.columns, 1) if self.mapping[at - 1] == ASK]
            raise SheetError("unmapped", f"Say what is in: {', '.join(names)}. It could be read in two ways.")
        code = "key" if self.codes == "deck" else "prefix"
        if self.codes != "deck" and "key" in self.mapping:
            raise SheetError(
                "unmapped", "A column holds names of a code deck: send the deck, or do not read the column."
            )
        needed = () if self.address is not None else (code,)
        needed += () if {"intra", "inter"} <= set(self.mapping) else ("cost",)
        missing = [FIELDS[field] for field in needed if field not in self.mapping]
        if missing:
            deck = " Or send the code deck, if the codes are in another file." if FIELDS["prefix"] in missing else ""
            raise SheetError(
                "unmapped",
                f"Say which column holds: {', '.join(missing)}. The file has: {', '.join(self.columns)}.{deck}",
            )
        if self.dates == "ask" and "effective" in self.mapping:
            raise SheetError(
                "dates", "Say how the dates are written: 3/4 may be the third of April or the fourth of March."
            )


def _problem(layout):
    """Return what is wrong with a layout's values, "" when nothing is; types first, for it may come from JSON."""
    for field in fields(Layout):
        value = getattr(layout, field.name)
        kind = KINDS.get(field.name, str)
        if field.name in {"columns", "mapping", "notes"}:
            if not isinstance(value, tuple) or not all(isinstance(item, str) for item in value):
                return f"The {field.name} of the layout are not a list of texts."
        elif type(value) is not kind:
            return f"The {field.name} of the layout is not of the right kind."
    return _wrong_choice(layout) or _wrong_mapping(layout)


def _wrong_choice(layout):
    for field, (name, choices) in CHOICES.items():
        if getattr(layout, field) not in choices:
            return f"The {name} {getattr(layout, field)!r} is not known."
    try:
        parse_seconds(str(layout.mcd), 0)
        parse_seconds(str(layout.pulse), 1)
        date.fromisoformat(layout.day)
        zoneinfo.ZoneInfo(layout.zone)
    except Refused as refused:
        return refused.message
    except (zoneinfo.ZoneInfoNotFoundError, OSError):
        return f"{layout.zone!r} is no time zone."
    except ValueError:
        return f"{layout.day!r} is not a day, or {layout.zone!r} no time zone."
    if layout.lead and not (layout.lead.isascii() and layout.lead.isdigit() and len(layout.lead) <= 5):
        return "What is put before the prefixes is 1 to 5 digits."
    return "The line of the header and the sheet are 0 or more." if min(layout.header, layout.part) < 0 else ""


def _wrong_mapping(layout):
    if not 1 <= len(layout.columns) <= MAX_COLUMNS:
        return f"A sheet has 1 to {MAX_COLUMNS} columns, not {len(layout.columns)}."
    if len(layout.mapping) != len(layout.columns):
        return "The mapping does not name every column once."
    for target in layout.mapping:
        if target not in TARGETS:
            return f"{target!r} is nothing that a column can hold."
        if target not in MANY and layout.mapping.count(target) > 1:
            return f"Two columns are read as {FIELDS[target]}."
    if "first" in layout.mapping and {"intra", "inter"} & set(layout.mapping):
        return "A cost of the first interval and intra or inter prices cannot be read from one sheet."
    for one, other in EITHER:
        if {one, other} <= set(layout.mapping):
            return f"{FIELDS[one]} and {FIELDS[other]} cannot be read from one sheet."
    if layout.codes == "deck" and {"prefix", "country_code", "country_in"} & set(layout.mapping):
        return "The codes are in the code deck: no column of the sheet itself can hold the prefix."
    if "unit" in layout.mapping and layout.rate_unit != "minute":
        return "The unit of the prices is said twice: by a column, and for the sheet as a whole."
    if "off_first" in layout.mapping and "first" not in layout.mapping:
        return "The first interval at other times needs the cost of the first interval."
    return ""
