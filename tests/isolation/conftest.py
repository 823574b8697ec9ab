"""A second tenant full of canaries, and requests that leave nothing behind."""

import contextlib

import pytest
from django.db import transaction
from django.urls import resolve, reverse

from accounts.tenancy import register
from tests.crawl import forms_of, text_of
from tests.planting import plant
from tests.roles import as_owner
from tests.route_table import ROUTES
from tests.test_every_url import TRAIL, address
from tests.view_as.test_same_pages import TIMED

DRAWN = {"mfa_activate_totp"}  # a secret drawn anew each time


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


def name_of(path: str) -> str:
    return resolve(path.partition("?")[0]).view_name


def own(world):
    return [address(name, route, world) for name, route in ROUTES.items() if not route.public and name not in TIMED]


def kind_of(form) -> tuple:
    return name_of(form.action), form.method


def writing(forms):
    """The forms, without the buttons that end the session."""
    return [form for form in forms if form.action not in (reverse("account_logout"), reverse("accounts:view_as_end"))]


@pytest.fixture(scope="session")
def forms_found():
    """The forms of A's pages by their kind: the world is the same in every test, so they are looked for once a process."""
    return {}


@pytest.fixture
def forms(planted, login, forms_found):
    """The forms and buttons of A's pages, one of each kind, with a client that sends them."""
    client = login(planted.a_admin)
    client.get("/")  # the first request of a session notes it
    for path in [] if forms_found else ["/", *own(planted)]:
        for form in writing(forms_of(path, text_of(client.get(path)))):
            forms_found.setdefault(kind_of(form), form)
    assert len(forms_found) > 25
    return client, list(forms_found.values())
