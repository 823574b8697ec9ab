"""Every route, every persona, every method: who is refused is refused by each of them alike, and nobody reads by writing.

GET is asked in tests/test_every_url.py; here the others, against what it answers.
"""

import pytest

from accounts.models import AuditEntry
from tests.isolation.conftest import difference
from tests.roles import as_owner
from tests.route_table import ROUTES
from tests.test_every_url import address, client_of, expected, written

OTHERS = ["head", "put", "patch", "delete", "options"]
READS_ONLY = {"support"}  # a superuser of reading groups may at least start the proof of access
LEAVING = {"account_logout", "accounts:view_as_end"}
PERSONAS = ["anonymous", "a_dormant", "a_gone", "closed_admin", "b_admin", "a1_admin", "a_reader", "a_user", "a_admin", "support", "superuser", "admin"]  # fmt: skip
KINDS = ["anonymous", "a_dormant", "b_admin", "a_reader", "a_admin"]  # one of each kind: the others differ in no lock


def answers(client, name, world, methods, undone):
    for method in methods:
        with undone(client):
            yield method, getattr(client, method)(address(name, ROUTES[name], world)).status_code


def compared(client, world, undone, persona, methods):
    """Each route asked by these methods, against what GET answers this persona."""
    client.get("/")
    for name in sorted(set(ROUTES) - LEAVING):
        route, before = ROUTES[name], written()
        wanted = expected(persona, route)
        for method, status in answers(client, name, world, methods, undone):
            where = (persona, name, method, status)
            if route.public or route.identity:
                assert status < 500, where
            elif wanted in (302, 403):
                assert status == wanted, where
            elif wanted == 404:
                assert status in (403, 404, 405), where
            else:
                assert status < 500, where
        if not (route.public or route.identity) and (wanted in (302, 403, 404) or persona in READS_ONLY):
            assert difference(before, written()) == {}, (persona, name)


@pytest.mark.parametrize("persona", PERSONAS)
def test_every_method_of_every_route_is_answered_as_get_is(world, login, undone, persona):
    compared(
        client_of(persona, world, login), world, undone, persona, ["post", *OTHERS] if persona in KINDS else ["post"]
    )


def test_a_method_that_no_screen_has_is_not_taken_for_reading(world, login):
    answer = login(world.a_admin).put("/management/customers/")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, POST")


def test_a_superuser_without_a_right_may_nothing(world, login, undone):
    """The flag alone opens no page, no list, no row of Django admin."""
    with as_owner():
        world.superuser.groups.get(role__isnull=False).role.areas.update(boxes=[])
    client = login(world.superuser)
    client.get("/")
    before = written()
    for name, route in ROUTES.items():
        if not (route.public or route.identity):
            for method, status in answers(client, name, world, ["get", "post"], undone):
                assert status == 403, (name, method)
    for path in ("/admin/", "/admin/accounts/user/", "/admin/resellers/customer/"):
        assert client.get(path).status_code == 403
    assert difference(before, written()) == {}


def test_each_refused_write_of_a_reader_stands_once_in_the_trail(world, login, undone):
    client = login(world.a_reader)
    refused = [
        name
        for name, route in ROUTES.items()
        if not (route.public or route.identity) and "a_reader" not in route.opens.split()
    ]
    assert len(refused) > 30
    for name in refused:
        before = denials()
        assert client.post(address(name, ROUTES[name], world), {"name": "x"}).status_code == 403
        assert denials() == before + 1, name


def denials() -> int:
    with as_owner():
        return AuditEntry.objects.filter(action="denied").count()
