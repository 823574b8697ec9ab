"""From lines of cells to columns of rates, a block at a time; a line that is refused says why, its own reason first."""

from typing import NamedTuple

import numpy as np

from ratecards.engine.numbers import MAX_PRICE, Refused, format_units
from ratecards.sheets import cell_values
from ratecards.sheets.cell_values import BLOCKED, EMPTY
from ratecards.sheets.layout import FIELDS, IGNORE, Line

PRICES = ("cost", "intra", "inter")
_NEEDED = {"cost": "price_empty", "first": "price_empty", "intra": "price_empty", "inter": "price_empty"} | {
    "mcd": "seconds_empty",
    "pulse": "seconds_empty",
}
BLANK = Refused("line_blank", "The line is empty.")


class Rates(NamedTuple):
    """The accepted lines of one block: their numbers and texts, and equally long columns of the rates."""

    numbers: list[int]
    raws: list[str]
    prefixes: list[str]
    columns: dict[str, np.ndarray]

    def take(self, positions):
        """Return the rates at some positions."""
        pick = [[values[position] for position in positions] for values in self[:3]]
        places = np.array(positions, dtype=np.int64)
        return Rates(*pick, {name: values[places] for name, values in self.columns.items()})


class Converter:
    """Reads the blocks of one file with one layout; `names` grows with them. Knows nothing of duplicates."""

    def __init__(self, layout):
        self.layout = layout
        self.names = cell_values.Names()
        parsers = cell_values.parsers(layout, self.names)
        self.known = {
            position: cell_values.Known(parsers[target])
            for position, target in enumerate(layout.mapping)
            if target not in {IGNORE, "prefix"}
        }

    def convert(self, block):
        """Return (Rates, skipped Lines, refused Lines) of a Block; together they are its lines, each once."""
        whole, skipped, refused = self._sort_out(block)
        rows, numbers, raws = _pick(whole, block.rows, block.numbers, block.raws)
        problems = {}
        rates = Rates(numbers, raws, *self._columns(rows, problems))
        for position, (column, why) in problems.items():
            blank = not any(map(str.strip, rows[position]))
            name = self.layout.columns[column] if column is not None else ""
            if blank:
                skipped.append(_line(block, whole[position], "", BLANK))
            else:
                refused.append(_line(block, whole[position], name, why))
        if problems:
            rates = rates.take([position for position in range(len(rows)) if position not in problems])
        return rates, skipped, refused

    def _sort_out(self, block):
        """Return the positions of lines of the right width, the blank lines and those that cannot be read."""
        width, skipped, refused = len(self.layout.columns), [], []
        widths = list(map(len, block.rows))
        if widths.count(width) == len(widths):
            return range(len(widths)), skipped, refused
        for position, found in enumerate(widths):
            if position in block.refused:
                refused.append(_line(block, position, "", block.refused[position]))
            elif found != width and not any(map(str.strip, block.rows[position])):
                skipped.append(_line(block, position, "", BLANK))
            elif found != width:
                code = "line_short" if found < width else "line_extra"
                why = Refused(code, f"The line has {found} columns, the sheet has {width}.")
                refused.append(_line(block, position, "", why))
        return [position for position, found in enumerate(widths) if found == width], skipped, refused

    def _columns(self, rows, problems):
        """Return the prefixes and the columns of the rates; the first problem of each row goes into `problems`."""
        texts = list(zip(*rows, strict=True)) or [()] * len(self.layout.columns)
        place, values = self.layout.column_of("prefix"), {}
        prefixes, bad = cell_values.prefixes(texts[place])
        problems |= {position: (place, why) for position, why in bad.items()}
        for position, known in self.known.items():
            found = np.fromiter(map(known.__getitem__, texts[position]), np.int64, len(rows))
            for row in np.flatnonzero(found < 0).tolist():
                problems.setdefault(row, (position, known.refusal(int(found[row]))))
            values[self.layout.mapping[position]] = found
        return prefixes, self._rates(values, len(rows), problems)

    def _rates(self, values, count, problems):
        """Return the columns of the rate table from what the cells say; blocked rows may leave cells empty."""
        blocked = np.full(count, False)
        for field in {"cost", "first"} & values.keys():
            blocked |= values[field] == BLOCKED
        blocked |= values.pop("status", 0) == 1
        for field in _NEEDED.keys() & values.keys():
            why = Refused(_NEEDED[field], f"{FIELDS[field]} is missing.")
            self._refuse(problems, (values[field] == EMPTY) & ~blocked, field, why)
        defaults = {"mcd": self.layout.mcd, "pulse": self.layout.pulse}
        rates = {
            field: np.where((found < 0) | (found >= EMPTY), defaults.get(field, 0), found)
            for field, found in values.items()
            if field in FIELDS
        }
        if "cost" not in rates:
            rates["cost"] = np.maximum(rates["intra"], rates["inter"])
        for field in ("connect", "grace", "mcd", "pulse", "name"):
            if field not in rates:
                default = self.names.position("") if field == "name" else defaults.get(field, 0)
                rates[field] = np.full(count, default, dtype=np.int64)
        if "free_below" in rates:
            rates["grace"] = rates.pop("free_below")
        self._convert_units(rates, ~blocked, problems)
        return rates | {"blocked": blocked}

    def _convert_units(self, rates, sold, problems):
        """Make every price one a minute, and a price of its own for the first interval a part of the connect cost.

        connect += (first - cost) x MCD / 60, exactly, or the line is refused: where the first interval is the
        cheaper one no connect cost can say it. What is not `sold` has no price, so nothing to refuse.
        """
        if self.layout.from_start:
            why = Refused("increments", "The sender counts pulses from the start of the call: no such MCD and pulse.")
            self._refuse(problems, sold & (rates["mcd"] % rates["pulse"] != 0), "mcd", why)
        for field in ("first", *PRICES):
            if field in rates and self.layout.rate_unit != "minute":
                divisor = rates["pulse"] if self.layout.rate_unit == "increment" else 1
                why = Refused("price_minute", "The price of an increment has no exact price a minute.")
                self._refuse(problems, sold & (rates[field] * 60 % divisor != 0), field, why)
                rates[field] = rates[field] * 60 // divisor
        if "first" in rates:
            extra = np.where(sold, (rates.pop("first") - rates["cost"]) * rates["mcd"], 0)
            why = Refused("first_cheaper", "The first interval is cheaper than the next: a rate card cannot say that.")
            self._refuse(problems, extra < 0, "first", why)
            why = Refused("first_exact", "The dearer first interval comes to no exact connect cost.")
            self._refuse(problems, extra % 60 != 0, "first", why)
            rates["connect"] = rates["connect"] + extra // 60
        for field in {*PRICES, "connect"} & rates.keys():
            why = Refused("price_high", f"{FIELDS[field]} is above the highest price, {format_units(MAX_PRICE)}.")
            self._refuse(problems, rates[field] > MAX_PRICE, field, why)

    def _refuse(self, problems, rows, field, why):
        for row in np.flatnonzero(rows).tolist():
            problems.setdefault(row, (self.layout.column_of(field), why))


def _line(block, position, column, why):
    return Line(block.numbers[position], column, why.message, why.code, block.raws[position])


def _pick(positions, *lists):
    return [values if len(positions) == len(values) else [values[place] for place in positions] for values in lists]
