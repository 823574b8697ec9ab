"""Roles and database of the panel: made once for a cluster, the embedded one or a server of yours.

Roles belong to the whole cluster and carry nothing of one database, so several databases share them. The login role is
the only one the panel connects as; it reaches tenant data only by taking an acl role inside a unit of work.
"""

from psycopg2 import sql
from psycopg2.extensions import encrypt_password

from connexcs.embedded.names import TENANT_ROLES

LOCK = 7_246_811  # taken in the maintenance database: advisory locks do not reach from one database to another
NOTHING = "nosuperuser nobypassrls nocreatedb nocreaterole noreplication"
OWNER_RIGHTS = "login nosuperuser bypassrls createdb nocreaterole noreplication inherit"
LOGIN_RIGHTS = f"login {NOTHING} noinherit"
TENANT_RIGHTS = f"nologin {NOTHING} noinherit"
# Time limits hang on the role and not on a connection's options: so they hold behind a pooler, and for psql as well.
LIMITS = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")
LOGIN_LIMITS = dict(zip(LIMITS, ("5s", "30s", "60s"), strict=True))
OWNER_LIMITS = dict(zip(LIMITS, ("5s", "2h", "10min"), strict=True))

ABOUT = """
select rolname, rolsuper, rolbypassrls, rolcanlogin, rolinherit, rolcreatedb or rolcreaterole or rolreplication
from pg_roles where rolname = any(%s)
"""
MEMBER_OF = """
with recursive above(member, role) as (
    select member, roleid from pg_auth_members where member = (select oid from pg_roles where rolname = %s)
    union select above.member, m.roleid from pg_auth_members m join above on m.member = above.role
) select rolname from above join pg_roles on oid = role
"""


def rights(owner: str, login: str) -> dict[str, str]:
    """Every role with its attributes."""
    return {owner: OWNER_RIGHTS, login: LOGIN_RIGHTS} | dict.fromkeys(TENANT_ROLES, TENANT_RIGHTS)


def limits(owner: str, login: str) -> dict[str, dict[str, str]]:
    """{role: its time limits}: a request's for the login role (jobs widen them for a unit), wide ones for the owner."""
    return {owner: OWNER_LIMITS, login: LOGIN_LIMITS}


def bootstrap(connection, database: str, owner: str, login: str, passwords: dict[str, str] | None = None) -> None:
    """Make what is missing of roles, time limits, memberships and database; never change what a role has.

    `connection` goes to the maintenance database as a role that may create roles. Two set-ups at once wait for one
    another. `passwords` are set on the roles made here only. Raises psycopg2.errors.InsufficientPrivilege when the
    role may not; then nothing is made.
    """
    connection.autocommit = False
    with connection, connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute("select rolname from pg_roles")
        known = {name for (name,) in cursor}
        for role, attributes in rights(owner, login).items():
            if role not in known:
                create_role(cursor, role, attributes, (passwords or {}).get(role))
        for role, name in missing_limits(cursor, owner, login):
            statement = sql.SQL("alter role {} set {} = {}")
            value = sql.Literal(limits(owner, login)[role][name])
            cursor.execute(statement.format(sql.Identifier(role), sql.Identifier(name), value))
        cursor.execute(MEMBER_OF, [login])
        member_of = {name for (name,) in cursor}
        for role in TENANT_ROLES:
            if role not in member_of:
                cursor.execute(sql.SQL("grant {} to {}").format(sql.Identifier(role), sql.Identifier(login)))
    create_database(connection, database, owner)


def create_role(cursor, role: str, attributes: str, password: str | None) -> None:
    statement = sql.SQL("create role {} ").format(sql.Identifier(role)) + sql.SQL(attributes)
    if password:  # the verifier, not the password: statements end up in logs
        verifier = encrypt_password(password, role, cursor.connection, "scram-sha-256")
        statement += sql.SQL(" password {}").format(sql.Literal(verifier))
    cursor.execute(statement)


def create_database(connection, database: str, owner: str) -> None:
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [LOCK])
        try:
            cursor.execute("select 1 from pg_database where datname = %s", [database])
            if cursor.fetchone() is None:
                statement = sql.SQL("create database {} owner {} template template0")
                cursor.execute(statement.format(sql.Identifier(database), sql.Identifier(owner)))
        finally:
            cursor.execute("select pg_advisory_unlock(%s)", [LOCK])


def missing_limits(cursor, owner: str, login: str) -> list[tuple[str, str]]:
    """(role, setting) of every time limit that a role does not carry, or that it carries as "none"."""
    cursor.execute("select rolname, rolconfig from pg_roles where rolname = any(%s)", [[owner, login]])
    carried = {role: dict(entry.split("=", 1) for entry in config or ()) for role, config in cursor.fetchall()}
    return [(role, name) for role, wanted in limits(owner, login).items() if role in carried
            for name in wanted if carried[role].get(name, "0") in ("0", "0s", "0ms")]  # fmt: skip


def problems(cursor, owner: str, login: str) -> list[str]:
    """What is wrong with the roles, one sentence each; empty when both locks can hold."""
    names = [owner, login, *TENANT_ROLES]
    cursor.execute(ABOUT, [names])
    about = {row[0]: row[1:] for row in cursor.fetchall()}
    found = [f"role {name} does not exist" for name in names if name not in about]
    if owner == login:
        found.append(f"owner and login are the same role ({owner}): the panel would pass row security")
    for name, (superuser, bypass, can_login, inherit, more) in about.items():
        if name == owner:
            if not (bypass or superuser):
                found.append(f"role {name} needs BYPASSRLS")
            if not inherit:  # PostgreSQL 15 gives a database's owner his right on the schema by inheritance
                found.append(f"role {name} must be INHERIT")
            continue
        if superuser or bypass or more:
            found.append(f"role {name} must be {NOTHING.upper()}")
        if inherit:
            found.append(f"role {name} must be NOINHERIT")
        if can_login != (name == login):
            found.append(f"role {name} must be {'LOGIN' if name == login else 'NOLOGIN'}")
    found += [f"role {role} needs a {name}" for role, name in missing_limits(cursor, owner, login)]
    return found + wrong_memberships(cursor, login, about)


def wrong_memberships(cursor, login: str, known: dict) -> list[str]:
    """The login role is a member of the tenant roles and of nothing else; they are members of nothing."""
    found = []
    for name in {login, *TENANT_ROLES} & known.keys():
        wanted = set(TENANT_ROLES) if name == login else set()
        cursor.execute(MEMBER_OF, [name])
        have = {role for (role,) in cursor.fetchall()}
        found += [f"role {name} must be a member of {role}" for role in sorted(wanted - have)]
        found += [f"role {name} must not be a member of {role}" for role in sorted(have - wanted)]
    return found


def script(database: str, owner: str, login: str) -> str:
    """The same as `bootstrap` as text for psql, run once by a superuser of a server of yours; harmless when repeated."""
    ident = {name: '"' + name.replace('"', '""') + '"' for name in (database, owner, login, *TENANT_ROLES)}
    literal = {name: "'" + name.replace("'", "''") + "'" for name in ident}
    lines = [
        "-- Run once with psql as a superuser, in the maintenance database (usually: postgres).",
        "begin;",
        f"select pg_advisory_xact_lock({LOCK});",
    ]
    for role, attributes in rights(owner, login).items():
        create = f"create role {ident[role]} {attributes}"
        lines.append(
            f"select $${create}$$ where not exists (select from pg_roles where rolname = {literal[role]}) \\gexec"
        )
    for role, wanted in limits(owner, login).items():
        for name, value in wanted.items():
            carried = f"rolname = {literal[role]} and rolconfig::text like '%{name}=%'"
            change = f"alter role {ident[role]} set {name} = '{value}'"
            lines.append(f"select $${change}$$ where not exists (select from pg_roles where {carried}) \\gexec")
    lines += [
        f"grant {', '.join(TENANT_ROLES)} to {ident[login]};",
        "commit;",
        f"select $$create database {ident[database]} owner {ident[owner]} template template0$$",
        f"where not exists (select from pg_database where datname = {literal[database]}) \\gexec",
        "-- Where they log in by password, set one for each:",
        f"-- \\password {ident[owner]}",
        f"-- \\password {ident[login]}",
    ]
    return "\n".join(lines) + "\n"
