"""A second tenant full of canaries, and requests that leave nothing behind."""

import contextlib

import pytest
from django.db import transaction

from accounts.tenancy import register
from tests.planting import plant
from tests.roles import as_owner
from tests.test_every_url import TRAIL


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


def difference(before: dict, after: dict) -> dict:
    """{table: rows written} between two counts, without what every request may leave."""
    return {table: after[table] - before.get(table, 0) for table in after
            if after[table] != before.get(table, 0) and table not in TRAIL}  # fmt: skip


def everything(of=None) -> dict[str, int]:
    """{table: rows} as the owner counts them."""
    with as_owner():
        return {model._meta.db_table: model._base_manager.count() for model in of or register.tables}
