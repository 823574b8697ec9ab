"""Migrations: nothing missing, no circle between apps, and every table under its policy afterwards."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from accounts import acl, operations, rowsecurity, tenancy
from resellers.models import Customer
from tests.roles import as_owner


def test_models_and_migrations_agree(db):
    with as_owner():
        call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_apps_depend_downwards(db):
    graph = MigrationLoader(None).graph
    below = {
        "accounts": {"accounts"},
        "resellers": {"resellers", "accounts"},
        "ratecards": {"ratecards", "resellers", "accounts"},
    }
    for node, migration in graph.nodes.items():
        if node[0] in ("resellers", "ratecards"):
            ours = {app for app, _ in migration.dependencies} & set(below)
            assert ours <= below[node[0]], node


def test_a_second_migrate_touches_no_table(db):
    with as_owner():
        assert rowsecurity.apply("default") == []


def test_every_table_carries_its_policies(db):
    assert rowsecurity.drift("default") == []


@pytest.mark.parametrize("damage", [
    'DROP POLICY acl_tenant_select ON resellers_customer',
    'ALTER TABLE resellers_customer DISABLE ROW LEVEL SECURITY',
    'ALTER TABLE resellers_customer NO FORCE ROW LEVEL SECURITY',
    'GRANT SELECT ON resellers_customer TO connexcs_login',
    'CREATE POLICY open ON resellers_customer USING (true)',
])  # fmt: skip
def test_a_changed_policy_is_noticed_and_put_right(db, damage):
    with as_owner():
        with connection.cursor() as cursor:
            cursor.execute(damage)
        assert rowsecurity.drift("default") == ["resellers_customer"]
        assert rowsecurity.apply("default") == ["resellers_customer"]
        assert rowsecurity.drift("default") == []


def test_a_model_without_an_entry_is_a_check_error(db, monkeypatch):
    from accounts import checks
    from resellers.models import Customer

    monkeypatch.setattr(tenancy.register, "tables",
                        {m: t for m, t in tenancy.register.tables.items() if m is not Customer})  # fmt: skip
    assert [error.id for error in checks.every_model_is_registered(None)] == ["accounts.E002"]


def test_a_closed_table_shows_nothing_until_its_policies_are_put_back(world):
    """A column named in a policy changes its type only after CloseTable; the register puts the policies back."""
    with as_owner():
        state = MigrationLoader(None).project_state()
        with connection.schema_editor(atomic=False) as editor:
            operations.CloseTable("Customer").database_forwards("resellers", editor, state, state)
        assert rowsecurity.drift("default") == ["resellers_customer"]
    with acl.acting_as(world.admin):
        assert not Customer.objects.exists()
    with as_owner():
        assert rowsecurity.apply("default") == ["resellers_customer"]
    with acl.acting_as(world.b_admin):
        assert Customer.objects.count() == 3


LAW = """SELECT conrelid::regclass || conname || pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid > 0
    UNION SELECT tgrelid::regclass || tgname || pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"""


def test_changes_made_together_are_taken_back_and_made_again(db):
    """Back step by step, so that a constraint goes while its columns are there, and forward at once."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(LAW)
        before = set(cursor.fetchall())
        newest = MigrationLoader(connection).graph.leaf_nodes("ratecards")
        MigrationExecutor(connection).migrate([("ratecards", "0006_trail_planned_anew")])
        cursor.execute(LAW)
        assert len(before - set(cursor.fetchall())) > 10
        MigrationExecutor(connection).migrate(newest)
        cursor.execute(LAW)
        assert set(cursor.fetchall()) == before
