"""The unit of work: who is entered as what, what the database then refuses, and that nothing stays behind."""

import pytest
from django.db import DatabaseError, connection, transaction

from accounts import access, acl
from accounts.models import AuditEntry, User
from resellers.models import Company, CompanyGrant, Customer
from tests.roles import as_owner


def current_role():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_setting('transaction_read_only')")
        return cursor.fetchone()


def test_login_role_reads_no_tenant_table(world):
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        Customer.objects.count()


@pytest.mark.parametrize(
    ("name", "role"), [("admin", "acl_master"), ("a_admin", "acl_subtree"), ("b_admin", "acl_tenant")]
)
def test_each_kind_of_company_gets_its_role(world, name, role):
    with acl.acting_as(getattr(world, name)):
        assert current_role()[0] == role
    assert current_role()[0] == "connexcs_login"


def test_support_reads_only_whatever_the_method(world):
    with acl.acting_as(world.support):
        assert current_role() == ("acl_master", "on")


@pytest.mark.parametrize("name", ["a_gone", "closed_admin"])
def test_inactive_user_and_suspended_company_have_no_scope(world, name):
    with pytest.raises(acl.NoScope), acl.acting_as(getattr(world, name)):
        pass


def test_suspension_of_a_middle_company_reaches_everybody_below(world):
    with as_owner():
        Company.objects.filter(pk=world.companies.a.pk).update(status="suspended")
    with pytest.raises(acl.NoScope), acl.acting_as(world.a1_admin):
        pass


def test_second_enter_is_refused(world):
    with (
        acl.acting_as(world.b_admin),
        pytest.raises(DatabaseError, match="permission denied|already inside"),
        transaction.atomic(),
    ):
        acl.enter(world.admin)


def test_tenant_cannot_read_password_hashes(world):
    with acl.acting_as(world.b_admin), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        list(User.objects.defer(None).values("password"))


@pytest.mark.parametrize("sql", [
    "UPDATE accounts_user SET is_staff = true",
    "UPDATE accounts_user SET company_id = 1",
    "UPDATE accounts_user SET password = 'x'",
    "INSERT INTO accounts_user (email) VALUES ('x@example.test')",
    "DELETE FROM accounts_user",
    "DELETE FROM resellers_customer",
    "INSERT INTO resellers_companygrant (permission_id, group_id, content_object_id) VALUES (1, 1, 1)",
    "INSERT INTO ratecards_cardgrant (permission_id, group_id, content_object_id) VALUES (1, 1, 1)",
    "DELETE FROM ratecards_cardgrant",
    "INSERT INTO resellers_companyclosure (ancestor_id, descendant_id, depth) VALUES (1, 2, 1)",
    "UPDATE accounts_role SET default_boxes = '{create,read,update,delete}'",
    "INSERT INTO accounts_auditentry (action) VALUES ('x')",
    "SELECT * FROM accounts_auditentry",
    "SELECT * FROM django_session",
    "SELECT * FROM mfa_authenticator",
    "TRUNCATE resellers_customer",
    "SET LOCAL row_security = off; SELECT * FROM resellers_customer",
])  # fmt: skip
def test_tenant_role_is_refused_what_is_not_its_own(world, sql):
    with (
        acl.acting_as(world.a_admin),
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)


def test_writes_for_another_tenant_are_refused(world):
    with acl.acting_as(world.b_admin):
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Customer.objects.create(company=world.companies.a, name="Smuggled")
        assert Customer.objects.filter(company=world.companies.a).update(notes="x") == 0


def test_a_tenant_never_writes_its_own_company_row(world):
    with acl.acting_as(world.a_admin):
        assert Company.objects.filter(pk=world.companies.a.pk).update(status="active") == 0


def test_user_cannot_join_a_master_group_or_a_tenant_group(world):
    foreign = [world.roles.admins.pk, world.companies.b.tenant_group_id]
    for group in foreign:
        with acl.acting_as(world.a_admin), pytest.raises(DatabaseError), transaction.atomic():
            User.groups.through.objects.create(user_id=world.a_user.pk, group_id=group)


def test_wrong_guardian_grant_is_refused_by_its_trigger(world):
    with as_owner():
        grant = CompanyGrant.objects.get(content_object=world.companies.b)
        with pytest.raises(DatabaseError, match="own tenant group"), transaction.atomic():
            CompanyGrant.objects.create(permission=grant.permission, group_id=world.companies.a.tenant_group_id,
                                        content_object=world.companies.b)  # fmt: skip


def test_no_right_no_rows(world):
    with acl.acting_as(world.a_dormant):
        assert not access.visible(world.a_dormant, Customer).exists()
        assert not access.rights_of(world.a_dormant).held


def test_rights_are_asked_of_another_user_by_the_same_rule(world):
    with acl.acting_as(world.admin):
        assert set(access.visible(world.b_admin, Customer).values_list("company_id", flat=True)) == {
            world.companies.b.pk
        }
        assert not access.may(world.b_admin, "carrier.view")


@pytest.mark.parametrize("sql", ["UPDATE accounts_auditentry SET label = 'x'", "DELETE FROM accounts_auditentry",
                                 "TRUNCATE accounts_auditentry"])  # fmt: skip
def test_audit_is_append_only_even_for_the_owner(world, sql):
    with as_owner():
        assert AuditEntry.objects.exists()
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_raw_sql_leaves_a_trail_with_its_actor(world):
    with acl.acting_as(world.b_admin), connection.cursor() as cursor:
        cursor.execute("UPDATE resellers_customer SET notes = 'raw'")
    with as_owner():
        entry = AuditEntry.objects.filter(table="resellers_customer", action="update").first()
    assert (entry.actor, entry.company, entry.changes) == (
        world.b_admin.pk,
        world.companies.b.pk,
        {"notes": ["", "raw"]},
    )
