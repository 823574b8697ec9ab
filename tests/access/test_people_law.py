"""The law of people and companies, broken by raw SQL by the role that could: each refusal by its name."""

import pytest
from django.db import DatabaseError, connection, transaction

from accounts import acl
from accounts.models import Job
from resellers.models import Company
from tests.roles import as_owner


def refused(sql, params=()):
    """The name of what refused the statement, asked at once and not at commit."""
    with pytest.raises(DatabaseError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return acl.constraint_of(caught.value) or caught.value.__cause__.pgcode


INVITE = """INSERT INTO accounts_invitation (email, name, company_id, role_id, is_staff, time_zone, digest, invited_by_id,
    created_at, expires_at) VALUES ('x@example.test', 'X', %s, %s, false, 'UTC', sha256('x'), %s, now(), now() + %s::interval)"""


def test_owner_cannot_put_a_user_into_another_tenants_group(world):
    with as_owner():
        assert refused("INSERT INTO accounts_user_groups (user_id, group_id) VALUES (%s, %s)",
                       [world.a_user.pk, world.companies.b.tenant_group_id]) == "tenant_group_law"  # fmt: skip


def test_owner_cannot_take_a_user_out_of_the_group_of_his_company(world):
    with as_owner():
        assert refused("DELETE FROM accounts_user_groups WHERE user_id = %s AND group_id = %s",
                       [world.a_user.pk, world.companies.a.tenant_group_id]) == "tenant_group_law"  # fmt: skip


def test_no_rights_hang_on_a_tenant_group_and_none_is_renamed_or_removed(world):
    group = world.companies.b.tenant_group_id
    with as_owner():
        assert refused("INSERT INTO accounts_role (group_id, name, audience, is_active, description, default_boxes, known_areas)"
                       " VALUES (%s, 'Sly', 'reseller', true, '', '{}', '{}')", [group]) == "tenant_group_fixed"  # fmt: skip
        assert refused("UPDATE auth_group SET name = 'tenant' WHERE id = %s", [group]) == "tenant_group_fixed"
        assert refused("DELETE FROM auth_group WHERE id = %s", [group]) == "tenant_group_fixed"


def test_user_without_a_group_of_the_right_audience_is_refused_at_commit(world):
    with as_owner():
        assert refused("DELETE FROM accounts_user_groups WHERE user_id = %s AND group_id = %s",
                       [world.a_user.pk, world.roles.resellers.pk]) == "user_has_group"  # fmt: skip
        assert refused("INSERT INTO accounts_user_groups (user_id, group_id) VALUES (%s, %s)",
                       [world.a_user.pk, world.roles.admins.pk]) == "user_has_group"  # fmt: skip


def test_staff_belongs_to_the_master(world):
    with as_owner():
        assert refused("UPDATE accounts_user SET is_staff = true WHERE id = %s", [world.a_user.pk]) == "staff_is_master"


def test_a_tenant_invites_in_his_own_name_alone(world):
    for inviter in (None, world.a_user.pk, world.b_admin.pk, world.admin.pk):
        with acl.acting_as(world.a_admin):
            assert refused(INVITE, [world.companies.a.pk, world.roles.readers.pk, inviter, "1 day"]) == "42501"


def test_an_invitation_is_short_and_stays_dead(world):
    with as_owner():
        assert refused(INVITE, [world.companies.a.pk, world.roles.readers.pk, None, "9 years"]) == "invitation_term"
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE accounts_invitation SET withdrawn_at = now() WHERE id = %s", [world.invitations["a"].pk]
            )
        assert refused("UPDATE accounts_invitation SET withdrawn_at = NULL") == "invitation_stays_dead"


def test_nobody_gives_himself_a_group(world):
    with acl.acting_as(world.a_user):
        assert refused("INSERT INTO accounts_user_groups (user_id, group_id) VALUES (%s, %s)",
                       [world.a_user.pk, world.roles.managers.pk]) == "42501"  # fmt: skip


def test_a_job_is_asked_for_in_ones_own_name(world):
    with acl.acting_as(world.a_user), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        Job.objects.create(key="00000000-0000-4000-8000-000000000001", kind="build_card", subject="x", actor=world.a_admin,
                           company=world.companies.a)  # fmt: skip


def test_a_jobs_actor_is_of_its_company(world):
    with as_owner():
        assert (
            refused("UPDATE accounts_job SET actor_id = %s WHERE id = %s", [world.b_admin.pk, world.jobs["a"].pk])
            == "job_actor_company"
        )


def test_a_closed_company_gets_nothing_new(world):
    with as_owner():
        Company.objects.filter(pk=world.companies.a1.pk).update(status="closed")
        assert refused("INSERT INTO resellers_customer (company_id, name, email, status, currency, debit_limit, notes, created_at)"
                       " VALUES (%s, 'Late', '', 'active', 'USD', 0, '', now())", [world.companies.a1.pk]) == "customer_company_open"  # fmt: skip
        assert refused("INSERT INTO resellers_company (parent_id, is_master, name, email, status, currency, time_zone, created_at)"
                       " VALUES (%s, false, 'Late', 'l@example.test', 'active', 'USD', 'UTC', now())",
                       [world.companies.a1.pk]) == "company_parent_open"  # fmt: skip
        assert (
            refused(INVITE, [world.companies.a1.pk, world.roles.readers.pk, None, "1 day"]) == "invitation_company_open"
        )


def test_what_the_carrier_shut_the_parent_cannot_open(world):
    with acl.acting_as(world.admin):
        Company.objects.filter(pk=world.companies.a1.pk).update(status="suspended")
    with acl.acting_as(world.a_admin):
        assert (
            refused("UPDATE resellers_company SET status = 'active' WHERE id = %s", [world.companies.a1.pk])
            == "company_shut_by"
        )
    with acl.acting_as(world.admin):
        assert Company.objects.filter(pk=world.companies.a1.pk).update(status="active") == 1


def test_what_the_parent_shut_the_carrier_opens(world):
    with acl.acting_as(world.a_admin):
        Company.objects.filter(pk=world.companies.a1.pk).update(status="suspended")
    with acl.acting_as(world.admin):
        assert Company.objects.filter(pk=world.companies.a1.pk).update(status="active") == 1


def test_a_debit_limit_is_a_number(world):
    with acl.acting_as(world.a_admin):
        assert refused("UPDATE resellers_customer SET debit_limit = 'NaN'") == "customer_debit_limit"


def test_a_tenant_learns_nothing_of_other_users_from_the_functions(world):
    with acl.acting_as(world.a_admin):
        assert refused("SELECT * FROM acl.resolve(%s)", [world.b_admin.pk]) == "42501"
        assert refused("SELECT acl.has_account('b_admin@example.test')") == "42501"


def test_a_tenants_record_is_noted_under_its_own_company(world):
    with acl.acting_as(world.a_admin), connection.cursor() as cursor:
        cursor.execute("""SELECT acl.record('{"action": "forged", "company": %s}')""", [world.companies.b.pk])
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT company FROM accounts_auditentry WHERE action = 'forged'")
        assert cursor.fetchone()[0] == world.companies.a.pk
