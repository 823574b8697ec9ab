"""Every route x every persona x both tenants, walked from the resolver: a route without a row fails.

Own object and right: the page. No right: 403. Another tenant's object: 404, the very answer of an id that never was.
Nobody signed in, or no longer active: the login page.
"""

import re

import pytest
from django.urls import reverse

from accounts.checks import patterns
from tests.route_table import ROUTES
from tests.routes import EVERYBODY, PERSONAS

ADMIN = "admin"


def names():
    for path, pattern, namespaces in patterns():
        if namespaces[:1] != (ADMIN,):
            yield ":".join([*namespaces, pattern.name or path])


def test_every_route_has_a_row_and_every_row_a_route():
    assert set(names()) == set(ROUTES)


def address(name, route, world, tenant="a"):
    return reverse(name, kwargs=route.object(world, tenant) if route.object else {}) + route.query


def client_of(persona, world, login):
    return login(None if persona == "anonymous" else getattr(world, persona))


def expected(persona, route):
    """The status of GET for the object of tenant A (or of no tenant)."""
    if persona in ("anonymous", "a_gone"):
        return route.status if route.public else 302
    if route.public or (route.identity and route.opens == EVERYBODY):
        return route.status
    if persona not in route.opens.split():
        return 403
    if route.post:
        return 405
    if persona in route.special:
        return route.special[persona]
    return 404 if route.object and not route.shared and persona in ("b_admin", "b_reader", "a1_admin") else route.status


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_each_persona_gets_what_the_table_says(world, login, name):
    route = ROUTES[name]
    wanted = {persona: expected(persona, route) for persona in PERSONAS}
    got = {persona: client_of(persona, world, login).get(address(name, route, world)).status_code for persona in PERSONAS}
    if route.public or route.identity:  # these lead on as the person's state demands, but never fail and never refuse
        got = {persona: wanted[persona] if wanted[persona] == 200 and status == 302 else status for persona, status in got.items()}  # fmt: skip
    assert got == wanted


@pytest.mark.parametrize("name", sorted(n for n, route in ROUTES.items() if route.object and not route.public and not route.shared))
def test_foreign_and_unknown_objects_answer_alike(world, login, name):
    route = ROUTES[name]
    unknown = {key: 2**40 if isinstance(value, int) else "zzzz-zzzz" if len(str(value)) == 9 else "0" * 8 + "-0000-4000-8000-" + "0" * 12
               for key, value in route.object(world, "b").items()}  # fmt: skip
    client = login(world.a_admin)
    for method in ("get", "post"):
        foreign = getattr(client, method)(address(name, route, world, "b"))
        never = getattr(client, method)(reverse(name, kwargs=unknown))
        if "a_admin" not in route.opens.split():
            assert (foreign.status_code, never.status_code) == (403, 403)
            continue
        assert foreign.status_code == never.status_code, method
        assert foreign.status_code in (404, 405)
        assert normal(foreign) == normal(never)


def normal(response) -> str:
    """The body without what differs from request to request."""
    return re.sub(r'(csrfmiddlewaretoken" value="|hx-headers=[^ ]*|"X-CSRFToken": ")[^"]*', "", response.content.decode())


@pytest.mark.parametrize("name", sorted(name for name, route in ROUTES.items() if not route.public))
def test_reading_changes_no_row(world, login, name):
    from django.db import connection

    route = ROUTES[name]
    client = login(world.admin)
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables")
        before = dict(cursor.fetchall())
        client.get(address(name, route, world))
        cursor.execute("SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables")
        changed = {table for table, count in cursor.fetchall() if count != before.get(table, 0)}
    assert changed <= {"django_session", "usersessions_usersession", "accounts_auditentry", "connexcs_cache"}
