"""Many rates of a draft at once: rows pasted from a spreadsheet, and one change of all that fit a pattern."""

import contextlib
import tempfile
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from django.core.exceptions import ValidationError

from accounts import audit
from ratecards import sheets, store
from ratecards.engine import keys as prefix_keys
from ratecards.engine.classes import HEADINGS
from ratecards.engine.matches import chosen, draws_of
from ratecards.engine.numbers import MAX_PRICE, Refused, format_units
from ratecards.engine.rounding import to_decimals
from ratecards.engine.table import PRICES, RateTable, Row
from ratecards.models import Revision
from ratecards.services.drafts import set_rates
from ratecards.services.guard import require
from ratecards.services.imports import check_fits, reading
from ratecards.services.revisions import checked_effective
from ratecards.sheets import Line

COLUMNS = ("prefix", "name", "intra", "inter", "cost", "mcd", "pulse", "connect", "status")  # of rows without a header
KEEP, SET, ADD, PERCENT = "keep", "set", "add", "percent"
EXAMPLES = 10
ROOM = 2**61


class Pasted(NamedTuple):
    """What pasted rows came to: how many were taken, and the refused lines."""

    taken: int
    refused: list[Line]

    @property
    def rest(self) -> str:
        """The refused lines as they stood, to be corrected and pasted again."""
        return "\n".join(line.raw for line in self.refused)


@dataclass(frozen=True)
class Change:
    """One change of many rates. `match` is a pattern as profit rules have it: digits for one destination, ^ and digits
    for all that begin so, empty for all. `price` is what is done to the price columns `columns`: keep, set, add (both
    `value` in currency), percent (`value` in per cent). The last three replace what stands there (seconds, price units);
    None leaves it."""

    match: str = ""
    name: str = ""
    price: str = KEEP
    value: Decimal = Decimal(0)
    columns: tuple[str, ...] = ("cost",)
    mcd: int | None = None
    pulse: int | None = None
    connect: int | None = None


class Preview(NamedTuple):
    """What a change would do: rates that fit, those it would alter, and the first of these before and after."""

    fitting: int
    altered: int
    examples: list[tuple[Row, Row]]


def paste_rates(draft: Revision, text: str, *, actor, partly: bool = False) -> Pasted:
    """Put rows copied from a spreadsheet into a draft, read as a sheet is: with a header, or in the order prefix, name,
    prices of the card, MCD, pulse, connect, status. Right: update.

    While a line is refused nothing is taken, unless `partly`. Raises ValidationError for what is no list of rates.
    """
    require(actor, draft.card, "update")
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        file.write(text.encode())
        file.flush()
        layout = reading(sheets.recognise, file.name, encoding="utf-8")
        layout = layout if layout.header else without_header(layout, draft)
        check_fits(draft.card, layout)
        result = reading(sheets.read, file.name, layout)
    if result.refused and not partly:
        return Pasted(0, result.refused)
    taken = set_rates(draft, result.table, actor=actor) if len(result.table) else 0
    note("paste", draft, {"rates": taken, "refused": len(result.refused)})
    return Pasted(taken, result.refused)


def without_header(layout: sheets.Layout, draft: Revision) -> sheets.Layout:
    """The layout of rows alone: our own columns from the left, as many as there are."""
    here = HEADINGS[draft.card.presentation]
    columns = [name for name in COLUMNS if name in here or name not in PRICES]
    if len(layout.columns) > len(columns):
        raise ValidationError(f"Rows without a header have at most {len(columns)} columns: {', '.join(columns)}.")
    names = tuple(columns[: len(layout.columns)])
    return replace(layout, columns=names, mapping=names)  # so that a refused line names its column


def preview_change(draft: Revision, change: Change, *, actor) -> Preview:
    """What `change_rates` would do now. Right: update; raises as it does, and for a match that takes too long to try."""
    require(actor, draft.card, "update")
    with of_match():
        store.Work().take(draft.rows * sum(bool(one.pattern) for one in draws_of(change.match)))
    fitting, before, after = computed(draft, change)
    examples = list(zip(before.rows(0, EXAMPLES), after.rows(0, EXAMPLES), strict=True))
    return Preview(fitting, len(after), examples)


def change_rates(draft: Revision, change: Change, *, actor) -> int:
    """Change all rates of a draft that fit, or none; Blocked ones have no figures and stay. Returns how many changed.

    A percentage is rounded once, to the card's price precision, as the card rounds. Right: update. Raises
    ValidationError by field: a match that is none, a price that would be negative or too high, nothing to change.
    """
    require(actor, draft.card, "update")
    count = set_rates(draft, altered(draft, change), actor=actor)
    note_change(draft, change, count)
    return count


def altered(draft: Revision, change: Change) -> RateTable:
    """The rates that a change would alter, as they would be; ValidationError where there is none."""
    _, _, after = computed(draft, change)
    if not len(after):
        raise ValidationError("Nothing would change: no rate fits, or all that fit are so already.")
    return after


def computed(draft: Revision, change: Change) -> tuple[int, RateTable, RateTable]:
    """(number of rates that fit, those that would alter as they are, and as they would be)."""
    table = checked_effective(draft)
    rows = table.take(fitting(table, change))
    columns = {name: priced(rows, name, change, draft.card) for name in change.columns if change.price != KEEP}
    for name in ("mcd", "pulse", "connect"):
        value = getattr(change, name)
        if value is not None:
            columns[name] = np.full(len(rows), value, dtype=getattr(rows, name).dtype)
    others = np.zeros(len(rows), dtype=np.bool_)
    for name, values in columns.items():
        others |= values != getattr(rows, name)
    return len(rows), rows.take(others), replace(rows, **columns).take(others)


def fitting(table: RateTable, change: Change) -> np.ndarray:
    """Which rows fit the pattern and the name, Blocked ones excepted (bool)."""
    with of_match():
        drawn = chosen(draws_of(change.match), table.keys)
    wanted = change.name.casefold()
    named = np.array([wanted in name.casefold() for name in table.names], dtype=np.bool_)
    here = named[table.name] if len(table) else np.zeros(0, dtype=np.bool_)
    return here & drawn & ~table.blocked


@contextlib.contextmanager
def of_match():
    """Inside, what is refused is said of the field `match`."""
    try:
        yield
    except Refused as refused:
        raise ValidationError({"match": refused.message}) from refused


def priced(rows: RateTable, column: str, change: Change, card) -> np.ndarray:
    """The new prices of a column, exact: each price that occurs is computed once."""
    distinct, place = np.unique(getattr(rows, column), return_inverse=True)
    factor, addend = {SET: (Fraction(0), change.value), ADD: (Fraction(1), change.value),
                      PERCENT: (1 + Fraction(change.value) / 100, Decimal(0))}[change.price]  # fmt: skip
    decimals = card.price_precision if change.price == PERCENT else 8
    prices = times(distinct, factor, Fraction(addend) * 10**8, decimals, card.price_rounding)
    wrong = np.flatnonzero((prices < 0) | (prices > MAX_PRICE))
    if wrong.size:
        price, new = distinct[wrong[0]], prices[wrong[0]]
        prefix = prefix_keys.decode(rows.keys[int(np.flatnonzero(getattr(rows, column) == price)[0])])
        raise ValidationError({"value": f"The price of {prefix}, {format_units(price)}, would become {format_units(new)}: "
                                        f"a price is 0 to {format_units(MAX_PRICE)}."})  # fmt: skip
    return prices.astype(np.int64)[place]


def times(prices: np.ndarray, factor: Fraction, addend: Fraction, decimals: int, method: str) -> np.ndarray:
    """prices x factor + addend, rounded once: Python's integers where a product might pass int64."""
    bottom = factor.denominator * addend.denominator
    up, plus = factor.numerator * addend.denominator, addend.numerator * factor.denominator
    largest = abs(up) * int(prices.max(initial=1)) + abs(plus) + bottom * 10 ** (8 - decimals)
    prices = prices if largest < ROOM else prices.astype(object)
    return to_decimals(prices * up + plus, bottom, decimals, method)


def note_change(draft: Revision, change: Change, count: int) -> None:
    note("bulk_change", draft, {"match": change.match or "^", "rates": count})


def note(action: str, draft: Revision, changes: dict) -> None:
    audit.record(action, thing=draft, company=draft.owner_id, changes=changes)
