"""A revision as people read it: its stored rates, and over a draft's the changes made by hand.

Whatever is listed has a *place*, its number in prefix order. Places of a draft are those its rates will have once it is
published: they are computed from the few changed rows and the chunks these lie in, never by reading the whole list.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ratecards.engine import keys as prefix_keys
from ratecards.engine.table import Row
from ratecards.models import DraftRow, Revision
from ratecards.store import reading
from ratecards.store.contents import contents_of, tables_of
from ratecards.store.drafts import effective
from ratecards.store.recent import Recent
from ratecards.store.writing import draft_rows

ORDERS = Recent(8)  # of 4 bytes a rate: 32 MB when all are of a million
BLOCKED_LAST = np.iinfo(np.int64).max


@dataclass(frozen=True, eq=False)
class Overlay:
    """Changed rows by key: what each is now (None: taken out), the stored row number at which it stands or would
    stand, and whether a stored row is hidden by it."""

    keys: np.ndarray
    rows: tuple[Row | None, ...]
    positions: np.ndarray
    listed: np.ndarray

    @cached_property
    def hidden(self) -> np.ndarray:
        """The stored row numbers that are not shown."""
        return self.positions[self.listed]

    @cached_property
    def shown(self) -> np.ndarray:
        """Which changes put a row of their own into the list."""
        return np.flatnonzero(np.array([row is not None for row in self.rows], dtype=np.bool_))

    @cached_property
    def places(self) -> np.ndarray:
        """The places of the shown rows."""
        positions = self.positions[self.shown]
        return positions - np.searchsorted(self.hidden, positions) + np.arange(len(positions))

    def place_of(self, positions: np.ndarray) -> np.ndarray:
        """The places of stored row numbers that are not hidden."""
        before = np.searchsorted(self.positions[self.shown], positions, "right")
        return positions - np.searchsorted(self.hidden, positions) + before


class Prices:
    """What a revision lists. Raises as the store does: Revision.DoesNotExist, Damaged."""

    def __init__(self, revision: Revision):
        self.revision = revision
        self.contents = contents_of(revision)

    @cached_property
    def overlay(self) -> Overlay:
        changes = list(draft_rows(self.revision)) if self.revision.state == Revision.DRAFT else []
        found = prefix_keys.encode_many([change.prefix for change in changes])
        positions, listed = positions_of(self.revision, found)
        return Overlay(found, tuple(map(shown_row, changes)), positions, listed)

    def __len__(self) -> int:
        return self.contents.rows - len(self.overlay.hidden) + len(self.overlay.shown)

    def rows_at(self, places) -> list[Row]:
        """The rates at some places, in the order given; the chunks they lie in are fetched together."""
        places = np.asarray(places, dtype=np.int64)
        overlay = self.overlay
        near = np.searchsorted(overlay.places, places)
        changed = np.append(overlay.places, -1)[near] == places
        others = (places - near)[~changed]
        others += np.searchsorted(overlay.hidden - np.arange(len(overlay.hidden)), others, "right")
        stored = iter(reading.rows_at(self.revision, others))
        return [overlay.rows[overlay.shown[at]] if own else next(stored) for at, own in zip(near, changed, strict=True)]

    def rows(self, start: int, stop: int) -> list[Row]:
        """The rates from place `start` up to `stop`; only the chunks they lie in are decoded."""
        if not self.overlay.rows:
            return reading.rows(self.revision, start, stop)
        return self.rows_at(np.arange(start, min(stop, len(self))))

    def has_grace(self) -> bool:
        """Whether any rate has a grace; reads the whole list."""
        if any(row is not None and row.grace for row in self.overlay.rows):
            return True
        return any(table.grace.any() for table in tables_of(self.revision, range(len(self.contents)), keep=False))

    def below(self, prefix: str) -> tuple[int, int]:
        """The places [start, stop) of everything that begins with these digits; raises Refused for what is no prefix."""
        first = prefix_keys.encode(prefix)
        return self.place_before(first), self.place_before(
            first + int(prefix_keys.POWERS[prefix_keys.PLACES - len(prefix)])
        )

    def place_before(self, key: int) -> int:
        stored, overlay = reading.row_before(self.revision, key), self.overlay
        own = np.searchsorted(overlay.keys[overlay.shown], key)
        return int(stored - np.searchsorted(overlay.hidden, stored) + own)

    def named(self, text: str) -> np.ndarray:
        """The places of all rates whose name contains a text, in small or capital letters; reads the whole list."""
        overlay, wanted = self.overlay, text.casefold()
        stored = np.setdiff1d(reading.named(self.revision, text), overlay.hidden, assume_unique=True)
        own = [wanted in overlay.rows[at].name.casefold() for at in overlay.shown]
        return np.sort(np.concatenate([overlay.place_of(stored), overlay.places[np.array(own, dtype=np.bool_)]]))

    def find(self, number: str) -> Row | None:
        """The rate of the longest prefix that starts a number, which may be Blocked; raises Refused for no digits."""
        if not self.overlay.rows:
            return reading.find(self.revision, number)
        changed = dict(zip(self.overlay.keys.tolist(), self.overlay.rows, strict=True))
        for key in prefix_keys.truncations(number):
            row = changed[key] if key in changed else self.stored(prefix_keys.decode(key))
            if row is not None:
                return row
        return None

    def stored(self, prefix: str) -> Row | None:
        """The stored rate of exactly this prefix."""
        row = reading.find(self.revision, prefix)
        return row if row and row.prefix == prefix else None

    def order(self, column: str, *, descending: bool = False) -> np.ndarray:
        """All places in the order of a price column, equal ones by prefix, Blocked ones last; kept for the next page."""
        address = (self.revision.card_id, self.contents.content, column, descending)
        found = None if self.overlay.rows else ORDERS.get(address)
        if found is None:
            table = effective(self.revision) if self.overlay.rows else reading.load(self.revision)
            values = getattr(table, column)
            values = np.where(table.blocked, BLOCKED_LAST, -values if descending else values)
            found = np.argsort(values, kind="stable").astype(np.int32)
            if not self.overlay.rows:
                ORDERS.put(address, found)
        return found

    def changed(self) -> dict[str, bool]:
        """{prefix: whether it was listed before} of all rows changed by hand."""
        return dict(zip(prefix_keys.decode_many(self.overlay.keys), self.overlay.listed.tolist(), strict=True))


def positions_of(revision: Revision, found: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(for sorted keys the number of stored rows before each, which of them are stored); decodes the chunks they lie in."""
    contents = contents_of(revision)
    positions, listed = np.zeros(len(found), dtype=np.int64), np.zeros(len(found), dtype=np.bool_)
    homes = np.searchsorted(contents.first_keys, found, "right") - 1
    touched = [place for place in np.unique(homes).tolist() if place >= 0]
    for place, table in zip(touched, tables_of(revision, touched), strict=True):
        here = homes == place
        inside = np.searchsorted(table.keys, found[here])
        positions[here] = inside + int(contents.starts[place])
        listed[here] = np.append(table.keys, -1)[inside] == found[here]
    return positions, listed


def shown_row(change: DraftRow) -> Row | None:
    if change.removed:
        return None
    return Row(change.prefix, change.name, change.cost, change.intra, change.inter, change.connect, change.mcd,
               change.pulse, change.grace, change.blocked)  # fmt: skip
