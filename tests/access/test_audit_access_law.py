"""The proof finds every trigger, constraint, policy, right, function, view and role that is not as declared."""

import pytest

from connexcs.embedded import LOGIN, OWNER
from tests.access.proving import found, kinds

DEFINER = "CREATE FUNCTION lent() RETURNS bigint LANGUAGE sql SECURITY DEFINER {} AS 'SELECT count(*) FROM resellers_customer';"
CUSTOMER = "resellers_customer"
TRIGGER = "(SELECT tgname FROM pg_trigger WHERE tgrelid = 'resellers_companygrant'::regclass AND NOT tgisinternal)"
EMPTY = """DO $$ BEGIN EXECUTE format('CREATE OR REPLACE FUNCTION %I() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS ''BEGIN RETURN NEW; END''', (SELECT p.proname FROM pg_trigger t
    JOIN pg_proc p ON p.oid = t.tgfoid WHERE t.tgrelid = 'resellers_companygrant'::regclass AND NOT t.tgisinternal)); END $$"""

FAULTS = {
    # triggers and constraints
    "a trigger is switched off": (f"ALTER TABLE {CUSTOMER} DISABLE TRIGGER USER", {"trigger_disabled"}),
    "foreign keys are switched off": (f"ALTER TABLE {CUSTOMER} DISABLE TRIGGER ALL", {"trigger_disabled"}),
    "a trigger fires for replicas only": (
        f"DO $$ BEGIN EXECUTE format('ALTER TABLE resellers_companygrant ENABLE REPLICA TRIGGER %I', {TRIGGER}); END $$",
        {"trigger_disabled"},
    ),
    "a trigger is dropped": (
        f"DO $$ BEGIN EXECUTE format('DROP TRIGGER %I ON resellers_companygrant', {TRIGGER}); END $$", {"trigger_changed"},
    ),
    "the function of a trigger is emptied": (EMPTY, {"trigger_changed"}),
    "a check is dropped": (f"ALTER TABLE {CUSTOMER} DROP CONSTRAINT customer_status_known", {"constraint_missing"}),
    "a composite key is dropped": ("ALTER TABLE ratecards_cardparent DROP CONSTRAINT parent_assignment_company", {"constraint_missing"}),
    "a unique index is dropped": ("DROP INDEX user_email_unique", {"constraint_missing"}),
    "a column may be empty": (f"ALTER TABLE {CUSTOMER} ALTER company_id DROP NOT NULL", {"constraint_missing"}),
    "a foreign key is dropped": (
        f"DO $$ BEGIN EXECUTE format('ALTER TABLE {CUSTOMER} DROP CONSTRAINT %I', (SELECT conname FROM pg_constraint "
        f"WHERE conrelid = '{CUSTOMER}'::regclass AND contype = 'f')); END $$",
        {"constraint_missing"},
    ),
    "a check was never validated": (
        f"ALTER TABLE {CUSTOMER} DROP CONSTRAINT customer_status_known; "
        f"ALTER TABLE {CUSTOMER} ADD CONSTRAINT customer_status_known CHECK (status <> '') NOT VALID",
        {"constraint_asleep"},
    ),
    # row security
    "row security is disabled": (f"ALTER TABLE {CUSTOMER} DISABLE ROW LEVEL SECURITY", {"row_security_off", "policy_changed"}),
    "row security is not forced": (f"ALTER TABLE {CUSTOMER} NO FORCE ROW LEVEL SECURITY", {"row_security_off", "policy_changed"}),
    "a policy is dropped": (f"DROP POLICY acl_tenant_select ON {CUSTOMER}", {"policy_changed"}),
    "a policy is opened": (f"ALTER POLICY acl_tenant_select ON {CUSTOMER} USING (true)", {"policy_changed"}),
    "a policy is added": (f"CREATE POLICY all_of_it ON {CUSTOMER} TO acl_tenant USING (true)", {"policy_changed"}),
    "a tenant may write grants": ("GRANT INSERT ON resellers_companygrant TO acl_tenant", {"policy_changed"}),
    "the login role may read customers": (f"GRANT SELECT ON {CUSTOMER} TO {LOGIN}", {"policy_changed"}),
    "everybody may read sessions": ("GRANT SELECT ON django_session TO PUBLIC", {"policy_changed"}),
    "the password can be read": ("GRANT SELECT (password) ON accounts_user TO acl_tenant", {"column_readable", "policy_changed"}),
    "the register of rights is gone": ("DELETE FROM acl.applied WHERE name = 'resellers_customer'", {"policy_changed"}),
    # what the register does not know
    "a copy of customers that a role can read": (
        f"CREATE TABLE copied AS SELECT * FROM {CUSTOMER}; GRANT SELECT ON copied TO acl_tenant", {"table_open"},
    ),
    "one column of a copy": (
        f"CREATE TABLE copied AS SELECT * FROM {CUSTOMER}; GRANT SELECT (name) ON copied TO PUBLIC", {"table_open"},
    ),
    "a copy in another schema": (
        f"CREATE SCHEMA aside; GRANT USAGE ON SCHEMA aside TO acl_tenant; CREATE TABLE aside.copied AS SELECT * FROM {CUSTOMER}; "
        "GRANT SELECT ON aside.copied TO acl_tenant", {"table_open"},
    ),
    "a view past row security": (f"CREATE VIEW seen AS SELECT * FROM {CUSTOMER}", {"view_definer"}),
    "a view that says it does not ask": (
        f"CREATE VIEW seen WITH (security_invoker = false) AS SELECT * FROM {CUSTOMER}", {"view_definer"},
    ),
    "a materialized view": (f"CREATE MATERIALIZED VIEW kept AS SELECT * FROM {CUSTOMER}", {"view_definer"}),
    "a function that finds its tables anywhere": (
        DEFINER.format("") + "REVOKE ALL ON FUNCTION lent() FROM PUBLIC", {"function_open"},
    ),
    "a function that everybody may call": (DEFINER.format("SET search_path = public"), {"function_open"}),
    "a function that tenants may call": (
        DEFINER.format("SET search_path = public") + "REVOKE ALL ON FUNCTION lent() FROM PUBLIC; GRANT EXECUTE ON FUNCTION lent() TO acl_tenant",
        {"function_open"},
    ),
    "the function that decides the scope": (
        "CREATE OR REPLACE FUNCTION acl.own_company(p_company bigint) RETURNS bigint LANGUAGE sql STABLE AS 'SELECT p_company'",
        {"function_changed"},
    ),
    "the scope asked by a tenant": (
        "GRANT EXECUTE ON FUNCTION acl.accept_invitation(bytea, text, text) TO acl_tenant", {"function_changed"},
    ),
    "a function more beside the scope": ("CREATE FUNCTION acl.more() RETURNS int LANGUAGE sql AS 'SELECT 1'", {"function_changed"}),
    # roles
    "the login role is a superuser": (f"ALTER ROLE {LOGIN} SUPERUSER", {"role_strong"}),
    "the login role passes row security": (f"ALTER ROLE {LOGIN} BYPASSRLS", {"role_strong"}),
    "the login role makes roles": (f"ALTER ROLE {LOGIN} CREATEROLE", {"role_strong"}),
    "the login role inherits": (f"ALTER ROLE {LOGIN} INHERIT", {"role_strong"}),
    "a tenant role passes row security": ("ALTER ROLE acl_tenant BYPASSRLS", {"role_strong"}),
    "a tenant role logs in": ("ALTER ROLE acl_subtree LOGIN", {"role_strong"}),
    "the login role is the owner": (f"GRANT {OWNER} TO {LOGIN}", {"role_member"}),
    "a tenant is the master": ("GRANT acl_master TO acl_tenant", {"role_member"}),
    "the login role lost a role": (f"REVOKE acl_subtree FROM {LOGIN}", {"role_member"}),
    "the login role owns a table": (f"ALTER TABLE {CUSTOMER} OWNER TO {LOGIN}", {"role_owner", "policy_changed"}),
    "a tenant makes tables": ("GRANT CREATE ON SCHEMA public TO acl_tenant", {"role_owner"}),
    "a setting switches triggers off": (f"ALTER ROLE {LOGIN} SET session_replication_role = replica", {"role_setting"}),
    "a setting makes everybody the master": (f"ALTER ROLE {LOGIN} SET role = acl_master", {"role_setting"}),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_is_found_by_its_kind(database, fault):
    sql, expected = FAULTS[fault]
    database.execute(sql)
    assert kinds(found(database)) == expected


def test_table_of_no_model_that_is_closed_is_a_notice(database):
    database.execute("CREATE TABLE put_aside (a int)")
    assert kinds(found(database)) == set()
    assert ("table_unknown", "table put_aside") in {(one.kind, one.thing) for one in found(database)}


def test_a_view_that_asks_row_security_is_fine(database):
    database.execute(f"CREATE VIEW seen WITH (security_invoker = true) AS SELECT * FROM {CUSTOMER}")
    assert kinds(found(database)) == set()
