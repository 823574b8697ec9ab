"""--fix heals what can be derived and nothing else, under the law, as the owner role, and the trail tells it."""

import pytest

from accounts.proof.repairing import ACTION, repaired
from connexcs.embedded import OWNER
from tests.access import test_audit_access_grants as grants
from tests.access import test_audit_access_law as law
from tests.access import test_audit_access_tree as tree
from tests.access.proving import found, kinds, plant

HEALED = [
    (grants.FAULTS, "a company without its grant"),
    (grants.FAULTS, "a company granted to another's group"),
    (grants.FAULTS, "a company granted by the wrong right"),
    (grants.FAULTS, "a company granted to a group of rights"),
    (grants.FAULTS, "a grant on a company that is gone"),
    (grants.FAULTS, "an assignment without its grant"),
    (grants.FAULTS, "a card granted without an assignment"),
    (grants.FAULTS, "a grant that outlived its assignment"),
    (grants.FAULTS, "a card granted to a group that is gone"),
    (grants.FAULTS, "a company whose group is gone"),
    (grants.FAULTS, "a tenant group of nobody"),
    (grants.FAULTS, "a user outside his company's group"),
    (grants.FAULTS, "a user in another company's group too"),
    (grants.FAULTS, "a user moved by hand to another company"),
    (tree.FAULTS, "a closure row is missing"),
    (tree.FAULTS, "a company listed below a stranger"),
    (tree.FAULTS, "a wrong depth"),
    (tree.FAULTS, "a company moved without its closure"),
    (law.FAULTS, "a trigger is switched off"),
    (law.FAULTS, "a trigger is dropped"),
    (law.FAULTS, "the function of a trigger is emptied"),
    (law.FAULTS, "row security is disabled"),
    (law.FAULTS, "row security is not forced"),
    (law.FAULTS, "a policy is dropped"),
    (law.FAULTS, "a policy is opened"),
    (law.FAULTS, "a policy is added"),
    (law.FAULTS, "a tenant may write grants"),
    (law.FAULTS, "the login role may read customers"),
    (law.FAULTS, "the password can be read"),
    (law.FAULTS, "the function that decides the scope"),
    (law.FAULTS, "the scope asked by a tenant"),
]
LEFT = [
    (grants.FAULTS, "a grant to a user"),
    (grants.FAULTS, "a right to every object"),
    (grants.FAULTS, "a user without any group"),
    (grants.FAULTS, "a reseller's user with a group of the master"),
    (grants.FAULTS, "staff in a reseller's company"),
    (tree.FAULTS, "a card in the hands of a grandchild"),
    (tree.FAULTS, "a rule in the name of another company"),
    (law.FAULTS, "a check is dropped"),
    (law.FAULTS, "a view past row security"),
    (law.FAULTS, "the login role passes row security"),
]
TABLES = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"


def fixed(cursor):
    cursor.execute(f"SET LOCAL ROLE {OWNER}")
    try:
        return repaired(cursor)
    finally:
        cursor.execute("RESET ROLE")


def contents(cursor):
    """A digest of every table."""
    cursor.execute(TABLES)
    return {name: digest(cursor, name) for (name,) in cursor.fetchall()}


def digest(cursor, name):
    cursor.execute(f"SELECT md5(string_agg(t::text, ';' ORDER BY t::text)) FROM \"{name}\" t")
    return cursor.fetchone()[0]


@pytest.mark.parametrize(("faults", "fault"), HEALED, ids=[fault for _, fault in HEALED])
def test_what_can_be_derived_is_healed(database, faults, fault):
    sql, expected = faults[fault]
    plant(database, sql)
    assert {one.kind for one in fixed(database)} == expected
    assert kinds(found(database)) == set()


@pytest.mark.parametrize(("faults", "fault"), LEFT, ids=[fault for _, fault in LEFT])
def test_what_a_person_must_decide_is_left_and_reported(database, faults, fault):
    sql, expected = faults[fault]
    plant(database, sql)
    before = contents(database)
    fixed(database)
    derived = {one.kind for one in found(database) if one.fixable}
    assert expected - kinds(found(database)) <= {"card_grant_missing", "card_grant_extra"}
    assert derived == set()
    after = contents(database)
    assert {table for table in after if after[table] != before.get(table)} <= {
        "ratecards_cardgrant",
        "accounts_auditentry",
    }


def test_a_clean_world_is_left_alone_and_the_trail_is_silent(database):
    before = contents(database)
    assert fixed(database) == []
    assert contents(database) == before


def test_the_trail_tells_how_much_of_each_kind_was_repaired(database):
    plant(database, "DELETE FROM resellers_companygrant")
    fixed(database)
    database.execute("SELECT label, changes FROM accounts_auditentry WHERE action = %s", [ACTION])
    assert database.fetchall() == [("5 findings of audit_access", '{"company_grant_missing": [5, 0]}')]


def test_a_user_whom_the_law_would_refuse_does_not_keep_the_others_from_being_healed(database):
    """b_reader has no group that fits, so nobody can put him into his company's; a_user can be healed all the same."""
    plant(
        database,
        "DELETE FROM accounts_user_groups WHERE user_id IN (SELECT id FROM accounts_user WHERE name = 'b_reader')",
    )
    plant(database, grants.FAULTS["a user outside his company's group"][0])
    assert [one.thing.split("(")[1] for one in fixed(database)] == ["a_user@example.test)"]
    assert kinds(found(database)) == {"member_missing", "user_no_group"}


def test_triggers_that_were_off_do_not_write_while_the_rest_is_healed(database):
    """Law first: with the triggers of the trail switched off, the repair of a user still leaves its line."""
    plant(database, grants.FAULTS["a user outside his company's group"][0])
    database.execute("ALTER TABLE accounts_user_groups DISABLE TRIGGER USER")
    fixed(database)
    database.execute(
        "SELECT action FROM accounts_auditentry WHERE \"table\" = 'accounts_user_groups' ORDER BY id DESC LIMIT 1"
    )
    assert database.fetchone() == ("create",)
