"""Read from the models: each constraint and each trigger has a name and a statement that it answers, and answers it."""

import pytest
from django.db import DatabaseError, connection, transaction

from accounts import acl
from tests.law.cases import EFFECTS, REFUSED, TARGETS
from tests.law.names import choice_checks, composite_keys, constraints, our_models, triggers
from tests.ratecards.laws import LAWS
from tests.roles import as_owner

TRAIL = ("audit_insert", "audit_update", "audit_delete")


@pytest.fixture
def ids(world):
    """Names for the statements of the cases."""
    companies = {name: getattr(world.companies, name).pk for name in ("master", "a", "b", "a1")}
    groups = {f"{name}_group": getattr(world.companies, name).tenant_group_id for name in ("a", "b")}
    cards = {"card": "Private retail a", "b_card": "Private retail b", "assigned": "Private wholesale a"}
    return companies | groups | {key: world.cards[name].pk for key, name in cards.items()} | {
        "a_user": world.a_user.pk, "a_admin": world.a_admin.pk, "reader_role": world.roles.readers.pk, "master_role": world.roles.admins.pk}  # fmt: skip


def refusal(sql: str) -> str | None:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(sql)
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    except DatabaseError as error:
        return acl.constraint_of(error) or str(error)
    return None


def test_every_constraint_and_every_trigger_has_a_case():
    named = {name for name, *_ in [*REFUSED, *EFFECTS, *LAWS]} | set(TARGETS) | set(choice_checks()) | set(TRAIL)
    declared = set(constraints()) | set(triggers())
    assert declared - named == set()
    assert {name for name, *_ in [*REFUSED, *EFFECTS]} | set(TARGETS) <= declared, "cases of what is no more"


@pytest.mark.parametrize(
    ("name", "sql", "by"), REFUSED, ids=[f"{number}-{case[0]}" for number, case in enumerate(REFUSED)]
)
def test_it_is_refused_by_name(ids, name, sql, by):
    with as_owner():
        assert refusal(sql.format(**ids)) == (by or name)


@pytest.mark.parametrize(("name", "sql", "question", "answer"), EFFECTS, ids=[case[0] for case in EFFECTS])
def test_it_is_derived(ids, name, sql, question, answer):
    with connection.cursor() as cursor, as_owner():
        cursor.execute(sql.format(**ids))
        cursor.execute(question.format(**ids))
        assert cursor.fetchone()[0] == answer


@pytest.mark.parametrize("name", sorted(choice_checks()))
def test_a_value_that_is_no_choice_is_refused(world, name):
    """The triggers of the table are put to sleep: they would refuse the change for its own sake. The newest row is
    changed: the first company is the master, which may not be suspended either."""
    model, fields = choice_checks()[name]
    table, key = model._meta.db_table, model._meta.pk.column
    for field in fields:
        with as_owner():
            newest = f"UPDATE {table} SET {field} = 'zz' WHERE {key} = (SELECT max({key}) FROM {table})"
            found = refusal(f"ALTER TABLE {table} DISABLE TRIGGER USER; {newest}")
            assert found == name, (field, found)


@pytest.mark.parametrize("name", TARGETS)
def test_a_pair_is_what_a_key_points_at(name):
    owner = next(model for model in our_models() if any(one.name == name for one in model._meta.constraints))
    pair = set(constraints()[name].fields)
    keys = [key for model in our_models() for key in composite_keys(model) if key.to.endswith(f".{owner.__name__}")]
    assert pair in [set(key.to_fields) for key in keys] or name == "customer_id_company"


def test_every_tracked_table_writes_its_trail_itself(db):
    """All three triggers stand and are on, on each table that declares them; what they write is tried in tests/audit."""
    query = """SELECT c.relname, array_agg(DISTINCT split_part(t.tgname, '_', 3)) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
               WHERE t.tgname LIKE 'pgtrigger_audit_%%' AND t.tgenabled = 'O' GROUP BY 1"""
    with connection.cursor() as cursor:
        cursor.execute(query, [])
        found = {table: set(kinds) for table, kinds in cursor.fetchall()}
    wanted = {table: {"insert", "update", "delete"} for table in triggers()["audit_insert"]}
    assert {table: found.get(table) for table in wanted} == wanted
    assert triggers()["audit_insert"] == triggers()["audit_update"] == triggers()["audit_delete"]
