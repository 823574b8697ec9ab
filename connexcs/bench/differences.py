"""What comparing two price lists costs, against reading both of them as rows once without comparing anything."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import numpy as np

from connexcs.bench import rows
from connexcs.bench.measure import Figure, compared
from connexcs.bench.memory import peak_mb
from connexcs.bench.prices import new_card, unit
from connexcs.bench.world import World
from connexcs.scale.prices import price_list
from ratecards import store
from ratecards.engine import diff
from ratecards.engine.table import RateTable
from ratecards.models import Revision
from ratecards.services.revisions import add_draft

TARGET = 8
GONE, REPRICED = 0.02, 0.1  # of the rates, here and there: no chunk stays as it was, which is the hard case
COUNTED = ("new", "increased", "decreased", "closed")
SCAN = "SELECT count(*), sum(cost) FROM {table}"
JOIN = """
    SELECT count(*) FILTER (WHERE old.prefix IS NULL), count(*) FILTER (WHERE new.cost > old.cost),
           count(*) FILTER (WHERE new.cost < old.cost), count(*) FILTER (WHERE new.prefix IS NULL)
    FROM (SELECT * FROM {table} WHERE revision = 1) old FULL JOIN (SELECT * FROM {table} WHERE revision = 2) new USING (prefix)
"""


def run(world: World) -> Iterator[Figure]:
    """Row by row and for a caller, nothing decoded beforehand; what is found must be what a full join finds."""
    count = world.size.rates
    peak = peak_mb(compare_alone, count)
    with unit(world) as actor:
        card, (before, after) = new_card(world, actor, "diff"), two_lists(count, world.size.seed)
        old, new = add_draft(card, before), add_draft(card, after)
        with rows.plain_rows(world, before, after) as table:
            found = cold_compare(old, new, as_called=False).counts()
            if tuple(found[kind] for kind in COUNTED) != asked(world, JOIN, table):
                raise RuntimeError("the difference and the join do not find the same")
            for name, as_called in (("row by row", False), ("for a caller", True)):
                yield compared(f"diff: {count:,} rates, {name}", partial(cold_compare, old, new, as_called=as_called),
                               partial(asked, world, SCAN, table), TARGET, peak_mb=peak)  # fmt: skip


def two_lists(count: int, seed: int) -> tuple[RateTable, RateTable]:
    """A price list and its next one: a share of the rates is gone, as many are new, others cost more or less."""
    whole = price_list(round(count / (1 - GONE)), seed)
    dice = np.random.default_rng([seed, count])
    spare = len(whole) - count
    mixed = dice.permutation(len(whole))
    moved = np.where(dice.random(len(whole)) < REPRICED, dice.choice([-1, 1], len(whole)), 0)
    before, after = np.sort(mixed[spare:]), np.sort(mixed[: len(whole) - spare])
    dearer = replace(whole, cost=whole.cost + moved * (whole.cost // 10))
    return whole.take(before), dearer.take(after)


def cold_compare(old: Revision, new: Revision, *, as_called: bool) -> diff.Difference:
    """With nothing decoded or compared beforehand."""
    store.contents.TABLES.clear()
    store.comparing.DIFFERENCES.clear()
    return store.compare(old, new, as_called=as_called)


def compare_alone(count: int) -> None:
    """The arithmetic alone, for its memory: both lists whole, compared for a caller."""
    before, after = two_lists(count, 1)
    diff.compare(diff.side_of(before), diff.side_of(after))


def asked(world: World, query: str, table: str) -> tuple:
    with world.owner.cursor() as cursor:
        cursor.execute(query.format(table=table))
        return cursor.fetchone()
