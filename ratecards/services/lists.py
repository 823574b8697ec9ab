"""From what a sheet says to whole price lists: the full list or changes only, now and on the days to come."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np

from ratecards import destinations, store
from ratecards.engine import keys as prefix_keys
from ratecards.engine.table import RateTable, empty
from ratecards.sheets import SheetResult

BATCH = 20_000  # names between two words of progress


class PriceList(NamedTuple):
    """A whole list and the instant of its Date Live; None: as soon as somebody activates it."""

    planned: datetime | None
    table: RateTable


def price_lists(result: SheetResult, base: RateTable | None, *, full: bool) -> list[PriceList]:
    """The lists that a sheet makes on `base`, the active one, in order of time.

    A full list replaces the base, changes are laid over it. Either way a prefix whose new price is of a later day keeps
    until then the price it has, and each later list is the one before it with what begins that day.
    """
    steps = result.steps
    presented = steps[0].table.presented if steps else ()
    current = base if base is not None and base.presented == presented else empty(presented)
    if full and steps:
        waiting = np.concatenate([np.empty(0, np.int64), *(step.table.keys for step in steps[1:])])
        current = current.take(np.isin(current.keys, waiting))
    found = []
    for step in steps:
        current = without(store.joined_over(current, step.table), step.gone)
        planned = datetime.fromtimestamp(step.instant, UTC) if step.instant else None
        found.append(PriceList(planned, current))
    return found


def without(table: RateTable, gone: np.ndarray) -> RateTable:
    return table.take(~np.isin(table.keys, gone)) if len(gone) else table


def named(result: SheetResult, progress) -> SheetResult:
    """The result with names for the rates that the sheet gives none, by the data of phonenumbers."""
    later = tuple(step._replace(table=named_table(step.table, progress)) for step in result.later)
    return result._replace(table=named_table(result.table, progress), later=later)


def named_table(table: RateTable, progress) -> RateTable:
    nameless = [place for place, name in enumerate(table.names) if not name]
    rows = np.flatnonzero(np.isin(table.name, nameless))
    if not len(rows):
        return table
    place = {name: position for position, name in enumerate(table.names)}
    column = table.name.copy()
    for start, batch in batches(rows):
        progress(start, len(rows), "Naming")
        texts = map(destinations.name_of, prefix_keys.decode_many(table.keys[batch]))
        column[batch] = [place.setdefault(text, len(place)) for text in texts]
    return replaced(table, column, tuple(place))


def batches(rows: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    for start in range(0, len(rows), BATCH):
        yield start, rows[start : start + BATCH]


def replaced(table: RateTable, name: np.ndarray, names: tuple[str, ...]) -> RateTable:
    """The table with another column of names, without those that nobody has."""
    used, column = np.unique(name, return_inverse=True)
    return table.renamed(column.astype(np.int32), tuple(names[position] for position in used))
