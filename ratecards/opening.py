"""Opening cards for reading: of cards that are not its own, a unit of work sees the prices of those it opened alone."""

from collections.abc import Iterable, Iterator

from accounts import acl
from ratecards.models import RateCard

LIMIT = 50  # acl.open_cards takes no more


def open_cards(ids) -> set[int]:
    """Open at most 50 cards beside those opened before in this unit; returns the ids of those that it can see.

    What is open stays open until the unit ends, so a card that was taken away is closed at the next request. Outside
    of a unit nothing is opened: the owner role reads all, the login role nothing. Raises ValueError beyond 50.
    """
    wanted = list(dict.fromkeys(ids))
    if len(wanted) > LIMIT:
        raise ValueError(f"at most {LIMIT} cards are opened at once")
    unit = acl.current()
    if unit is None:
        return set(wanted)
    opened = unit.cache.setdefault("open_cards", [])
    if not set(wanted) <= set(opened):
        opened = remember(unit, [*(card for card in opened if card not in wanted), *wanted][-LIMIT:])
    return set(wanted) & set(opened)


def readable(cards: Iterable[RateCard]) -> Iterator[list[int]]:
    """Yield the ids of any number of cards in lists that one statement can read: own ones and up to 50 opened ones.

    A page of own cards, or of at most 50 assigned ones, is one list. Use each list before asking for the next.
    """
    unit, own, foreign = acl.current(), [], []
    for card in {card.pk: card for card in cards}.values():
        mine = unit is None or unit.is_master or unit.company_id == card.owner_id
        (own if mine else foreign).append(card.pk)
    yield [*own, *(open_cards(foreign[:LIMIT]) if foreign else ())]
    for start in range(LIMIT, len(foreign), LIMIT):
        yield list(open_cards(foreign[start : start + LIMIT]))


def reopen() -> None:
    """Open again what this unit had open: the end of a savepoint that failed closed what was opened inside it."""
    unit = acl.current()
    if unit is not None:
        remember(unit, unit.cache.get("open_cards", []))


def remember(unit: acl.Unit, ids: list[int]) -> list[int]:
    seen = acl.open_cards(ids)
    unit.cache["open_cards"] = [card for card in ids if card in seen]
    return unit.cache["open_cards"]
