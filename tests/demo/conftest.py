"""The demo world on a database of its own, loaded by a process of its own as `manage.py demo` does it."""

import contextlib
import json
import subprocess
import sys
from types import SimpleNamespace

import pytest

from connexcs.embedded import ROOT
from tests.database import CLUSTER, OWNER, administration, clone_database, drop, server_environment

LOAD = (
    "import django, json; django.setup(); from connexcs.demo import load_world; print('\\n' + json.dumps(load_world()))"
)
LIMIT = 300  # seconds, on a machine that does much else


def environment(database, folder):
    """Of a process that belongs to this world: its database, and a data folder that nobody else uses."""
    own = {"CONNEXCS_DATA_DIR": str(folder), "CONNEXCS_DEMO": "1", "DJANGO_SETTINGS_MODULE": "connexcs.settings"}
    return server_environment(database) | own | {"JOB_LEASE_SECONDS": "2"}


def begin(database, folder):
    """A process that loads the world and prints the logins as its last line."""
    return subprocess.Popen(
        [sys.executable, "-c", LOAD], cwd=ROOT, env=environment(database, folder), stdout=subprocess.PIPE, text=True
    )


def load(database, folder):
    """The logins, when the world is complete."""
    process = begin(database, folder)
    output, _ = process.communicate(timeout=LIMIT)
    assert process.returncode == 0
    return json.loads(output.splitlines()[-1])


def rows(database, statement, *parameters):
    """The answer of a statement, seen by the superuser: no lock hides anything."""
    with contextlib.closing(CLUSTER.connect(database=database)) as connection, connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


@contextlib.contextmanager
def copy_of(database):
    """A second database with all that is in the first, dropped at the end."""
    name = f"{database}_copy"
    with administration() as cursor:
        cursor.execute(f"create database {name} owner {OWNER} template {database} strategy file_copy")
    try:
        yield name
    finally:
        with administration() as cursor:
            drop(cursor, name)


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """One loaded world for all tests that only look: `database`, `folder`, `logins`."""
    folder = tmp_path_factory.mktemp("demo")
    with clone_database("demo") as database:
        yield SimpleNamespace(database=database, folder=folder, logins=load(database, folder))
