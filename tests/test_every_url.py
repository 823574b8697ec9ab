"""Every route x every persona, walked from the resolver: a route without a row fails.

Own object and right: the page. No right: 403. Another tenant's object: 404, the very answer of an id that never was
(tests/isolation asks that to the byte, and every other method). Nobody signed in, or no longer active: the login page.
"""

import pytest
from django.db import connection
from django.urls import reverse

from accounts.checks import patterns
from tests.route_table import ROUTES
from tests.routes import EVERYBODY, PERSONAS

ADMIN = "admin"
LEAVING = {"account_logout"}  # what may end the session
TRAIL = {
    "django_session",
    "usersessions_usersession",
    "accounts_auditentry",
    "connexcs_cache",
}  # what every request may write


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


@pytest.mark.parametrize("persona", PERSONAS)
def test_each_persona_gets_what_the_table_says_and_reading_changes_no_row(world, login, persona):
    client, wrong, changed = client_of(persona, world, login), {}, {}
    for name, route in sorted(ROUTES.items()):
        if name in LEAVING:
            client = client_of(persona, world, login)
        before = written()
        wanted, got = expected(persona, route), client.get(address(name, route, world)).status_code
        leads_on = route.public or route.identity  # as the person's state demands, but never fails and never refuses
        if got != wanted and not (leads_on and (wanted, got) == (200, 302)):
            wrong[name] = (wanted, got)
        if not route.public:
            changed[name] = {table for table, count in written().items() if count != before.get(table, 0)} - TRAIL
    assert wrong == {}
    assert {name: tables for name, tables in changed.items() if tables} == {}


def written() -> dict[str, int]:
    """{table: rows written in this test until now}."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables")
        return dict(cursor.fetchall())
