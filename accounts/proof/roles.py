"""The database's roles: the login role and the three of tenants pass no lock, own nothing and are nothing more."""

from django.conf import settings

from accounts.rowsecurity import ROLES

ABOUT = """
    SELECT rolname, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication, rolinherit, rolcanlogin
    FROM pg_roles WHERE rolname = ANY (%s)
"""
WORDS = ("SUPERUSER", "BYPASSRLS", "CREATEROLE", "CREATEDB", "REPLICATION", "INHERIT")
MEMBERS = """
    WITH RECURSIVE above AS (
        SELECT m.member, m.roleid FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = ANY (%s)
        UNION SELECT above.member, m.roleid FROM above JOIN pg_auth_members m ON m.member = above.roleid)
    SELECT a.rolname, b.rolname FROM above JOIN pg_roles a ON a.oid = member JOIN pg_roles b ON b.oid = roleid ORDER BY 1, 2
"""
OWNED = """
    SELECT r.rolname, 'owns ' || CASE WHEN o.kind = 'S' THEN 'sequence ' WHEN o.kind = 'n' THEN 'schema '
        WHEN o.kind = 'f()' THEN 'function ' WHEN o.kind = 'd' THEN 'database ' ELSE 'table ' END || o.name
    FROM (SELECT relowner AS owner, relname AS name, relkind::text AS kind FROM pg_class
          UNION ALL SELECT proowner, proname, 'f()' FROM pg_proc UNION ALL SELECT nspowner, nspname, 'n' FROM pg_namespace
          UNION ALL SELECT datdba, datname, 'd' FROM pg_database WHERE datname = current_database()) o
    JOIN pg_roles r ON r.oid = o.owner WHERE r.rolname = ANY (%s) AND o.kind NOT IN ('i', 't') ORDER BY 1, 2
"""
# What a setting of a role or a database can undo.
SETTINGS = """
    SELECT coalesce('role ' || r.rolname, 'database ' || d.datname), setting FROM pg_db_role_setting s
    LEFT JOIN pg_roles r ON r.oid = s.setrole LEFT JOIN pg_database d ON d.oid = s.setdatabase, unnest(s.setconfig) setting
    WHERE (d.datname IS NULL OR d.datname = current_database()) AND (r.rolname IS NULL OR r.rolname = ANY (%s))
        AND split_part(setting, '=', 1) IN ('row_security', 'session_replication_role', 'role', 'search_path') ORDER BY 1, 2
"""
CREATE = """
    SELECT r.rolname, 'may create objects in schema ' || n.nspname FROM pg_roles r, pg_namespace n
    WHERE r.rolname = ANY (%s) AND NOT r.rolsuper AND n.nspname IN ('public', 'acl') AND has_schema_privilege(r.oid, n.oid, 'CREATE') ORDER BY 1, 2
"""


def ours() -> list[str]:
    return [settings.LOGIN_ROLE, *ROLES]


def strong(cursor):
    """Attributes that would pass row security or lead to it; a role that is missing; a tenant role that can log in."""
    cursor.execute(ABOUT, [ours()])
    about = {name: rest for name, *rest in cursor.fetchall()}
    for name in ours():
        if name not in about:
            yield f"role {name}", "does not exist"
            continue
        *flags, can_login = about[name]
        yield from ((f"role {name}", f"is {word}") for word, given in zip(WORDS, flags, strict=True) if given)
        if can_login != (name == settings.LOGIN_ROLE):
            yield f"role {name}", "can log in" if can_login else "cannot log in"


def members(cursor):
    """The login role is a member of the tenant roles and of nothing else; they are members of nothing."""
    cursor.execute(MEMBERS, [ours()])
    have = set(cursor.fetchall())
    wanted = {(settings.LOGIN_ROLE, role) for role in ROLES}
    yield from ((f"role {name}", f"is a member of {other}") for name, other in sorted(have - wanted))
    yield from ((f"role {name}", f"is no member of {other}") for name, other in sorted(wanted - have))


def owners(cursor):
    cursor.execute(OWNED, [ours()])
    yield from ((f"role {name}", detail) for name, detail in cursor.fetchall())
    cursor.execute(CREATE, [ours()])
    yield from ((f"role {name}", detail) for name, detail in cursor.fetchall())


def role_settings(cursor):
    cursor.execute(SETTINGS, [ours()])
    return cursor.fetchall()
