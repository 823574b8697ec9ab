"""The second lock alone: plain SQL and plain managers in a reseller's unit, table by table as the register has them."""

import itertools

import pytest
from django.db import DatabaseError, connection, models, transaction
from django.db.models import Q

from accounts import acl
from accounts.models import SupportAccess
from accounts.rowsecurity import ROLES
from accounts.tenancy import MASTER, OWN, SHARED, register
from ratecards.models import Activation, Cancellation, CardAssignment, CardGrant, CardParent, DraftRow, Revision
from resellers.models import Company, CompanyNote
from tests.roles import as_owner

TABLES = {table.name: table for table in register.tables.values()}
PERSONAS = {"a_admin": "b", "b_admin": "a"}  # one reads down a tree, one has nobody below: whose rows are foreign
FILLED = {  # a value that every row of the table may take
    "accounts_user": "time_zone = 'UTC'", "resellers_company": "time_zone = 'UTC'", "resellers_companynote": "text = 'x'",
    "resellers_customer": "notes = 'x'", "ratecards_ratecard": "public_notes = 'x'", "ratecards_cardprivate": "notes = 'x'",
    "ratecards_cardparent": "position = 7", "ratecards_profitrule": "value = 1", "ratecards_draftrow": "cost = 1",
    "accounts_job": "error = 'x'",
}  # fmt: skip
DELETED = ("ratecards_cardparent", "ratecards_profitrule", "ratecards_draftrow", "resellers_customertemplate")
MADE = [name for name, table in TABLES.items() if table.insert and "acl_tenant" in table.writers]


def by_persona(names):
    pairs = list(itertools.product(PERSONAS, names))
    return pytest.mark.parametrize(("persona", "name"), pairs, ids=[f"{persona}-{name}" for persona, name in pairs])


@pytest.fixture
def full(world):
    """A row of every table for both A and B: what the world of all tests has no need for."""
    with as_owner():
        for key in ("a", "b"):
            company, card = getattr(world.companies, key), world.cards[f"Private retail {key}"]
            CompanyNote.objects.create(company=company, owner_id=company.parent_id, text=f"Note about {key}")
            source = CardAssignment.objects.get(company=company, card=world.cards[f"Private wholesale {key}"])
            CardParent.objects.create(card=card, owner=company, assignment=source, position=1)
            draft, live = (Revision.objects.get(card=card, state=state) for state in ("draft", "ready"))
            DraftRow.objects.create(revision=draft, card=card, owner=company, prefix="7")
            begun = Activation.objects.create(card=card, owner=company, revision=live, live_from="2030-01-01T00:00Z",
                                              recorded_at="2026-01-01T00:00Z")  # fmt: skip
            Cancellation.objects.create(activation=begun, card=card, owner=company)
        with connection.cursor() as cursor:
            for user in (world.a_admin, world.b_admin):
                cursor.execute("SELECT acl.begin_view_as(%s, %s, 'Ticket 4711: prices')", [world.admin.pk, user.pk])
    return world


def scope_of(world, persona, table):
    """Who is in reach of A's and B's administrators, told without either lock."""
    ids = [getattr(world.companies, persona[0]).pk]
    return ids + ([world.companies.a1.pk] if persona == "a_admin" and table.reach != OWN else [])


def theirs(world, persona, table) -> models.QuerySet:
    """The rows of a table that are in reach, as the owner would say."""
    rows, company = table.model._default_manager.all(), getattr(world.companies, persona[0])
    if table.model is CardGrant:
        return rows.filter(group=company.tenant_group_id)
    if table.reach == SHARED:
        return rows.filter(**dict(table.shared))
    found = Q(pk__in=())
    for path in table.paths:
        found |= Q(**{f"{path}__in": scope_of(world, persona, table)})
    if table.cards:
        found |= Q(
            **{f"{table.cards}__in": CardAssignment.objects.filter(company=company, ended_at=None).values("card")}
        )
    return rows.filter(found)


def has_foreign_rows(table) -> bool:
    return table.reach != MASTER and (table.reach != SHARED or bool(table.shared))


@by_persona([name for name, table in TABLES.items() if has_foreign_rows(table)])
def test_no_foreign_row_is_read(full, acting, persona, name):
    table, user = TABLES[name], getattr(full, persona)
    with as_owner():
        mine = set(theirs(full, persona, table).values_list("pk", flat=True))
        foreign = set(table.model._default_manager.values_list("pk", flat=True)) - mine
    assert foreign, "no foreign row to be read"
    with acting(user):
        acl.open_cards([card.pk for card in full.cards.values()])
        shown = set(
            table.model._default_manager.order_by().values_list("pk", flat=True)
        )  # an order may join other tables
    assert shown & foreign == set()
    assert shown or name in ("ratecards_carrier", "resellers_companynote")  # the owner of both is the company above


@by_persona([name for name, table in TABLES.items() if table.reach == MASTER])
def test_what_is_the_masters_is_no_table_to_a_reseller(world, acting, persona, name):
    with acting(getattr(world, persona)), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        TABLES[name].model._default_manager.exists()


@by_persona(MADE)
def test_no_row_is_made_for_others(full, acting, persona, name):
    """A row of the other company, put in once more: refused by row security before any other law is asked."""
    model, other = TABLES[name].model, getattr(full.companies, PERSONAS[persona])
    fields = [one for one in model._meta.concrete_fields if not (one.generated or isinstance(one, models.AutoField))]
    with as_owner(), connection.cursor() as cursor:
        columns = ", ".join(f'"{one.column}"' for one in fields)
        cursor.execute(
            f"SELECT {columns} FROM {name} WHERE {model._meta.pk.column} = %s", [one_of(full, other, TABLES[name]).pk]
        )
        values = cursor.fetchone()
        if name == "accounts_job" or name == "accounts_invitation":
            values = in_the_name_of(getattr(full, persona), fields, values)
    again = f"INSERT INTO {name} ({columns}) VALUES ({', '.join(['%s'] * len(values))})"
    refused = pytest.raises(DatabaseError, match="row-level security")
    with acting(getattr(full, persona)), connection.cursor() as cursor, refused, transaction.atomic():
        cursor.execute(again, adapted(fields, values))


def one_of(full, company, table):
    """A row of the company that another trigger would not refuse as a copy of itself."""
    if table.model is Company:
        return company
    rows = table.model._default_manager.filter(**{table.paths[0]: company})
    if table.model is Revision:
        rows = rows.filter(state="draft")
    if table.model is Activation:
        rows = rows.filter(cancellation=None)
    if table.model is CompanyNote:
        rows = table.model._default_manager.filter(company=company)
    if table.model is CardAssignment:
        rows = table.model._default_manager.filter(company=company).exclude(owner=company)
    if "groups" in table.name:
        rows = rows.filter(group__role__isnull=False)
    return rows.first()


def in_the_name_of(user, fields, values):
    """With one's own name on it, so that it is the company which is refused."""
    return [
        user.pk if one.name in ("actor", "invited_by") else value for one, value in zip(fields, values, strict=True)
    ]


def adapted(fields, values):
    return [one.get_db_prep_value(value, connection) if isinstance(one, models.JSONField) else value
            for one, value in zip(fields, values, strict=True)]  # fmt: skip


@by_persona(FILLED)
def test_no_foreign_row_is_changed(full, acting, persona, name):
    """A statement that names no row asks the policy of changes alone."""
    mine = written(full, persona, name)
    assert touched(full, acting, persona, f"UPDATE {name} SET {FILLED[name]}") == mine


@by_persona(DELETED)
def test_no_foreign_row_is_deleted(full, acting, persona, name):
    mine = written(full, persona, name)
    assert touched(full, acting, persona, f"DELETE FROM {name}") == mine


def touched(full, acting, persona, sql) -> int:
    with acting(getattr(full, persona)), connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.rowcount


def written(full, persona, name) -> int:
    """How many rows of a table a persona may write."""
    table = TABLES[name]
    with as_owner():
        rows = table.model._default_manager.filter(
            **{f"{table.write or table.paths[0]}__in": scope_of(full, persona, table)}
        )
        return rows.exclude(**{"kind": "provider"} if name == "ratecards_ratecard" else {"pk__in": ()}).count()


@pytest.mark.parametrize("name", sorted(TABLES))
def test_rights_to_a_table_are_those_declared(db, name):
    """Column by column, for each role; a right more in the database is a hole, a right less a broken screen."""
    table = TABLES[name]
    readers = ["acl_master"] if table.reach == MASTER else ROLES
    for role in ROLES:
        writes = role in table.writers and role in readers
        columns = {one.column for one in table.model._meta.concrete_fields}
        assert held(role, name, "SELECT", columns) == (columns - set(table.hidden) if role in readers else set()), role
        assert held(role, name, "UPDATE", columns) == (set(table.update) if writes else set()), role
        assert held(role, name, "INSERT", columns) == (columns if writes and table.insert else set()), role
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT has_table_privilege(%s, %s, 'DELETE'), has_table_privilege(%s, %s, 'TRUNCATE')",
                [role, name] * 2,
            )
            assert cursor.fetchone() == (writes and table.delete, False), role


def held(role, name, right, columns) -> set:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c FROM unnest(%s) c WHERE has_column_privilege(%s, %s, c, %s)", [list(columns), role, name, right]
        )
        return {column for (column,) in cursor.fetchall()}


def test_row_security_is_on_and_holds_the_tables_owner_too(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relname = ANY (%s) AND relrowsecurity AND relforcerowsecurity",
            [list(TABLES)],
        )
        assert {name for (name,) in cursor.fetchall()} == set(TABLES)


def test_cards_are_opened_as_far_as_they_are_seen_and_fifty_at_once(world, acting):
    with acting(world.a_admin):
        seen = {world.cards[name].pk for name in ("Private retail a", "Private wholesale a")}
        assert acl.open_cards([card.pk for card in world.cards.values()]) == seen
        with pytest.raises(DatabaseError, match="at most 50"), transaction.atomic():
            acl.open_cards(range(51))


def test_an_assignment_that_ended_opens_no_revision(world, acting):
    with as_owner():
        CardAssignment.objects.filter(pk=world.assignment.pk).update(ended_at="2030-01-01T00:00Z")
    with acting(world.a_admin), connection.cursor() as cursor:
        cursor.execute("SELECT acl.assigned_revisions(%s)", [[world.assignment.card_id]])
        assert cursor.fetchone() == ([],)


DEAD = {
    "used": "UPDATE accounts_invitation SET accepted_at = now()",
    "withdrawn": "UPDATE accounts_invitation SET withdrawn_at = now()",
    "expired": "UPDATE accounts_invitation SET expires_at = now() - interval '1 s'",
    "sender": "UPDATE accounts_user SET is_active = false WHERE name = 'a_admin'",
    "closed": "UPDATE resellers_company SET status = 'closed' WHERE name = 'Company a'",
}


@pytest.mark.parametrize("death", ["none", *DEAD])
def test_the_database_makes_nobody_of_a_dead_invitation(world, death):
    """Neither is it shown. Here without what the page asks before, and without what a service withdraws by itself."""
    with as_owner(), connection.cursor() as cursor:
        if death == "closed":  # its own people are shut out, so the sender is the master
            cursor.execute("UPDATE accounts_invitation SET invited_by_id = %s", [world.admin.pk])
        if death in DEAD:
            cursor.execute(DEAD[death])
        cursor.execute("SELECT digest FROM accounts_invitation WHERE id = %s", [world.invitations["a"].pk])
        digest = cursor.fetchone()[0]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM acl.invitation(%s)", [digest])
        shown = cursor.fetchone()[0]
        cursor.execute("SELECT acl.accept_invitation(%s, 'X', '!') IS NOT NULL", [digest])
        assert (shown, cursor.fetchone()[0]) == ((1, True) if death == "none" else (0, False))


def viewing(world, target="a_admin"):
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT acl.is_viewing(%s, %s)", [world.admin.pk, getattr(world, target).pk])
        return cursor.fetchone()[0]


@pytest.mark.parametrize("change", [
    "UPDATE accounts_role SET is_active = false WHERE name = 'Administrators'",
    "UPDATE accounts_areaaccess SET boxes = '{read}' WHERE area = 'reseller'",
    "ALTER TABLE accounts_user DISABLE TRIGGER USER; UPDATE accounts_user SET is_staff = true WHERE name = 'a_admin'",
], ids=["group asleep", "right taken", "staff after all"])  # fmt: skip
def test_the_database_ends_a_look_that_could_not_begin_now(full, change):
    """No trigger ends the look here: the rule is asked again whenever somebody is entered."""
    assert viewing(full)
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(change)
    assert not viewing(full)


def test_a_look_is_at_one_person(full):
    assert [viewing(full, target) for target in ("a_admin", "b_admin", "a_reader")] == [True, True, False]


def test_a_group_of_the_carrier_makes_nobody_elses_user_a_viewer(world):
    """The law of groups refuses such a row; here it is past."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_user_groups DISABLE TRIGGER USER")
        cursor.execute(
            "INSERT INTO accounts_user_groups (user_id, group_id) VALUES (%s, %s)",
            [world.b_admin.pk, world.roles.admins.pk],
        )
        cursor.execute("SELECT acl.may_view_as(%s, %s), acl.may_view_as(%s, %s)",
                       [world.admin.pk, world.a_admin.pk, world.b_admin.pk, world.a_admin.pk])  # fmt: skip
        assert cursor.fetchone() == (True, False)


def test_the_database_ends_a_look_after_half_an_hour(world):
    with as_owner():
        SupportAccess.objects.create(key="00000000-0000-4000-8000-000000000001", viewer=world.admin, user=world.a_admin,
                                     company=world.companies.a, reason="A look of yesterday", started_at="2026-01-01T00:00Z",
                                     ends_at="2026-01-01T00:30Z")  # fmt: skip
    assert not viewing(world)
