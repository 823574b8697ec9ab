"""One lock open, the other holds: no page of reseller A shows a row of B."""

import pytest
from django.db import connection

from accounts import access
from accounts.tenancy import register
from tests.canaries import of_tenant
from tests.crawl import crawl, text_of
from tests.roles import as_owner
from tests.route_table import ROUTES
from tests.test_every_url import address

LISTS = ["/management/customers/", "/setup/settings/users/", "/setup/advanced/reseller-accounts/"]


def starts(world):
    """The dashboard, every address of B's objects, and every list: what a link cannot reach, a guess can."""
    own = [address(name, route, world, "a") for name, route in ROUTES.items() if not route.public]
    foreign = [address(name, route, world, "b") for name, route in ROUTES.items() if route.object and not route.public]
    return ["/", *own, *foreign]


def shown(pages, world):
    words = of_tenant(world, "b")
    return {(path, word) for path, body in pages.items() for word in words if word in body}


@pytest.mark.parametrize("persona", ["a_admin", "a_reader", "a1_admin"])
def test_nothing_of_b_with_both_locks(world, login, persona):
    pages = crawl(login(getattr(world, persona)), starts(world))
    assert len(pages) > 20
    assert shown(pages, world) == set()


def test_nothing_of_b_when_guardian_answers_everything(world, login, monkeypatch):
    monkeypatch.setattr(access, "granted", lambda user: access.Scope(everything=True))
    assert shown(crawl(login(world.a_admin), starts(world)), world) == set()


def test_nothing_of_b_when_row_security_is_off(world, login):
    with as_owner(), connection.cursor() as cursor:
        for table in register.tables.values():
            cursor.execute(f'ALTER TABLE "{table.name}" NO FORCE ROW LEVEL SECURITY')
            cursor.execute(f'ALTER TABLE "{table.name}" DISABLE ROW LEVEL SECURITY')
    assert shown(crawl(login(world.a_admin), starts(world)), world) == set()


def test_with_both_open_the_crawl_would_notice(world, login, monkeypatch):
    """The proof that the three above can fail."""
    monkeypatch.setattr(access, "granted", lambda user: access.Scope(everything=True))
    with as_owner(), connection.cursor() as cursor:
        for table in register.tables.values():
            cursor.execute(f'ALTER TABLE "{table.name}" NO FORCE ROW LEVEL SECURITY')
            cursor.execute(f'ALTER TABLE "{table.name}" DISABLE ROW LEVEL SECURITY')
    client = login(world.a_admin)
    pages = {path: text_of(client.get(path)) for path in LISTS}
    seen = shown(pages, world)
    assert {word for _, word in seen} >= {"Customer b 0", "Company b", "b_admin@example.test"}
