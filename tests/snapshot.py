"""A long story of the tests is told once in a process by the services; after that what it wrote is laid back.

Rows the story wrote are found by the transaction that wrote them and laid back in one round trip, with triggers off, for
what those wrote belongs to the story too. The moment of the first telling becomes that of the present transaction.
"""

import copy
from collections.abc import Callable

from django.db import connection, transaction

from connexcs.embedded import OWNER
from tests.roles import as_owner

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
told: dict[Callable, tuple] = {}


def once(story: Callable, *args):
    """What `story(*args)` returns, told anew only by the first test of the process; rows it deletes are not followed."""
    if story not in told:
        with transaction.atomic():
            since = value("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")
            result = story(*args)
            told[story] = copy.deepcopy(result), written(since), value("SELECT to_jsonb(now())::text")
        return result
    result, rows, moment = told[story]
    lay(rows.replace(moment.strip('"'), value("SELECT to_jsonb(now())::text").strip('"')))
    return copy.deepcopy(result)


def value(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def written(since: str) -> str:
    """The statements that lay back what transactions from `since` on have written."""
    statements = []
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(TABLES)
        for table, columns, keys in cursor.fetchall():
            cursor.execute(
                f"SELECT quote_literal(jsonb_agg(to_jsonb(t))) FROM {table} t WHERE xmin::text::bigint >= {since}"
            )
            if (rows := cursor.fetchone()[0]) is not None:
                new = ", ".join(f"excluded.{column}" for column in columns.split(", "))
                statements.append(LAY.format(table=table, columns=columns, keys=keys, rows=rows, new=new))
    return ";".join(statements)


def lay(statements: str) -> None:
    """Only the role of the tests itself may switch triggers off; the owner then writes past row security."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SET ROLE NONE; SET LOCAL session_replication_role = replica; SET ROLE {OWNER}; {statements};"
            "SET ROLE NONE; SET LOCAL session_replication_role = origin; RESET ROLE"
        )
