"""Two ways to see both sides of one moment: beside the login role somebody who sees every row.

Each opens the transaction in which `rows.compare` works and yields its `every_row`. All of it reads one snapshot, so
what people change meanwhile makes no difference between the sides.
"""

import contextlib
from collections.abc import Callable, Iterator

from django.db import connection, connections, transaction

from accounts import acl
from accounts.models import User
from accounts.proof.rows import entered

REPEATABLE = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"
LIMITS = """SELECT set_config('statement_timeout', '600s', true), set_config('idle_in_transaction_session_timeout', '600s', true)"""


@contextlib.contextmanager
def of_owner() -> Iterator[Callable]:
    """For a command: a second connection, of the owner role, which no policy binds, on the same snapshot."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute(f"{REPEATABLE} READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        with moment(snapshot):
            yield owner_in_place


@contextlib.contextmanager
def owner_in_place() -> Iterator[None]:
    """Inside, the default alias is the owner's open connection: the rule of access names no alias."""
    login = connections["default"]
    connections["default"] = connections["owner"]
    try:
        yield
    finally:
        connections["default"] = login


@contextlib.contextmanager
def of_master(user: User) -> Iterator[Callable]:
    """For a job, which has no owner role at hand: units of a user of the master company, to whom every row is open.

    Raises acl.NoScope when he is not active any more.
    """
    with moment():
        yield lambda: entered(user)


@contextlib.contextmanager
def moment(snapshot: str | None = None) -> Iterator[None]:
    """A transaction of the login role that sees one snapshot; inside another transaction that one decides."""
    nested = connection.in_atomic_block
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            if not nested:
                cursor.execute(REPEATABLE)
            if snapshot:
                cursor.execute("SET TRANSACTION SNAPSHOT %s", [snapshot])
            cursor.execute(LIMITS)
            yield
    finally:
        acl.forget()
