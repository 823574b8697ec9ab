"""Two moves that are harmless alone and a circle together: on a database of its own, with two connections."""

import contextlib
import threading

import psycopg2
import pytest

from connexcs.embedded import OWNER
from tests.database import CLUSTER, clone_database

MAKE = """
    INSERT INTO resellers_company (name, email, status, currency, time_zone, is_master, parent_id, created_at)
    VALUES (%s, 'x@x.test', 'active', 'USD', 'UTC', %s, %s, now()) RETURNING id
"""
MOVE = "UPDATE resellers_company SET parent_id = %s WHERE id = %s"
WAITING = """
    SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE NOT l.granted AND d.datname = %s
"""
LOST = """
    SELECT count(*) FROM resellers_company c WHERE NOT EXISTS (
        SELECT FROM resellers_companyclosure x JOIN resellers_company m ON m.id = x.ancestor_id
        WHERE x.descendant_id = c.id AND m.is_master)
"""


@pytest.fixture
def connect(db):
    """connect() -> a connection of the owner role to one fresh database; all are closed at the end."""
    with clone_database("moves") as name, contextlib.ExitStack() as open_ones:
        yield lambda: open_ones.enter_context(contextlib.closing(CLUSTER.connect(OWNER, name)))


def ask(connection, sql, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchone()[0] if cursor.description else None


def tree(connection) -> tuple[int, int]:
    """A root and two companies side by side below it; the ids of the two."""
    root = ask(connection, MAKE, "Root", True, None)
    left, right = ask(connection, MAKE, "Left", False, root), ask(connection, MAKE, "Right", False, root)
    connection.commit()
    return left, right


def move(connection, company, parent, outcome: list):
    try:
        ask(connection, MOVE, parent, company)
        connection.commit()
        outcome.append("moved")
    except psycopg2.Error as error:
        connection.rollback()
        outcome.append(error.diag.constraint_name or error.pgcode)


def test_two_moves_at_once_close_no_circle(connect):
    first, second, watcher = connect(), connect(), connect()
    watcher.autocommit = True
    left, right = tree(first)
    outcome = []
    ask(first, MOVE, right, left)  # open, holds the lock of moves
    other = threading.Thread(target=move, args=(second, right, left, outcome))
    other.start()
    name = watcher.info.dbname
    while other.is_alive() and not ask(watcher, WAITING, name):
        pass
    with contextlib.suppress(psycopg2.errors.DeadlockDetected):
        first.commit()
        outcome.append("moved")
    first.rollback()
    other.join()
    assert outcome.count("moved") == 1, outcome
    assert set(outcome) - {"moved"} <= {"company_no_circle", "40P01"}
    assert ask(watcher, LOST) == 0
    assert ask(watcher, "SELECT count(*) FROM resellers_companyclosure WHERE depth = 2") == 1
