"""The limits of the price benches: the same rates in an ordinary table of rows, in a database that nobody uses."""

import contextlib
import io
from collections.abc import Iterator

from connexcs.bench.world import World
from ratecards.engine import keys as prefix_keys
from ratecards.engine.table import RateTable

CREATE = """
    CREATE TABLE {table} (revision integer, prefix text COLLATE "C", name integer, cost bigint, connect bigint, mcd integer,
                          pulse integer, grace integer, blocked boolean)
"""
SOURCE, TARGET = "bench_rates", "bench_built"


@contextlib.contextmanager
def plain_rows(world: World, *tables: RateTable) -> Iterator[str]:
    """The name of a table that holds these rates as rows of revisions 1, 2, …, indexed by prefix, until the block ends."""
    with world.owner.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {SOURCE}, {TARGET}")
        cursor.execute(CREATE.format(table=SOURCE))
        for revision, table in enumerate(tables, 1):
            cursor.copy_expert(f"COPY {SOURCE} FROM STDIN", as_text(table, revision))
        cursor.execute(f"CREATE UNIQUE INDEX {SOURCE}_prefix ON {SOURCE} (revision, prefix)")
        cursor.execute(f"VACUUM ANALYZE {SOURCE}")
    try:
        yield SOURCE
    finally:
        with world.owner.cursor() as cursor:
            cursor.execute(f"DROP TABLE IF EXISTS {SOURCE}, {TARGET}")


def as_text(table: RateTable, revision: int) -> io.StringIO:
    columns = [table.name, table.cost, table.connect, table.mcd, table.pulse, table.grace, table.blocked.astype(int)]
    lines = zip(prefix_keys.decode_many(table.keys), *(column.tolist() for column in columns), strict=True)
    return io.StringIO("".join(f"{revision}\t{line[0]}\t" + "\t".join(map(str, line[1:])) + "\n" for line in lines))


def insert_and_index(world: World, source: str) -> None:
    """A markup on every row into a table of its own and a unique index on it, committed."""
    with world.owner.cursor() as cursor:
        cursor.execute(CREATE.format(table=TARGET))
        cursor.execute(
            f"INSERT INTO {TARGET} SELECT 2, prefix, name, cost * 112 / 100, connect, mcd, pulse, grace, blocked FROM {source}"
        )
        cursor.execute(f"CREATE UNIQUE INDEX ON {TARGET} (revision, prefix)")
        cursor.execute(f"DROP TABLE {TARGET}")


def first_page(world: World, source: str) -> list:
    with world.owner.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {source} WHERE revision = 1 AND prefix > '' ORDER BY prefix LIMIT 50")
        return cursor.fetchall()
