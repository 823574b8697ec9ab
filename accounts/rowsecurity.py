"""The second lock: rights and policies of every declared table, put into the database after each migrate.

Three shapes, one per role, because a planner that sees a plain equality stays on its index: a tenant's rows equal one
company, a subtree's rows stand in a list, the master's rows are all. Tables that are not declared stay closed.
"""

import hashlib
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connections, transaction

from accounts import access
from accounts.areas import RESELLER, reading
from accounts.tenancy import MASTER, OWN, SHARED, SUBTREE, Table, register

ROLES = ("acl_tenant", "acl_subtree", "acl_master")
COMPANY = "nullif(current_setting('app.company', true), '')::bigint"
ACTOR = "nullif(current_setting('app.actor', true), '')::bigint"
SCOPE = "(SELECT unnest(nullif(current_setting('app.scope', true), '')::bigint[]))"
FUNCTIONS = Path(__file__).parent / "sql" / "acl.sql"
LIVE = """
    SELECT md5(concat(c.relrowsecurity, c.relforcerowsecurity, c.relacl::text,
        (SELECT string_agg(concat(attname, attacl::text), ',' ORDER BY attnum) FROM pg_attribute
          WHERE attrelid = c.oid AND attacl IS NOT NULL),
        (SELECT string_agg(concat(policyname, roles::text, cmd, qual, with_check), ';' ORDER BY policyname) FROM pg_policies
          WHERE schemaname = 'public' AND tablename = c.relname)))
    FROM pg_class c WHERE c.oid = to_regclass(%s)
"""
LIVE_FUNCTIONS = """
    SELECT md5(string_agg(concat(p.oid::regprocedure::text, p.prosrc, p.prosecdef, p.provolatile, p.proconfig::text, p.proacl::text), ';'
        ORDER BY p.oid::regprocedure::text)) FROM pg_proc p WHERE p.pronamespace = to_regnamespace('acl')
"""


def after_migrate(using: str, **_) -> None:
    """Connected to the last app's post_migrate, which runs as the owner: functions first, then what differs."""
    present = set(connections[using].introspection.table_names())
    if not {table.name for table in register.tables.values()} <= present:
        return  # a migration of one app alone: what it made has no rights yet, so it is closed
    call_command("createcachetable", database=using, verbosity=0)
    apply(using)


def apply(using: str = "default") -> list[str]:
    """Put the wanted functions, rights and policies in place; returns the names of what had to change."""
    changed = []
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '5s'")
        cursor.execute("CREATE SCHEMA IF NOT EXISTS acl")
        cursor.execute(
            "CREATE TABLE IF NOT EXISTS acl.applied (name text PRIMARY KEY, wanted text NOT NULL, live text)"
        )
        cursor.execute("SELECT name, wanted, live FROM acl.applied")
        stored = {name: (wanted, live) for name, wanted, live in cursor.fetchall()}
        for name, sql in wanted(cursor).items():
            digest = hashlib.sha256(sql.encode()).hexdigest()
            if stored.get(name) != (digest, live(cursor, name)):
                cursor.execute(sql)
                cursor.execute(
                    "INSERT INTO acl.applied VALUES (%s, %s, %s) ON CONFLICT (name) DO UPDATE"
                    " SET wanted = excluded.wanted, live = excluded.live", [name, digest, live(cursor, name)])  # fmt: skip
                changed.append(name)
    return changed


def drift(using: str = "default") -> list[str]:
    """Names whose functions, rights or policies in the database are not those that were put there, or never were."""
    with connections[using].cursor() as cursor:
        return drifted(cursor, wanted(cursor))


def drifted(cursor, declared: dict[str, str]) -> list[str]:
    """As `drift`, for {name: SQL} of what is declared."""
    cursor.execute("SELECT name, wanted, live FROM acl.applied")
    stored = {name: (digest, was) for name, digest, was in cursor.fetchall()}
    return [name for name, sql in declared.items()
            if stored.get(name) != (hashlib.sha256(sql.encode()).hexdigest(), live(cursor, name))]  # fmt: skip


def tampered(cursor) -> list[str]:
    """Names whose live state is not what some migrate left, or that none ever closed; of whichever release it was."""
    cursor.execute("SELECT name, live FROM acl.applied")
    stored = dict(cursor.fetchall())
    names = [FUNCTIONS.name, *(table.name for table in register.tables.values())]
    return [name for name in names if name not in stored or stored[name] != live(cursor, name)]


def live(cursor, name: str) -> str | None:
    """A digest of what stands in the database: of the schema's functions for their file, else of one table."""
    if name == FUNCTIONS.name:
        cursor.execute(LIVE_FUNCTIONS)
    else:
        cursor.execute(LIVE, [f'public."{name}"'])
    row = cursor.fetchone()
    return row and row[0]


def wanted(cursor) -> dict[str, str]:
    """{name: SQL} of everything: the functions, each declared table, each table of the login role alone."""
    login = settings.LOGIN_ROLE
    sql = {FUNCTIONS.name: functions(login)}
    for table in register.tables.values():
        sql[table.name] = "\n".join([*opening(table.name), *table_rights(table), *policies(table),
                                     *login_rights(table.name, login)])  # fmt: skip
    for name in {**register.login, **register.master, **register.shared}:
        if name not in sql:
            extra = [f'GRANT {register.master[name]} ON "{name}" TO acl_master;'] if name in register.master else []
            extra += (
                [f'GRANT {register.shared[name]} ON "{name}" TO {", ".join(ROLES)};'] if name in register.shared else []
            )
            sql[name] = "\n".join([revoke(name, login), *login_rights(name, login), *extra])
    return sql


def functions(login: str) -> str:
    """The file of functions with the names of this installation in it."""
    text = FUNCTIONS.read_text()
    readable = f"{{{','.join(sorted(reading(RESELLER)))}}}"
    for name, value in {"login": login, "readable": readable, **access.names_in_sql()}.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def revoke(name: str, login: str | None = None) -> str:
    return f'REVOKE ALL ON "{name}" FROM PUBLIC, {", ".join(ROLES)}{f", {login}" if login else ""};'


def opening(name: str) -> list[str]:
    """Closed first: row security on and forced, every old policy and right gone."""
    drop = (
        "DO $$ DECLARE p name; BEGIN FOR p IN SELECT policyname FROM pg_policies WHERE schemaname = 'public' AND "
        f"tablename = '{name}' LOOP EXECUTE format('DROP POLICY %I ON %I', p, '{name}'); END LOOP; END $$;"
    )
    login = settings.LOGIN_ROLE
    return [f'ALTER TABLE "{name}" ENABLE ROW LEVEL SECURITY;', f'ALTER TABLE "{name}" FORCE ROW LEVEL SECURITY;', drop,
            revoke(name, login)]  # fmt: skip


def login_rights(name: str, login: str) -> list[str]:
    rights = register.login.get(name)
    if not rights:
        return []
    secured = any(table.name == name for table in register.tables.values())
    policy = [f'CREATE POLICY login_all ON "{name}" TO {login} USING (true) WITH CHECK (true);'] if secured else []
    return [f'GRANT {rights} ON "{name}" TO {login};', *policy]


def table_rights(table: Table) -> list[str]:
    """Column by column where a column is hidden or only some may change."""
    readers = ["acl_master"] if table.reach == MASTER else list(ROLES)
    shown = [f.column for f in table.model._meta.concrete_fields if f.column not in table.hidden]
    columns = f" ({quoted(shown)})" if table.hidden else ""
    lines = [f'GRANT SELECT{columns} ON "{table.name}" TO {", ".join(readers)};']
    writers = ", ".join(role for role in table.writers if role in readers)
    if table.insert:
        lines.append(f'GRANT INSERT ON "{table.name}" TO {writers};')
    if table.update:
        lines.append(f'GRANT UPDATE ({quoted(table.update)}) ON "{table.name}" TO {writers};')
    if table.delete:
        lines.append(f'GRANT DELETE ON "{table.name}" TO {writers};')
    return lines


def quoted(names) -> str:
    return ", ".join(f'"{name}"' for name in names)


def policies(table: Table) -> list[str]:
    lines = []
    for role in ROLES:
        seen, written = readable(table, role), writable(table, role)
        if seen:
            lines.append(f'CREATE POLICY {role}_select ON "{table.name}" FOR SELECT TO {role} USING ({seen});')
        if not written:
            continue
        if table.insert:
            inserted = f"({written}) AND ({table.insert_check})" if table.insert_check else written
            lines.append(f'CREATE POLICY {role}_insert ON "{table.name}" FOR INSERT TO {role} WITH CHECK ({inserted});')
        if table.update:
            lines.append(f'CREATE POLICY {role}_update ON "{table.name}" FOR UPDATE TO {role} '
                         f"USING ({written}) WITH CHECK ({written});")  # fmt: skip
        if table.delete:
            lines.append(f'CREATE POLICY {role}_delete ON "{table.name}" FOR DELETE TO {role} USING ({written});')
    return lines


def readable(table: Table, role: str) -> str:
    """The rows a role may read, as SQL; empty: none."""
    if role == "acl_master":
        return "true"
    if table.reach == SHARED:
        return table.only or "true"
    if table.reach not in (OWN, SUBTREE):
        return ""
    rows = [belongs(table, path, role) for path in table.paths if "__" not in path]
    rows += [f"({table.also})"] if table.also else []
    opened = " OR ".join(rows)
    return f"({opened}) AND ({table.only})" if opened and table.only else opened or table.only


def writable(table: Table, role: str) -> str:
    """The rows a role may write, as SQL: always its own, never through an assignment; empty: none."""
    if role not in table.writers or not (table.insert or table.update or table.delete):
        return ""
    path = table.write or (table.paths[0] if table.paths else "")
    if role == "acl_master":
        return belongs(table, path, role) if table.reach == OWN and path else "true"
    if table.reach not in (OWN, SUBTREE):
        return ""
    own = [belongs(table, path, role)] if "__" not in path else []
    return " AND ".join([*own, *([f"({table.check})"] if table.check else [])])


def belongs(table: Table, path: str, role: str) -> str:
    column = f'"{table.column(path)}"'
    return f"{column} IN {SCOPE}" if table.reach == SUBTREE and role == "acl_subtree" else f"{column} = {COMPANY}"
