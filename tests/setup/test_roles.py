"""The roles that keep both locks: what the login role cannot do, and what a wrong role is told."""

import contextlib
from concurrent.futures import ThreadPoolExecutor

import psycopg2
import pytest

from connexcs.embedded import LOGIN, NAME, OWNER, SUPERUSER, TENANT_ROLES, bootstrap, problems, script
from tests.database import CLUSTER
from tests.setup.clusters import cluster

REFUSED_TO_LOGIN = (
    f"set role {OWNER}",
    f"set role {SUPERUSER}",
    "create table own_table (a int)",
    "create role another",
    "create database another",
    f"alter role {LOGIN} bypassrls",
    "copy (select 1) to program 'true'",
    "select pg_read_file('/etc/passwd')",
)
WRONG = {
    f"alter role {LOGIN} superuser": f"role {LOGIN} must be NOSUPERUSER",
    f"alter role {LOGIN} bypassrls": f"role {LOGIN} must be NOSUPERUSER NOBYPASSRLS",
    f"alter role {LOGIN} createrole": f"role {LOGIN} must be NOSUPERUSER",
    f"alter role {LOGIN} inherit": f"role {LOGIN} must be NOINHERIT",
    f"alter role {LOGIN} nologin": f"role {LOGIN} must be LOGIN",
    f"grant {OWNER} to {LOGIN}": f"role {LOGIN} must not be a member of {OWNER}",
    f"grant {OWNER} to acl_master": f"role acl_master must not be a member of {OWNER}",
    f"revoke acl_tenant from {LOGIN}": f"role {LOGIN} must be a member of acl_tenant",
    "alter role acl_tenant bypassrls": "role acl_tenant must be NOSUPERUSER NOBYPASSRLS",
    "alter role acl_subtree login": "role acl_subtree must be NOLOGIN",
    f"alter role {OWNER} nobypassrls": f"role {OWNER} needs BYPASSRLS",
    f"alter role {OWNER} noinherit": f"role {OWNER} must be INHERIT",
    "alter role acl_master rename to acl_gone": "role acl_master does not exist",
}


@pytest.fixture
def login_cursor():
    connection = CLUSTER.connect(LOGIN, NAME)
    connection.autocommit = True
    with contextlib.closing(connection), connection.cursor() as cursor:
        yield cursor


@pytest.fixture
def superuser_cursor():
    """Whatever a test does to the roles is rolled back: they belong to the whole cluster."""
    with contextlib.closing(CLUSTER.connect()) as connection, connection.cursor() as cursor:
        yield cursor
        connection.rollback()


@pytest.mark.parametrize("statement", REFUSED_TO_LOGIN)
def test_the_login_role_is_refused(login_cursor, statement):
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        login_cursor.execute(statement)


@pytest.mark.parametrize("role", TENANT_ROLES)
def test_the_login_role_may_become_a_tenant_role_and_passes_no_row_security_there(login_cursor, role):
    login_cursor.execute(f"set role {role}")
    login_cursor.execute("select rolsuper or rolbypassrls from pg_roles where rolname = current_user")

    assert login_cursor.fetchone() == (False,)


def test_the_roles_of_a_fresh_cluster_are_right(superuser_cursor):
    assert problems(superuser_cursor, OWNER, LOGIN) == []


@pytest.mark.parametrize(("statement", "sentence"), WRONG.items())
def test_a_wrong_role_is_found_and_named(superuser_cursor, statement, sentence):
    superuser_cursor.execute(statement)

    assert [found for found in problems(superuser_cursor, OWNER, LOGIN) if found.startswith(sentence)]


def test_one_role_for_both_tasks_is_refused(superuser_cursor):
    assert any("the same role" in found for found in problems(superuser_cursor, OWNER, OWNER))


def test_two_set_ups_of_two_databases_at_once_both_succeed():
    with cluster() as server:
        server.start()
        with contextlib.closing(server.connect()) as connection, connection.cursor() as cursor:
            cursor.execute(f"drop role {', '.join(TENANT_ROLES)}")
            connection.commit()

        def set_up(database):
            with contextlib.closing(server.connect()) as connection:
                bootstrap(connection, database, OWNER, LOGIN)

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(set_up, ["one", "two", "three", "four"]))

        with contextlib.closing(server.connect()) as connection, connection.cursor() as cursor:
            cursor.execute("select count(*) from pg_database where datname in ('one', 'two', 'three', 'four')")
            assert cursor.fetchone() == (4,)
            assert problems(cursor, OWNER, LOGIN) == []


def test_names_with_quotes_stay_names_in_the_script():
    text = script("da'ta", 'own"er', "log'in")

    assert 'create role "own""er" ' in text
    assert "rolname = 'log''in'" in text
    assert "datname = 'da''ta'" in text
