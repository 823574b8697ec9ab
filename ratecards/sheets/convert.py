"""From lines of cells to columns of rates, a block at a time; a line that is refused says why, its own reason first."""

from typing import NamedTuple

import numpy as np

from accounts.sheets.basics import IGNORE, Line, SheetError
from ratecards.engine.numbers import MAX_PRICE, Refused, format_units
from ratecards.sheets import cell_values, codes, decks, notes, plain_cells
from ratecards.sheets.cell_values import BLOCKED, EMPTY, FLAGS, GONE
from ratecards.sheets.layout import FIELDS

PRICES = ("cost", "intra", "inter")
CODES = ("prefix", "country_code", "country_in")
STATES = ("status", "discontinued", "cost", "first")  # what may say that a destination is not sold
BESIDE = ("effective", "flag", "line")  # what a rate table has no column for
_NEEDED = {"cost": "price_empty", "first": "price_empty", "intra": "price_empty", "inter": "price_empty"} | {
    "mcd": "seconds_empty",
    "pulse": "seconds_empty",
    "unit": "seconds_empty",
}
NO_DECK = (
    "The sheet has no prefixes of its own: send the code deck, the file that says which code belongs to which name."
)


class Rates(NamedTuple):
    """The rates of one block: the number and the text of the line of each, its prefix, and equally long columns.

    Beside those of a rate table there is `gone` (the line takes the prefix out of the list) and what of BESIDE the
    sheet has: `effective` (0, dates.PAST or seconds since 1970), `flag` (a position in FLAGS), `line`.
    """

    numbers: list[int]
    raws: list[str]
    prefixes: list[str]
    columns: dict[str, np.ndarray]

    def without(self, positions):
        """Return the rates but those at some positions, which are few."""
        gone = sorted(positions, reverse=True)
        kept = [list(values) for values in self[:3]]
        for values in kept:
            for position in gone:
                del values[position]
        return Rates(*kept, {name: np.delete(values, gone) for name, values in self.columns.items()})

    def take(self, positions):
        """Return the rates at some positions."""
        pick = [[values[position] for position in positions] for values in self[:3]]
        places = np.array(positions, dtype=np.int64)
        return Rates(*pick, {name: values[places] for name, values in self.columns.items()})


class Converter:
    """Reads the blocks of one file with one layout; `names` grows with them, and `asked`, the keys that the code deck was
    asked for. Knows nothing of duplicates. Raises SheetError (deck) for a layout that needs a deck without one."""

    def __init__(self, layout, deck=None):
        if layout.codes == "deck" and deck is None:
            raise SheetError("deck", NO_DECK)
        self.layout = layout
        self.deck = deck if layout.codes == "deck" else None
        self.asked = set()
        self.names = cell_values.Names()
        self.codes = None if codes.is_plain(layout) else self._of_deck if self.deck else codes.reader(layout)
        self.lists = {}
        parsers = cell_values.parsers(layout, self.names)
        self.known = {
            position: cell_values.Known(parsers[target])
            for position, target in enumerate(layout.mapping)
            if target not in {IGNORE, *CODES}
        }

    def convert(self, block):
        """Return (Rates, skipped Lines, refused Lines) of a Block; every line is in one of them, a line of several
        prefixes several times in the first."""
        whole, skipped, refused = self._sort_out(block)
        rows, numbers, raws = _pick(whole, block.rows, block.numbers, block.raws)
        problems = {}
        rates = self._columns(rows, numbers, raws, problems)
        for position in problems:
            line = numbers[position], raws[position], rows[position]
            self._tell(problems[position], *line, skipped, refused)
        return rates, skipped, refused

    def convert_plain(self, lines):
        """Return (positions of the lines that give a rate, their keys, their columns, skipped Lines, refused Lines) of
        swift.Plain lines; one prefix a line, otherwise as `convert`."""
        skipped, refused = [], []
        place = self.layout.column_of("prefix")
        keys, bad = plain_cells.prefixes(lines, place)
        problems = {position: (place, why) for position, why in bad.items()}
        found = {
            position: plain_cells.column(lines, position, self.layout, known) for position, known in self.known.items()
        }
        columns = self._rates(self._values(found, problems), len(keys), problems)
        for position in problems:
            line = int(lines.numbers[position]), lines.raw(position), lines.row(position)
            self._tell(problems[position], *line, skipped, refused)
        good = np.full(len(keys), True)
        good[list(problems)] = False
        if problems:
            keys, columns = keys[good], {name: values[good] for name, values in columns.items()}
        return np.flatnonzero(good), keys, columns, skipped, refused

    def _tell(self, problem, number, raw, row, skipped, refused):
        """Put a line that gives no rate where it belongs."""
        column, why = problem
        is_listed = self.deck and column != self.layout.address  # by a name of the deck: no title and no total
        if not is_listed and (note := notes.said(row, self.layout)):
            skipped.append(_line(number, "", note, raw))
        else:
            refused.append(_line(number, self.layout.columns[column] if column is not None else "", why, raw))

    def _sort_out(self, block):
        """Return the positions of lines of the right width, the notes and those that cannot be read."""
        width, skipped, refused = len(self.layout.columns), [], []
        widths = list(map(len, block.rows))
        if widths.count(width) == len(widths):
            return range(len(widths)), skipped, refused
        for position, found in enumerate(widths):
            if position in block.refused:
                refused.append(_whole_line(block, position, block.refused[position]))
            elif found != width and (note := notes.said(block.rows[position], self.layout)):
                skipped.append(_whole_line(block, position, note))
            elif found != width:
                code = "line_short" if found < width else "line_extra"
                why = Refused(code, f"The line has {found} columns, the sheet has {width}.")
                refused.append(_whole_line(block, position, why))
        return [position for position, found in enumerate(widths) if found == width], skipped, refused

    def _columns(self, rows, numbers, raws, problems):
        """Return the Rates of lines; the first problem of each goes into `problems`, and it gives no rate."""
        texts = list(zip(*rows, strict=True)) or [()] * len(self.layout.columns)
        read = self._prefixes if self.codes is None else self._lists
        prefixes = read(texts, problems)
        found = {
            position: np.fromiter(map(known.__getitem__, texts[position]), np.int64, len(rows))
            for position, known in self.known.items()
        }
        rates = Rates(numbers, raws, prefixes, self._rates(self._values(found, problems), len(rows), problems))
        if problems:
            rates = rates.without(problems)
        return rates if self.codes is None else _spread(rates)

    def _values(self, found, problems):
        """Return by target what the cells of each column say; refused cells go into `problems`."""
        values = {}
        for position, column in found.items():
            for row in np.flatnonzero(column < 0).tolist():
                problems.setdefault(row, (position, self.known[position].refusal(int(column[row]))))
            values.setdefault(self.layout.mapping[position], column)
        return values

    def _prefixes(self, texts, problems):
        place = self.layout.column_of("prefix")
        prefixes, bad = cell_values.prefixes(texts[place])
        problems |= {position: (place, why) for position, why in bad.items()}
        return prefixes

    def _lists(self, texts, problems):
        """Return the prefixes of each line as a tuple, () where they are refused."""
        place = self.layout.address
        country = next((at for at, target in enumerate(self.layout.mapping) if target in CODES[1:]), None)
        pairs = zip(texts[place], texts[country] if country is not None else [""] * len(texts[place]), strict=True)
        found = []
        for position, pair in enumerate(pairs):
            try:
                found.append(self.codes(*pair))
            except Refused as refusal:
                found.append(())
                problems[position] = (place, refusal)
        return found

    def _of_deck(self, text, country):
        """Return the prefixes that the deck gives a key; raises Refused. The key counts as asked for either way."""
        self.asked.add(decks.key_of(text))
        return self.deck.look_up(text)

    def _rates(self, values, count, problems):
        """Return the columns of the rate table from what the cells say; blocked rows may leave cells empty."""
        gone, blocked = self._ended(values, count)
        beside = {field: values.pop(field) for field in BESIDE if field in values}
        for field in ("status", "discontinued"):
            values.pop(field, None)
        if "key" in values:
            values = {"name": values["key"]} | {field: found for field, found in values.items() if field != "key"}
        if "increments" in values:
            both = values.pop("increments")
            values["mcd"] = np.where(both == EMPTY, EMPTY, both >> 20)
            values["pulse"] = np.where(both == EMPTY, EMPTY, both & (1 << 20) - 1)
        for field in _NEEDED.keys() & values.keys():
            why = Refused(_NEEDED[field], f"{FIELDS[field]} is missing.")
            self._refuse(problems, (values[field] == EMPTY) & ~blocked, field, why)
        defaults = {"mcd": self.layout.mcd, "pulse": self.layout.pulse, "unit": 60}
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
        self._one_price(rates, ~blocked, problems)
        self._convert_units(rates, ~blocked, problems)
        if "country" in rates:
            rates["name"] = self.names.joined(rates.pop("country"), rates["name"])
        return rates | beside | {"blocked": blocked, "gone": gone}

    def _ended(self, values, count):
        """Return which lines take their prefix out of the list, and which of all lines sell nothing."""
        gone, blocked = np.full(count, False), np.full(count, False)
        for found in (values[field] for field in STATES if field in values):
            gone |= found == GONE
            blocked |= (found == BLOCKED) | (found == GONE)
        if "flag" in values:
            closed = values["flag"] == FLAGS.index("closed")
            gone |= closed & (self.layout.closed == "remove")
            blocked |= closed | (values["flag"] == FLAGS.index("blocked"))
        return gone, blocked

    def _one_price(self, rates, sold, problems):
        """Refuse a line whose price at other times is another; the columns of other times go."""
        why = Refused("off_peak", "The price at other times is another one: a rate has one price at any time.")
        for other, field in (("off_cost", "cost"), ("off_first", "first")):
            if other in rates:
                self._refuse(problems, sold & (rates.pop(other) != rates[field]), other, why)

    def _convert_units(self, rates, sold, problems):
        """Make every price one a minute, and a price of its own for the first interval a part of the connect cost.

        connect += (first - cost) x MCD / 60, exactly, or the line is refused: where the first interval is the
        cheaper one no connect cost can say it. What is not `sold` has no price, so nothing to refuse.
        """
        if self.layout.from_start:
            why = Refused("increments", "The sender counts pulses from the start of the call: no such MCD and pulse.")
            self._refuse(problems, sold & (rates["mcd"] % rates["pulse"] != 0), "mcd", why)
        unit = rates.pop("unit", rates["pulse"] if self.layout.rate_unit == "increment" else np.int64(1))
        for field in ("first", *PRICES):
            if field in rates and (self.layout.rate_unit != "minute" or "unit" in self.layout.mapping):
                divisor = unit
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
        column = self.layout.column_of(field if field in self.layout.mapping else "increments")
        for row in np.flatnonzero(rows).tolist():
            problems.setdefault(row, (column, why))


def _line(number, column, why, raw):
    return Line(number, column, why.message, why.code, raw)


def _whole_line(block, position, why):
    return _line(block.numbers[position], "", why, block.raws[position])


def _spread(rates):
    """Return the rates of lines that hold tuples of prefixes, each prefix a rate of its own."""
    counts = list(map(len, rates.prefixes))
    places = np.repeat(np.arange(len(counts)), counts).tolist()
    whole = rates._replace(prefixes=[prefix for found in rates.prefixes for prefix in found])
    spread = Rates(rates.numbers, rates.raws, rates.numbers, rates.columns).take(places)
    return whole._replace(numbers=spread.numbers, raws=spread.raws, columns=spread.columns)


def _pick(positions, *lists):
    return [values if len(positions) == len(values) else [values[place] for place in positions] for values in lists]
