"""The second lock as it stands: row security, policies, rights, functions, views; against what the register declares."""

import re

from django.apps import apps
from django.conf import settings

from accounts import rowsecurity
from accounts.proof.finding import asked
from accounts.proof.roles import ours
from accounts.tenancy import register

SECURITY = """
    SELECT relname, relrowsecurity, relforcerowsecurity FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relname = ANY (%s)
"""
POLICIES = "SELECT tablename, policyname FROM pg_policies WHERE schemaname = 'public'"
FUNCTION = re.compile(r"CREATE OR REPLACE FUNCTION acl\.(\w+)\(.*?AS \$\$(.*?)\$\$", re.DOTALL)
POLICY = re.compile(r'CREATE POLICY (\w+) ON "(\w+)"')


def row_security_off(cursor):
    """Tables where row security is not enabled, or not forced on the owner too."""
    names = [table.name for table in register.tables.values()]
    cursor.execute(SECURITY, [names])
    stands = {name: rest for name, *rest in cursor.fetchall()}
    for name in sorted(names):
        enabled, forced = stands.get(name, (False, False))
        if not enabled:
            yield f"table {name}", "row security is disabled: every role reads every row it has a right to"
        elif not forced:
            yield f"table {name}", "row security is not forced"


def policy_drift(cursor):
    """Policies that are missing, that nobody declared, and rights or policies that are not those put there."""
    wanted = rowsecurity.wanted(cursor)
    declared = {(table, policy) for sql in wanted.values() for policy, table in POLICY.findall(sql)}
    cursor.execute(POLICIES)
    stands = set(cursor.fetchall())
    yield from ((f"table {table}", f"the policy {policy} is missing") for table, policy in sorted(declared - stands))
    yield from (
        (f"table {table}", f"nobody declared the policy {policy}") for table, policy in sorted(stands - declared)
    )
    named = {table for table, _ in declared ^ stands}
    for name in rowsecurity.drifted(cursor, wanted):
        if name != rowsecurity.FUNCTIONS.name and name not in named:
            yield f"table {name}", "rights or policies are not as declared"


def functions_changed(cursor):
    """The functions of the second lock: their bodies, whose rights they run with, who may call them."""
    declared = dict(FUNCTION.findall(rowsecurity.wanted(cursor)[rowsecurity.FUNCTIONS.name]))
    cursor.execute("SELECT proname, prosrc FROM pg_proc WHERE pronamespace = to_regnamespace('acl')")
    stands = dict(cursor.fetchall())
    yield from ((f"function acl.{name}", "is missing") for name in sorted(declared.keys() - stands.keys()))
    yield from ((f"function acl.{name}", "nobody declared it") for name in sorted(stands.keys() - declared.keys()))
    changed = sorted(name for name in declared.keys() & stands.keys() if declared[name].strip() != stands[name].strip())
    yield from ((f"function acl.{name}", "does other than declared") for name in changed)
    if (
        declared.keys() == stands.keys()
        and not changed
        and rowsecurity.FUNCTIONS.name
        in rowsecurity.drifted(
            cursor, {rowsecurity.FUNCTIONS.name: rowsecurity.wanted(cursor)[rowsecurity.FUNCTIONS.name]}
        )
    ):
        yield "schema acl", "rights or settings of its functions are not as declared"


# -- what no register knows --------------------------------------------------------------------------------------------

# A right on the table or on one of its columns, for one of our roles or for everybody; in whatever schema it stands.
RIGHTS = """
    SELECT DISTINCT CASE WHEN n.nspname = 'public' THEN c.relname ELSE format('%%s.%%s', n.nspname, c.relname) END,
        coalesce(r.rolname, 'PUBLIC'), a.privilege_type, format('%%I.%%I', n.nspname, c.relname)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN LATERAL (SELECT * FROM aclexplode(c.relacl)
        UNION ALL SELECT x.* FROM pg_attribute t, aclexplode(t.attacl) x WHERE t.attrelid = c.oid) a ON true
    LEFT JOIN pg_roles r ON r.oid = a.grantee
    WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_' AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
        AND (a.grantee = 0 OR r.rolname = ANY (%s)) ORDER BY 1, 2, 3
"""
TABLES = (
    "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'f') ORDER BY 1"
)


def declared_names() -> set[str]:
    return {table.name for table in register.tables.values()} | {*register.login, *register.master, *register.shared}


def table_open(cursor):
    """A right of one of our roles, or of everybody, to a table that nobody declared."""
    yield from ((f"table {name}", f"{role} has {right}, and the table is not in the register")
                for name, role, right, _ in undeclared_rights(cursor))  # fmt: skip


def undeclared_rights(cursor):
    known = declared_names() | {"acl.applied"}
    cursor.execute(RIGHTS, [ours()])
    return [row for row in cursor.fetchall() if row[0] not in known]


def table_unknown(cursor):
    """Tables of no installed model and of no declaration: closed, as long as nobody gives a right to them."""
    known = declared_names() | {"django_migrations"}
    known |= {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    cursor.execute(TABLES)
    yield from ((f"table {name}", "belongs to no model and is not in the register")
                for (name,) in cursor.fetchall() if name not in known)  # fmt: skip


view_definer = asked("""
    SELECT CASE relkind WHEN 'm' THEN 'materialized view ' ELSE 'view ' END || relname,
        CASE relkind WHEN 'm' THEN 'keeps rows without row security' ELSE 'reads as its owner, without row security' END
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE relkind IN ('v', 'm') AND nspname NOT IN ('pg_catalog', 'information_schema') AND nspname NOT LIKE 'pg_toast%'
        AND (relkind = 'm' OR NOT coalesce((SELECT bool_or(option_value IN ('true', 'on', '1', 'yes'))
            FROM pg_options_to_table(c.reloptions) WHERE option_name = 'security_invoker'), false)) ORDER BY 1
""")
# A function that runs with its owner's rights finds what it names in a fixed place, and only those of the schema acl may be
# called by everybody or by a role of ours.
DEFINERS = """
    SELECT 'function ' || p.oid::regprocedure, CASE
        WHEN NOT EXISTS (SELECT FROM unnest(p.proconfig) s WHERE s LIKE 'search_path=%%') THEN 'runs as its owner without a fixed search_path'
        ELSE format('runs as its owner and %%s may call it', callers.names) END
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace CROSS JOIN LATERAL (
        SELECT string_agg(DISTINCT coalesce(r.rolname, 'everybody'), ', ') AS names
        FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a LEFT JOIN pg_roles r ON r.oid = a.grantee
        WHERE a.privilege_type = 'EXECUTE' AND (a.grantee = 0 OR n.nspname <> 'acl' AND r.rolname = ANY (%s))) callers
    WHERE p.prosecdef AND n.nspname NOT IN ('pg_catalog', 'information_schema')
        AND (NOT EXISTS (SELECT FROM unnest(p.proconfig) s WHERE s LIKE 'search_path=%%') OR callers.names IS NOT NULL) ORDER BY 1
"""


def function_open(cursor):
    """Functions that lend their owner's rights to who should not have them."""
    cursor.execute(DEFINERS, [ours()])
    return cursor.fetchall()


def hidden_readable(cursor):
    """Columns that no tenant role may read: passwords, digests."""
    for table in register.tables.values():
        for column in table.hidden:
            cursor.execute("SELECT r FROM unnest(%s) r WHERE has_column_privilege(r, %s, %s, 'SELECT')",
                           [list(rowsecurity.ROLES), f'public."{table.name}"', column])  # fmt: skip
            yield from (
                (f"table {table.name}", f"{role} can read the column {column}") for (role,) in cursor.fetchall()
            )


def reapply(cursor):
    """Functions, rights and policies as declared. The cursor must be Django's, of the owner role."""
    rowsecurity.apply(cursor.db.alias)


def revoke_undeclared(cursor):
    """No right to what nobody declared."""
    for name in {name for *_, name in undeclared_rights(cursor)}:
        cursor.execute(f'REVOKE ALL ON {name} FROM PUBLIC, "{settings.LOGIN_ROLE}", {", ".join(rowsecurity.ROLES)}')
