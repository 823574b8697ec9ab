"""Writing a test's world as the owner role, in the test's own transaction."""

import contextlib

from django.db import connection

from connexcs.embedded import OWNER


@contextlib.contextmanager
def as_owner():
    """Inside: no row security, as a migration would see the tables. Afterwards deferred law is asked, then the login role."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {OWNER}")
        yield
        if connection.in_atomic_block:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("RESET ROLE")  # to the login role, which the connection starts with


@contextlib.contextmanager
def damaging():
    """Inside: the owner role with no trigger and no foreign key asked, as a failing disk asks none."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(f"SET ROLE NONE; SET LOCAL session_replication_role = replica; SET ROLE {OWNER}")
        yield cursor
        cursor.execute(f"SET ROLE NONE; SET LOCAL session_replication_role = origin; SET ROLE {OWNER}")
