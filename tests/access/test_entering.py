"""What entering tells the first lock: no more than the user's own eyes show, of nobody else, and not for longer than a unit."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts import access, acl, rights
from accounts.models import Role
from accounts.services import standing
from resellers.models import Company, Customer
from resellers.services.companies import create_company
from tests.roles import as_owner

WHO_ENTER = [
    "admin",
    "support",
    "superuser",
    "a_admin",
    "a_user",
    "a_reader",
    "a_dormant",
    "a1_admin",
    "b_admin",
    "b_reader",
]


def asked(sql: str, *params):
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


@pytest.mark.parametrize("name", WHO_ENTER)
def test_rights_and_reach_of_the_actor_cost_no_statement(world, acting, name):
    user = getattr(world, name)
    with acting(user), CaptureQueriesContext(connection) as captured:
        held, reach = access.rights_of(user).held, access.scope(user)
    assert not captured.captured_queries
    assert bool(held) == (name != "a_dormant") and (reach.everything or user.company_id in reach.companies)


@pytest.mark.parametrize("name", WHO_ENTER)
def test_what_is_told_is_what_the_users_own_eyes_show(world, acting, name):
    user = getattr(world, name)
    with acting(user):
        told = acl.told(user)
        assert [tuple(row) for row in told.said] == rights.said_to([user.pk])
        assert [told.granted] == asked("SELECT * FROM acl.granted_to(%s)", user.pk)


def test_nothing_is_told_of_others(world, acting):
    with acting(world.a_admin):
        assert acl.told(world.a_reader) is acl.told(world.b_admin) is None
        assert access.rights_of(world.a_reader).held < access.rights_of(world.a_admin).held
        assert not access.rights_of(world.b_admin).held and not access.visible(world.b_admin, Customer).exists()
    assert acl.told(world.a_admin) is None


def test_a_unit_cannot_ask_as_the_owner_what_others_are_told(world):
    with acl.acting_as(world.a_admin):
        for sql in ("SELECT * FROM acl.told_of(%s)", "SELECT * FROM acl.enter(%s, 1, true, NULL, '')"):
            with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
                asked(sql, world.b_admin.pk)
        assert asked("SELECT * FROM acl.granted_to(%s)", world.b_admin.pk) == [([], [], [], False)]
        assert asked("SELECT * FROM acl.said_to(%s)", [world.b_admin.pk]) == []


def test_a_demotion_counts_in_the_next_unit_of_the_same_connection(world):
    role = Role.objects.filter(group__user=world.a_admin)
    for _ in range(7):  # more often than the database needs to settle on a plan for good
        with acl.acting_as(world.a_admin):
            assert access.may(world.a_admin, "customer.create")
    with as_owner():
        role.update(is_active=False)
    with acl.acting_as(world.a_admin):
        assert not access.rights_of(world.a_admin).held
    with as_owner():
        role.update(is_active=True)
        Company.objects.filter(pk=world.companies.a1.pk).update(status="suspended")
    with acl.acting_as(world.a_admin):
        assert access.may(world.a_admin, "customer.create")
    with pytest.raises(acl.NoScope), acl.acting_as(world.a1_admin):
        pass


def test_units_of_all_roles_take_turns_on_one_connection(world):
    """One plan serves them all; whose eyes read is none of its business."""
    for _ in range(3):
        seen = {}
        for name in ("admin", "b_admin", "a_admin"):
            user = getattr(world, name)
            with acl.acting_as(user):
                seen[name] = set(access.visible(user, Customer).values_list("company__name", flat=True))
        assert seen["b_admin"] == {"Company b"} and seen["a_admin"] == {"Company a", "Company a1"}
        assert seen["admin"] > seen["a_admin"] | seen["b_admin"]


def test_after_a_company_was_made_all_is_asked_anew(world, acting):
    with acting(world.a_admin):
        before = access.scope(world.a_admin).companies
        made = create_company(actor=world.a_admin, parent=world.companies.a, name="Fresh", email="", currency="USD",
                              time_zone="UTC")  # fmt: skip
        assert acl.told(world.a_admin) is None
        assert set(access.scope(world.a_admin).companies) - set(before) == {made.pk}
        assert access.may(world.a_admin, "customer.create")


def test_who_holds_the_standing_of_all_asks_anew(world, acting):
    """What he was told may have changed while he waited for it."""
    with acting(world.a_admin):
        assert access.may(world.a_admin, "customer.create") and access.scope(world.a_admin)
        standing.hold()
        assert acl.told(world.a_admin) is None
        with CaptureQueriesContext(connection) as captured:
            assert access.may(world.a_admin, "customer.create") and access.scope(world.a_admin)
    assert len(captured.captured_queries) == 2
