"""What rating costs: one number in a page, a million calls in a batch."""

from collections.abc import Iterator
from functools import partial

import numpy as np

from connexcs.bench import rows
from connexcs.bench.measure import Figure, compared
from connexcs.bench.prices import new_card, unit
from connexcs.bench.world import World
from connexcs.scale.prices import price_list
from ratecards import store
from ratecards.engine import keys as prefix_keys
from ratecards.engine.charge import charge_many
from ratecards.engine.table import RateTable
from ratecards.models import Revision
from ratecards.services.revisions import add_draft

CALLS, LOOKUPS = 1_000_000, 200
SHARE = 10  # the join takes half a minute for all calls, and as long for each: it rates every tenth, its time counts tenfold
# Exactly what charge_many computes, in the integers of SQL: billed by MCD and pulse, rounded half up once.
LATERAL = """
    SELECT sum((2 * (60 * r.connect + r.cost * r.billed) + 60) / 120), count(*)
    FROM bench_calls c CROSS JOIN LATERAL (
        SELECT connect, cost, CASE WHEN c.seconds <= 0 THEN 0 WHEN c.seconds <= mcd THEN mcd
                                   ELSE mcd + (c.seconds - mcd + pulse - 1) / pulse * pulse END AS billed
        FROM {source} WHERE revision = 1 AND prefix = ANY (ARRAY(SELECT left(c.number, n) FROM generate_series(1, 15) n))
        ORDER BY length(prefix) DESC LIMIT 1) r
"""


def lookup(world: World) -> Iterator[Figure]:
    """A number in a card whose chunk is decoded, in an entered unit, against a prepared `select 1`."""
    with unit(world) as actor:
        revision = add_draft(new_card(world, actor, "lookup"), table := price_list(world.size.rates, world.size.seed))
        number = prefix_keys.decode(table.keys[len(table) // 2]) + "0000"
        with world.owner.cursor() as cursor:
            cursor.execute("PREPARE bench_one AS SELECT 1")
            try:
                yield compared("lookup: one number, chunk decoded", partial(find_often, revision, number),
                               partial(ask_often, cursor), 2)  # fmt: skip
            finally:
                cursor.execute("DEALLOCATE bench_one")


def find_often(revision: Revision, number: str) -> None:
    for _ in range(LOOKUPS):
        if store.find(revision, number) is None:
            raise RuntimeError("the number has no rate")


def ask_often(cursor) -> None:
    for _ in range(LOOKUPS):
        cursor.execute("EXECUTE bench_one")
        cursor.fetchone()


def rate(world: World) -> Iterator[Figure]:
    """A batch of calls by one revision from its chunks, against a lateral join over an index; both must agree."""
    count = max(min(CALLS, world.size.rates), 1000)
    with unit(world) as actor:
        revision = add_draft(new_card(world, actor, "rate"), table := price_list(world.size.rates, world.size.seed))
        numbers, durations = calls(table, count, world.size.seed)
        with rows.plain_rows(world, table) as source:
            tenth = numbers[::SHARE], durations[::SHARE]
            make_calls(world, *tenth)
            limit = partial(joined, world, source)
            if batch(revision, *tenth) != limit():
                raise RuntimeError("the batch and the join do not charge the same")
            yield compared(f"rate: {count:,} calls", partial(batch, revision, numbers, durations), limit, 10, more=True,
                           share=SHARE)  # fmt: skip
            with world.owner.cursor() as cursor:
                cursor.execute("DROP TABLE bench_calls")


def calls(table: RateTable, count: int, seed: int) -> tuple[list[str], np.ndarray]:
    """Numbers that some rate of the table begins, and their seconds."""
    dice = np.random.default_rng(seed)
    prefixes = prefix_keys.decode_many(table.keys[dice.integers(0, len(table), count)])
    tails = dice.integers(10_000, 99_999, count).tolist()
    return [f"{prefix}{tail}"[:15] for prefix, tail in zip(prefixes, tails, strict=True)], dice.integers(0, 900, count)


def make_calls(world: World, numbers, durations) -> None:
    with world.owner.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE IF NOT EXISTS bench_calls (number text, seconds integer); TRUNCATE bench_calls"
        )
        cursor.execute(
            "INSERT INTO bench_calls SELECT * FROM unnest(%s::text[], %s::int[])",
            [list(numbers), [int(one) for one in durations]],
        )
        cursor.execute("ANALYZE bench_calls")


def batch(revision: Revision, numbers: list[str], durations) -> tuple[int, int]:
    """(sum of the charges in price units, number of calls charged); decoded chunks are not kept between runs."""
    store.contents.TABLES.clear()
    table, places = store.find_many(revision, numbers)
    found = places >= 0
    _, charges = charge_many(table, places[found], durations[found])
    return int(charges.sum()), int(found.sum())


def joined(world: World, source: str) -> tuple[int, int]:
    with world.owner.cursor() as cursor:
        cursor.execute(LATERAL.format(source=source))
        total, count = cursor.fetchone()
        return int(total), count
