"""Price lists as carriers send them: a few thousand destinations, nested prefixes, prices that repeat.

Random prefixes are the hard case for the store: what it needs for one rate of such a list is no figure of a neat one.
"""

import numpy as np
from django.db import connection

from ratecards import store
from ratecards.engine import keys as prefix_keys
from ratecards.engine.numbers import UNITS
from ratecards.engine.table import RateTable, from_columns
from ratecards.models import Activation, Revision, RevisionPrivate

FEW = 100  # rates of every card but the largest
ROWS = 400  # of one destination, on average
BASE, LONGEST = 4, 11  # digits
LENGTHS = (0.01, 0.04, 0.2, 0.3, 0.25, 0.1, 0.06, 0.04)  # how often each number of digits from BASE on
SPREAD = 2000  # prices of a destination that has one for every prefix, as the North American lists do


def price_list(rates: int, seed, presented: int = 1) -> RateTable:
    """A table of exactly `rates` rates, always the same for the same seed; prices in units, one to three columns."""
    dice = np.random.default_rng([*np.atleast_1d(seed), rates])
    destinations = max(1, rates // ROWS)
    keys, place = prefixes(rates, destinations, dice)
    cost = costs(keys, place, destinations, dice)
    split = [cost * (9 + step) // 10 if step < presented else None for step in (1, 2)]
    steps = np.array([[1, 1], [60, 1], [30, 6], [60, 60]])[dice.integers(0, 4, destinations)][place]
    nothing = np.zeros(rates, dtype=np.int64)
    return from_columns(
        keys, names=[f"Destination {number:05}" for number in range(destinations)], name=place, cost=cost, intra=split[0],
        inter=split[1], connect=nothing, mcd=steps[:, 0], pulse=steps[:, 1], grace=nothing, blocked=nothing.astype(bool),
    )  # fmt: skip


def prefixes(rates: int, destinations: int, dice) -> tuple[np.ndarray, np.ndarray]:
    """(keys, destination of each), no key twice: the destination's own digits and up to seven more."""
    found = np.zeros((0, 2), dtype=np.int64)
    bases = dice.permutation(np.arange(1000, 10_000))[np.arange(destinations) % 9000]
    while len(found) < rates:
        count = rates + rates // 2
        place = dice.integers(0, destinations, count)
        length = dice.choice(np.arange(BASE, LONGEST + 1), count, p=LENGTHS)
        keys = np.zeros(count, dtype=np.int64)
        for position in range(LONGEST):
            digit = bases[place] // 10 ** (BASE - 1 - position) % 10 if position < BASE else dice.integers(0, 10, count)
            keys += np.where(position < length, digit + 1, 0) * prefix_keys.POWERS[prefix_keys.PLACES - 1 - position]
        both = np.concatenate([found, np.stack([keys, place], axis=1)])
        found = both[np.unique(both[:, 0], return_index=True)[1]]
    chosen = found[dice.permutation(len(found))[:rates]]
    return chosen[:, 0], chosen[:, 1]


def costs(keys, place, destinations: int, dice) -> np.ndarray:
    """Four prices a destination (landline, mobile, …); in one of ten a price for every prefix."""
    of_destination = dice.integers(20, 30_000, (destinations, 4))
    kind = keys // prefix_keys.POWERS[prefix_keys.PLACES - BASE - 2] % 4
    own = dice.integers(20, 20 + SPREAD, len(keys))
    return np.where(place % 10 == 0, own, of_destination[place, kind]) * (UNITS // 100_000)


def repriced(table: RateTable, share: float) -> RateTable:
    """The list with the prices of whole destinations raised, until at least `share` of its rates have a new one."""
    counts = np.cumsum(np.bincount(table.name, minlength=len(table.names)))
    last = int(np.searchsorted(counts, share * len(table)))
    cost = np.where(table.name <= last, table.cost + UNITS // 10_000, table.cost)
    return RateTable(**{**vars_of(table), "cost": cost})


def vars_of(table: RateTable) -> dict:
    return {name: getattr(table, name) for name in table.__dataclass_fields__}


def publish(size, cards) -> None:
    """A published, active revision for every card, through the store. The first carrier's card is the large one."""
    few = [price_list(FEW, [size.seed, number]) for number in range(10)]
    tables = [price_list(size.rates, size.seed), *(few[place % len(few)] for place in range(1, len(cards.all)))]
    drafts = Revision.objects.bulk_create(Revision(card=card, owner_id=card.owner_id, number=1) for card in cards.all)
    RevisionPrivate.objects.bulk_create(
        RevisionPrivate(revision=draft, owner_id=draft.owner_id, source="Synthetic") for draft in drafts
    )
    ready = [store.write(draft, table) for draft, table in zip(drafts, tables, strict=True)]
    with connection.cursor() as cursor:  # the trail's plans were made for one row and would join all rows with all
        cursor.execute("DISCARD PLANS")
    Revision.objects.filter(pk__in=[revision.pk for revision in ready]).update(state=Revision.READY)
    Activation.objects.bulk_create(
        Activation(card_id=one.card_id, owner_id=one.owner_id, revision=one, live_from=one.created_at, recorded_at=one.created_at)
        for one in ready
    )  # fmt: skip
