"""`migrate` and `db roles` on a server of yours: PostgreSQL 15, roles with names of its own."""

import contextlib
import os
import subprocess
import sys
from urllib.parse import quote

import pytest

from connexcs.embedded import LOGIN, NAME, OWNER, ROOT, SUPERUSER, TENANT_ROLES
from tests.setup.clusters import OLD, cluster

pytestmark = [
    pytest.mark.skipif(not OLD.exists(), reason=f"no PostgreSQL 15 in {OLD}"),
    pytest.mark.xdist_group("external"),
]
OUR_OWNER, OUR_LOGIN, OUR_NAME = "telecom_owner", "telecom_login", "telecom"


@pytest.fixture(scope="module")
def old_cluster():
    with cluster(OLD, logins=(SUPERUSER, OUR_OWNER, OUR_LOGIN)) as server:
        yield server


@pytest.fixture
def external(old_cluster):
    """A running PostgreSQL 15 that knows nothing of the panel."""
    old_cluster.start()
    connection = old_cluster.connect()
    connection.autocommit = True
    with contextlib.closing(connection), connection.cursor() as cursor:
        for database in (NAME, OUR_NAME):
            cursor.execute(f"drop database if exists {database}")
        cursor.execute(f"drop role if exists {', '.join([OWNER, LOGIN, OUR_OWNER, OUR_LOGIN, *TENANT_ROLES])}")
    return old_cluster


def manage(server, *arguments, owner=OUR_OWNER):
    urls = {
        "DATABASE_URL": f"postgres://{OUR_LOGIN}@/{quote(str(server.run))}/{OUR_NAME}",
        "DATABASE_OWNER_URL": f"postgres://{owner}@/{quote(str(server.run))}/{OUR_NAME}",
    }
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=os.environ | urls, capture_output=True, text=True, check=False)


def ask(server, role, statement):
    with contextlib.closing(server.connect(role, OUR_NAME)) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


@pytest.mark.fault
@pytest.mark.long
def test_the_printed_sql_run_once_makes_a_server_that_migrates(external):
    roles = manage(external, "db", "roles")
    psql = [OLD / "psql", "-h", external.run, "-U", SUPERUSER, "-d", "postgres", "-v", "ON_ERROR_STOP=1", "-q"]
    for _ in range(2):  # harmless when repeated
        subprocess.run(psql, input=roles.stdout, text=True, check=True, capture_output=True)

    migrated = manage(external, "migrate", "--verbosity", "0")

    assert migrated.returncode == 0, migrated.stderr
    tables = "select count(*), count(*) filter (where tableowner = %r) from pg_tables where schemaname = 'public'"
    ((count, owned),) = ask(external, OUR_LOGIN, tables.replace("%r", f"'{OUR_OWNER}'"))
    assert count == owned > 10


def test_an_owner_who_may_make_roles_makes_them(external):
    migrated = manage(external, "migrate", "--plan", owner=SUPERUSER)

    assert migrated.returncode == 0, migrated.stderr
    ((superuser, bypass),) = ask(
        external, OUR_LOGIN, f"select rolsuper, rolbypassrls from pg_roles where rolname = '{OUR_LOGIN}'"
    )
    assert (superuser, bypass) == (False, False)


def test_an_owner_who_may_not_make_roles_gets_the_sql_and_nothing_is_made(external):
    with contextlib.closing(external.connect()) as connection, connection.cursor() as cursor:
        cursor.execute(f"create role {OUR_OWNER} login bypassrls createdb")
        connection.commit()

    refused = manage(external, "migrate")

    assert refused.returncode == 1
    assert f"role {OUR_LOGIN} does not exist" in refused.stderr
    assert f'create role "{OUR_LOGIN}" login nosuperuser nobypassrls' in refused.stderr
    with contextlib.closing(external.connect()) as connection, connection.cursor() as cursor:
        cursor.execute("select datname from pg_database where datname = %s", [OUR_NAME])
        assert cursor.fetchall() == []


def test_a_server_that_is_not_there_is_said_in_one_message(external):
    external.stop()

    refused = manage(external, "migrate")

    assert refused.returncode == 1
    assert f"no connection as {OUR_OWNER}" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_the_panel_is_not_served_by_a_role_that_passes_row_security(external):
    with contextlib.closing(external.connect()) as connection, connection.cursor() as cursor:
        cursor.execute(f"create role {OUR_LOGIN} login bypassrls")
        cursor.execute(f"create role {OUR_OWNER} login bypassrls")
        connection.commit()
        connection.autocommit = True
        cursor.execute(f"create database {OUR_NAME} owner {OUR_OWNER}")

    refused = manage(external, "serve", "--port", "1", "--skip-checks")

    assert refused.returncode == 1
    assert f"role {OUR_LOGIN} must be NOSUPERUSER NOBYPASSRLS" in refused.stderr


def test_commands_of_the_embedded_server_leave_a_server_of_yours_alone(external):
    refused = manage(external, "db", "stop")

    assert refused.returncode == 1
    assert "DATABASE_URL names a server of yours" in refused.stderr
    assert external.status() == "running"
