"""A second tenant full of canaries, and requests that leave nothing behind."""

import contextlib

import pytest
from django.db import connection, transaction

from accounts.tenancy import register
from tests.planting import plant
from tests.roles import as_owner

CHANGES = "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables"
TRAIL = {"accounts_auditentry", "django_session", "usersessions_usersession", "connexcs_cache"}


@pytest.fixture
def planted(world):
    """The world with the tenant Z, whose every text and number carries a canary; `planted.rows`: {model: its row}."""
    world.rows = plant(world)
    return world


@pytest.fixture
def undone():
    """with undone(client): requests whose writes are taken back, and with them what the client was told to keep."""

    @contextlib.contextmanager
    def taken_back(client):
        cookies = client.cookies.copy()
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
        client.cookies = cookies

    return taken_back


@pytest.fixture
def written():
    """written() -> {table: rows written in this test until now}."""

    def counted():
        with connection.cursor() as cursor:
            cursor.execute(CHANGES)
            return dict(cursor.fetchall())

    return counted


def difference(before: dict, after: dict) -> dict:
    """{table: rows written} between two counts, without what every request may leave."""
    return {table: after[table] - before.get(table, 0) for table in after
            if after[table] != before.get(table, 0) and table not in TRAIL}  # fmt: skip


def everything(of=None) -> dict[str, int]:
    """{table: rows} as the owner counts them."""
    with as_owner():
        return {model._meta.db_table: model._base_manager.count() for model in of or register.tables}
