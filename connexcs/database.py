"""What the commands need of the database: start it, be its owner for a while, check its roles."""

import contextlib
from collections.abc import Iterator

import psycopg2
from django.core.management.base import CommandError
from django.db import DatabaseError, connections

from accounts import rowsecurity
from connexcs.embedded import Server, bootstrap, problems, script


def embedded_server() -> Server | None:
    """The controller of the embedded server, or None where the settings name a server of yours."""
    server = Server()
    return server if server.serves(connections["owner"].settings_dict["HOST"]) else None


def ready_to_serve() -> None:
    """Start or attach to the database; refuse while one of the two locks could not hold.

    Raises Trouble or CommandError: a login role that passes row security, or a table whose policies are not those that
    the last migrate put there, would leave one lock instead of two.
    """
    if server := embedded_server():
        server.start()
    try:
        with connections["default"].cursor() as cursor:
            refuse(problems(cursor, *role_names()))
            refuse_open_tables(cursor)
    except DatabaseError as error:
        raise CommandError(f"no connection to the database: {error}".strip()) from None


def refuse_open_tables(cursor) -> None:
    cursor.execute("SELECT to_regclass('acl.applied') IS NOT NULL")
    if not cursor.fetchone()[0]:
        raise CommandError("the database is not migrated: run manage.py migrate")
    if names := rowsecurity.tampered(cursor):
        raise CommandError(
            f"row security is not as it was put there: {', '.join(names)}.\n"
            "Run manage.py audit_access to see what is wrong, and manage.py migrate to put it right."
        )


def ready_to_migrate() -> None:
    """Start or attach to the embedded server, or make and check the roles of a server of yours.

    Roles and database are made where the owner may; where he may not, CommandError carries the SQL for who may.
    """
    if server := embedded_server():
        server.start()
        return
    owner, login = role_names()
    passwords = {login: connections["default"].settings_dict["PASSWORD"]}
    with contextlib.closing(maintenance()) as connection:
        with contextlib.suppress(psycopg2.errors.InsufficientPrivilege):
            bootstrap(connection, connections["owner"].settings_dict["NAME"], owner, login, passwords)
        with connection, connection.cursor() as cursor:
            refuse(problems(cursor, owner, login))


def refuse(wrong: list[str]) -> None:
    if wrong:
        raise CommandError("the server's roles are not right:\n- " + "\n- ".join(wrong) + f"\n\n{role_script()}")


def role_names() -> tuple[str, str]:
    """Owner and login role, as the settings name them."""
    return connections["owner"].settings_dict["USER"], connections["default"].settings_dict["USER"]


def role_script() -> str:
    """SQL that makes roles and database, for psql; harmless when repeated."""
    return script(connections["owner"].settings_dict["NAME"], *role_names())


def maintenance():
    """A psycopg2 connection of the owner to the maintenance database."""
    owner = connections["owner"]
    try:
        return owner.Database.connect(**owner.get_connection_params() | {"dbname": "postgres"})
    except psycopg2.OperationalError as error:
        raise CommandError(f"no connection as {owner.settings_dict['USER']}: {error}".strip()) from None


@contextlib.contextmanager
def as_owner() -> Iterator[None]:
    """Inside, the default alias connects as the owner role. Migrations of libraries name no alias, so a second alias
    would not do: half of such a migration would run as the login role."""
    default = connections["default"]
    before = default.settings_dict
    default.close()
    default.settings_dict = connections["owner"].settings_dict
    try:
        yield
    finally:
        default.close()
        default.settings_dict = before
