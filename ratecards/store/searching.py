"""All cards of a company searched at once: by number, by prefix, by a part of a name; always their active prices.

Cards of others are opened in batches, so the statements are few and the same for one card and for fifty. What one card
may add to the answer is bounded, and so is how much is read for a part of a name.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from accounts import acl
from ratecards.engine import keys as prefix_keys
from ratecards.engine.chunks import Damaged
from ratecards.engine.directory import Directory
from ratecards.engine.table import RateTable, Row
from ratecards.models import RateCard, Revision
from ratecards.opening import LIMIT
from ratecards.store.across import active_of, directories_of, find_active, tables_of_all

NEAR = 3  # chunks of a card that are looked into for a prefix
PART = 64  # chunks decoded at once for a name


class Found(NamedTuple):
    """A rate of a card's active revision, or (None) that it cannot be read, which `damage` says."""

    card: RateCard
    row: Row | None
    damage: Damaged | None = None


class Answer(NamedTuple):
    """What was found; `more`: the ids of cards that have further rates, `unread` how many cards were not looked into."""

    found: list[Found]
    more: frozenset[int] = frozenset()
    unread: int = 0


def search_number(cards: Iterable[RateCard], number: str) -> Answer:
    """The longest match of a number in every card. Raises Refused for what is no number."""
    found = []
    for part in parts(cards):
        answers = find_active(part, number)
        found += [told(card, answers[card.pk][1]) for card in part if card.pk in answers and answers[card.pk][1]]
    return Answer(found)


def search_prefix(cards: Iterable[RateCard], prefix: str, each: int) -> Answer:
    """The first `each` rates of every card that begin with these digits. Raises Refused for what is no prefix."""
    first = prefix_keys.encode(prefix)
    end = first + int(prefix_keys.POWERS[prefix_keys.PLACES - len(prefix)])
    found, more = [], set()
    for part in parts(cards):
        active = active_of(part)
        contents = directories_of(active)
        wanted = [(revision, place) for revision in active for place in near(contents.get(revision.pk), first, end)]
        tables = tables_of_all(wanted, contents)
        for revision in active:
            mine = [table for (one, _), table in tables.items() if one == revision]
            rows = [
                row for table in mine if isinstance(table, RateTable) for row in between(table, first, end, each + 1)
            ]
            more |= {revision.card_id} if len(rows) > each else set()
            damaged = [
                told(revision.card, one) for one in (contents.get(revision.pk), *mine) if isinstance(one, Damaged)
            ]
            found += damaged[:1] or [Found(revision.card, row) for row in rows[:each]]
    return Answer(found, frozenset(more))


def search_name(cards: Iterable[RateCard], text: str, each: int, most: int) -> Answer:
    """The first `each` rates of every card whose name contains a text, in small or capital letters.

    Names stand in no index, so whole lists are read: at most `most` chunks; cards beyond that are counted as unread.
    """
    found, more, unread = [], set(), 0
    for part in parts(cards):
        active = active_of(part)
        contents = directories_of(active)
        found += [told(one.card, contents[one.pk]) for one in active if isinstance(contents.get(one.pk), Damaged)]
        pairs = []
        for revision in active:
            listed = contents.get(revision.pk)
            if isinstance(listed, Directory) and len(listed) > most:
                unread += 1
            elif isinstance(listed, Directory):
                most -= len(listed)
                pairs += [(revision, place) for place in range(len(listed))]
        for rows in named(pairs, contents, text, each + 1).values():
            more |= {one.card.pk for one in rows[each:]}
            found += rows[:each]
    return Answer(found, frozenset(more), unread)


def parts(cards: Iterable[RateCard]) -> Iterator[list[RateCard]]:
    """The cards in lists that can be open at once: all own ones, then at most LIMIT others each."""
    unit, own, foreign = acl.current(), [], []
    for card in cards:
        mine = unit is None or unit.is_master or card.owner_id == unit.company_id
        (own if mine else foreign).append(card)
    if own:
        yield own
    for start in range(0, len(foreign), LIMIT):
        yield foreign[start : start + LIMIT]


def told(card: RateCard, answer: Row | Damaged) -> Found:
    return Found(card, None, answer) if isinstance(answer, Damaged) else Found(card, answer)


def near(contents: Directory | Damaged | None, first: int, end: int) -> range:
    """The places of the first chunks in which keys from `first` up to `end` may lie."""
    return contents.chunks_between(first, end)[:NEAR] if isinstance(contents, Directory) else range(0)


def between(table: RateTable, first: int, end: int, most: int) -> list[Row]:
    start, stop = np.searchsorted(table.keys, [first, end]).tolist()
    return table.rows(start, min(stop, start + most))


def named(pairs: list[tuple[Revision, int]], contents: dict, text: str, most: int) -> dict[int, list[Found]]:
    """{id of revision: the first `most` rates whose name contains a text}; of a damaged one that it cannot be read."""
    wanted, found = text.casefold(), {}
    for start in range(0, len(pairs), PART):
        for (revision, _), table in tables_of_all(pairs[start : start + PART], contents, keep=False).items():
            rows = found.setdefault(revision.pk, [])
            if isinstance(table, Damaged):
                found[revision.pk] = [told(revision.card, table)]
            elif len(rows) < most and not (rows and rows[0].damage):
                fits = np.array([wanted in name.casefold() for name in table.names], dtype=np.bool_)
                places = np.flatnonzero(fits[table.name])[: most - len(rows)]
                rows += [Found(revision.card, row) for row in table.take(places).rows()]
    return found
