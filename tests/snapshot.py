"""A long story of the tests is told once in a process by the services; after that what it wrote is laid back.

Rows the story wrote are found by the transaction that wrote them and laid back in one round trip, with triggers off, for
what those wrote belongs to the story too. The moment of the first telling becomes that of the present transaction.
"""

import contextlib
import copy
from collections.abc import Callable

from django.db import connection, transaction

from connexcs.embedded import OWNER

TABLES = """
    SELECT c.oid::regclass::text, string_agg(format('%I', a.attname), ', ' ORDER BY a.attnum),
        string_agg(format('%I', a.attname), ', ') FILTER (WHERE a.attnum = ANY (i.indkey))
    FROM pg_class c JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace GROUP BY c.oid
"""
LAY = """
    INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns}
    FROM jsonb_populate_recordset(NULL::{table}, {rows}::jsonb) ON CONFLICT ({keys}) DO UPDATE SET ({columns}) = ROW ({new})
"""
WRITTEN = "SELECT quote_literal(jsonb_agg(to_jsonb(t))) FROM {table} t WHERE xmin::text::bigint >= {since}"
told: dict[tuple, tuple] = {}


def once(story: Callable, *args, key=None):
    """What `story(*args)` returns, told anew only by the first test of the process.

    The arguments come from the committed world or from stories told before, so their ids are the same in every test; `key`
    tells apart what a story writes with others. Rows that a story deletes of an earlier one are not followed.
    """
    if (story, key) not in told:
        with transaction.atomic():
            (since,) = ask("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")
            result = story(*args)
            told[story, key] = copy.deepcopy(result), written(since), moment()
        return result
    result, rows, then = told[story, key]
    lay(rows.replace(then, moment()))
    return copy.deepcopy(result)


def ask(sql: str) -> tuple:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()


def moment() -> str:
    """Now, as it stands in rows given as JSON."""
    return ask("SELECT to_jsonb(now()) #>> '{}'")[0]


@contextlib.contextmanager
def role(name: str):
    """Inside another role, as only the role of the tests itself may become any; afterwards the one before."""
    (before,) = ask("SELECT current_setting('role')")
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {name}")
        yield cursor
        cursor.execute(f"SET ROLE {before}")


def written(since: str) -> str:
    """The statements that lay back what transactions from `since` on have written."""
    statements = []
    with role(OWNER) as cursor:
        cursor.execute(TABLES)
        for table, columns, keys in cursor.fetchall():
            cursor.execute(WRITTEN.format(table=table, since=since))
            if (rows := cursor.fetchone()[0]) is not None:
                new = ", ".join(f"excluded.{column}" for column in columns.split(", "))
                statements.append(LAY.format(table=table, columns=columns, keys=keys, rows=rows, new=new))
    return ";".join(statements)


def lay(statements: str) -> None:
    """Only the role of the tests itself may switch triggers off; the owner then writes past row security."""
    with role("NONE") as cursor:
        cursor.execute(
            f"SET LOCAL session_replication_role = replica; SET ROLE {OWNER}; {statements};"
            "SET ROLE NONE; SET LOCAL session_replication_role = origin"
        )
