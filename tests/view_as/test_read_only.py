"""While a look lasts nothing is written: by no method, on no route, past no lock."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from accounts import acl
from resellers.models import Customer
from tests.route_table import ROUTES
from tests.view_as.looks import eyes

METHODS = ("post", "put", "delete")
LEAVING = {"accounts:view_as_end", "account_logout"}
CHANGES = "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables"


def counted():
    with connection.cursor() as cursor:
        cursor.execute(CHANGES)
        return dict(cursor.fetchall())


def path_of(name, world, key):
    route = ROUTES[name]
    return reverse(name, kwargs=route.object(world, key) if route.object else {})


def test_every_write_on_every_route_is_refused_in_words_and_writes_nothing(world, look):
    client = look(world.a_admin)
    before = counted()
    for name in sorted(set(ROUTES) - LEAVING):
        for method in METHODS:
            answer = getattr(client, method)(path_of(name, world, "a"), {"name": "x"})
            assert answer.status_code == 403, (name, method)
            assert answer.content.decode().count("view-as only reads") == 1, (name, method)
    changed = {table for table, count in counted().items() if count != before.get(table, 0)}
    assert changed <= {"accounts_auditentry"}
    assert eyes(client) == world.a_admin.email


def test_reading_writes_nothing_either(world, look):
    client = look(world.a_admin)
    for name in sorted(set(ROUTES) - LEAVING):
        before = counted()
        client.get(path_of(name, world, "a"))
        changed = {table for table, count in counted().items() if count != before.get(table, 0)}
        assert changed <= {"accounts_auditentry"}, name


def test_identity_pages_of_the_person_stay_shut(world, look):
    client = look(world.a_admin)
    names = {name for name, route in ROUTES.items() if route.identity} - LEAVING
    assert len(names) > 10
    for name in names:
        answer = client.get(path_of(name, world, "a"))
        assert answer.status_code == 403 and "belongs to a_admin@example.test alone" in answer.content.decode(), name


def test_django_admin_stays_shut(world, look):
    client = look(world.a_admin)
    for path in ("/admin/", "/admin/accounts/user/", "/admin/logout/"):
        assert client.get(path).status_code == 403 and client.post(path).status_code == 403


def test_database_refuses_a_write_that_passed_every_view(world, look):
    look(world.a_admin)
    with acl.acting_as(world.a_admin, real=world.admin):
        assert Customer.objects.exists()
        with pytest.raises(DatabaseError, match="read-only transaction"), transaction.atomic():
            Customer.objects.update(notes="x")
