"""From what a sheet says to whole price lists: the full list or changes only, now and on the days to come."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from django.utils import timezone

from ratecards import destinations, store, timeline
from ratecards.engine import diff
from ratecards.engine import keys as prefix_keys
from ratecards.engine.table import RateTable, empty
from ratecards.models import Activation, RateCard, Revision
from ratecards.sheets import SheetResult

BATCH = 20_000  # names between two words of progress


class PriceList(NamedTuple):
    """A whole list, the instant of its Date Live (None: as soon as somebody activates it), the list it is laid over, and
    what undoes it later, in words, or ""."""

    planned: datetime | None
    table: RateTable
    before: RateTable
    undone: str = ""


@dataclass(frozen=True)
class Announced:
    """A price list that a card has announced; its rates are read when they are first needed."""

    entry: Activation

    @property
    def instant(self) -> float:
        return self.entry.live_from.timestamp()

    @cached_property
    def table(self) -> RateTable:
        return store.load(self.entry.revision)


def announced_of(card: RateCard) -> list[Announced]:
    """What is announced of an own card, the soonest first."""
    return [Announced(entry) for entry in timeline.announced([card]).get(card.pk, ())]


def price_lists(
    result: SheetResult, base: RateTable | None, *, full: bool, announced: Iterable[Announced] = ()
) -> list[PriceList]:
    """The lists that a sheet makes on `base`, the active one, in order of time.

    A full list replaces the base, changes are laid over what is announced for their day, or over the base. Either way a
    prefix whose new price is of a later day keeps until then the price it has, and each later list is the one before it
    with what begins that day.
    """
    steps, coming = result.steps, deque(announced)
    presented = steps[0].table.presented if steps else ()
    stands = before = base if base is not None and base.presented == presented else empty(presented)
    current = stands.take(np.isin(stands.keys, dated(steps))) if full else stands
    found = []
    for step, following in pairwise([*steps, None]):
        while coming and coming[0].instant <= step.instant:
            one = coming.popleft().table
            current = current if full else carried(stands, one, current)
            stands, before = one, one if full else current
        current = without(store.joined_over(current, step.table), step.gone)
        planned = datetime.fromtimestamp(step.instant, UTC) if step.instant else None
        between = coming and (following is None or coming[0].instant < following.instant)
        found.append(PriceList(planned, current, before, undone(stands, current, coming[0]) if between else ""))
        before = current
    return found


def dated(steps) -> np.ndarray:
    """The prefixes whose new price is of a later day."""
    return np.concatenate([np.empty(0, np.int64), *(step.table.keys for step in steps[1:])])


def carried(before: RateTable, after: RateTable, ours: RateTable) -> RateTable:
    """The list `after`, made from `before`, with what `ours` changed of `before` where `after` left it as it was."""
    if ours is before:
        return after
    said = changed(before, after)
    return store.joined_over(without(ours, said), after.take(np.isin(after.keys, said)))


def changed(before: RateTable, after: RateTable) -> np.ndarray:
    """The prefixes whose rows differ."""
    return diff.compare(diff.side_of(before), diff.side_of(after), effective=False).keys


def undone(stands: RateTable, ours: RateTable, one: Announced) -> str:
    """In words, that a list announced earlier, and made from what stood then, takes changes back; "" where it does not."""
    lost = len(np.setdiff1d(changed(stands, ours), changed(stands, one.table)))
    if not lost:
        return ""
    entry = one.entry
    return (
        f"Revision {entry.revision.number}, announced for {entry.live_from:%Y-%m-%d %H:%M} UTC, was made before and takes "
        f"{lost} of these changes back. Import them for that Date Live too, or cancel it."
    )


def without(table: RateTable, gone: np.ndarray) -> RateTable:
    return table.take(~np.isin(table.keys, gone)) if len(gone) else table


def overtaken(revision: Revision, at: datetime | None) -> str:
    """In words, why a list of changes that was imported would at `at` (None: now) take back what it was not made on, or
    bring back what was cancelled since; "" where it does neither, and for other lists."""
    report, at = revision.private.report, at or timezone.now()
    if "announced" not in report or report["layout"]["full"]:
        return ""
    entries = Activation.objects.filter(pk__in=report["announced"], live_from__lte=at).select_related("revision")
    cancelled = entries.filter(cancellation__isnull=False).first()
    if cancelled:
        return f"This list holds the prices of revision {cancelled.revision.number}, which was cancelled since."
    known = {
        report["compared"],
        *(entry.revision.number for entry in entries),
        *(one["number"] for one in report["revisions"]),
    }
    last = (
        timeline.standing([revision.card_id])
        .filter(live_from__lte=at)
        .order_by("-live_from")
        .select_related("revision")
        .first()
    )
    if last is None or last.revision.number in known:
        return ""
    return (
        f"This list of changes was made without revision {last.revision.number}, Date Live {last.live_from:%Y-%m-%d %H:%M} "
        "UTC, and takes back what that one changes."
    )


def with_rest(table: RateTable, rest: RateTable) -> RateTable:
    """A table with those rows of another whose prefixes it lacks; itself where it lacks none."""
    lacking = rest.take(~np.isin(rest.keys, table.keys)) if len(rest) else rest
    return store.joined_over(table, lacking) if len(lacking) else table


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
