"""Server and worker do not start while one of the two locks could not hold."""

import contextlib
import os
import subprocess
import sys

import pytest
from django.core.management.base import CommandError

from connexcs.database import refuse_open_tables
from connexcs.embedded import LOGIN, ROOT
from tests.access.proving import superuser
from tests.database import CLUSTER, clone_database, server_environment
from tests.setup.clusters import cluster

OPENED = {
    "row security is disabled": ("ALTER TABLE resellers_customer DISABLE ROW LEVEL SECURITY", "resellers_customer"),
    "row security is not forced": ("ALTER TABLE accounts_user NO FORCE ROW LEVEL SECURITY", "accounts_user"),
    "a policy is missing": ("DROP POLICY acl_tenant_select ON ratecards_ratecard", "ratecards_ratecard"),
    "a policy is opened": ("ALTER POLICY acl_tenant_select ON ratecards_chunk USING (true)", "ratecards_chunk"),
    "a right is given": ("GRANT SELECT ON resellers_customer TO PUBLIC", "resellers_customer"),
    "the scope is decided otherwise": ("ALTER FUNCTION acl.resolve(bigint) SECURITY INVOKER", "acl.sql"),
}


def execute(server, sql, database="postgres"):
    connection = server.connect(database=database)
    connection.autocommit = True
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute(sql)


def manage(environment, *arguments):
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture
def database():
    with clone_database("ready") as name:
        yield name


@pytest.fixture
def own_cluster():
    """Roles belong to a cluster: whoever weakens one needs his own. Its database is not migrated."""
    with cluster() as server:
        server.start()
        yield server


@pytest.mark.parametrize("fault", OPENED)
def test_a_database_with_one_lock_open_is_refused_by_name(django_db_setup, django_db_blocker, fault):
    sql, name = OPENED[fault]
    with django_db_blocker.unblock(), superuser() as cursor:
        refuse_open_tables(cursor)
        cursor.execute(sql)
        with pytest.raises(CommandError, match=f"{name}.*\n.*audit_access"):
            refuse_open_tables(cursor)


def test_server_and_worker_refuse_until_migrate_puts_it_right(database):
    execute(CLUSTER, OPENED["row security is disabled"][0], database)
    environment = server_environment(database)
    for arguments in (["worker", "--once"], ["serve", "--port", "0"]):
        refused = manage(environment, *arguments)
        assert refused.returncode == 1
        assert "resellers_customer" in refused.stderr and "Traceback" not in refused.stderr

    assert manage(environment, "migrate", "--verbosity", "0").returncode == 0
    assert (manage(environment, "worker", "--once").returncode) == 0


def test_server_and_worker_refuse_a_role_that_passes_row_security(own_cluster):
    environment = os.environ | {"CONNEXCS_DATA_DIR": str(own_cluster.home.parent)}
    unmigrated = manage(environment, "worker", "--once")
    assert unmigrated.returncode == 1 and "not migrated" in unmigrated.stderr

    execute(own_cluster, f"ALTER ROLE {LOGIN} SUPERUSER")
    refused = manage(environment, "serve", "--port", "0")
    assert refused.returncode == 1 and f"role {LOGIN} must be NOSUPERUSER" in refused.stderr

    execute(own_cluster, f"ALTER ROLE {LOGIN} NOSUPERUSER BYPASSRLS")
    refused = manage(environment, "worker", "--once")
    assert refused.returncode == 1 and f"role {LOGIN} must be NOSUPERUSER NOBYPASSRLS" in refused.stderr
