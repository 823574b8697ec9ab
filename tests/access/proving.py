"""Faults for the proof of access: planted by a superuser past every law, in a transaction that is rolled back."""

import contextlib

from django.db import connections, transaction

from accounts import proof
from connexcs.embedded import OWNER, SUPERUSER

ALIAS = "superuser"


@contextlib.contextmanager
def superuser():
    """A cursor of the superuser in this process's database; nothing of it is kept."""
    default = connections["default"].settings_dict
    connections.databases[ALIAS] = default | {"USER": SUPERUSER, "OPTIONS": {}}
    try:
        with transaction.atomic(using=ALIAS), connections[ALIAS].cursor() as cursor:
            yield cursor
            transaction.set_rollback(True, using=ALIAS)
    finally:
        connections[ALIAS].close()
        del connections.databases[ALIAS], connections[ALIAS]


def plant(cursor, sql):
    """Past triggers and foreign keys, as a restored dump or a careless administrator would."""
    cursor.execute("SET LOCAL session_replication_role = replica")
    cursor.execute(sql)
    cursor.execute("SET LOCAL session_replication_role = origin")


def found(cursor):
    """What the proof finds, as the owner role, who needs no more than that."""
    cursor.execute(f"SET LOCAL ROLE {OWNER}")
    findings = proof.findings(cursor)
    cursor.execute("RESET ROLE")
    return findings


def kinds(findings):
    return {one.kind for one in findings if one.severity != proof.NOTICE}
