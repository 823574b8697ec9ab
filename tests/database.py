"""pytest plugin: a throw-away cluster, a template migrated once, and a clone of it for every test process.

Tests connect as a role of their own that starts as the login role, so rights are the real ones, and may become the
owner in the same transaction to build their world. The first session starts the cluster, the last one to end stops it.
"""

import contextlib
import fcntl
import hashlib
import itertools
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from urllib.parse import quote

import pytest

from connexcs.embedded import LOGIN, OWNER, ROOT, SUPERUSER, TENANT_ROLES, Server, Trouble
from connexcs.embedded.roles import LOGIN_LIMITS
from tests.environment import BINARIES, HOME

TEST_ROLE = "connexcs_test"
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_wal_size": "4GB"}
CLUSTER = Server(HOME, BINARIES, FAST, logins=(SUPERUSER, OWNER, LOGIN, TEST_ROLE))
APPS = ("accounts", "resellers", "ratecards", "connexcs")
SOURCES = (
    "**/migrations/*.py",
    "**/*.sql",
    "**/tables.py",
    "**/tenancy.py",
    "**/*triggers.py",
    "**/rowsecurity*",
    "**/areas.py",
)
LIBRARIES = ("django", "django-guardian", "django-allauth", "django-pgtrigger", "django-tasks-db")
TEMPLATE_LOCK = 7_246_812
numbers = itertools.count(1)


# -- the cluster: shared by all sessions; the controlling process of the first starts it, of the last stops it ---------


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    if not hasattr(session.config, "workerinput"):
        session.config.add_cleanup(join_cluster())


def join_cluster():
    """Start the cluster or attach to it; returns the function that leaves it again."""
    try:
        CLUSTER.make_folders()
        sessions = open(Path(HOME) / "sessions.lock", "a")  # noqa: SIM115 (held for the whole session)
        if may_lock(sessions, fcntl.LOCK_EX):  # no other session lives
            CLUSTER.start()
            with administration() as cursor:
                drop_leftovers(cursor)
        fcntl.flock(sessions, fcntl.LOCK_SH)
        CLUSTER.start()
        with administration() as cursor:
            make_test_role(cursor)
    except Trouble as trouble:
        pytest.exit(f"the test database: {trouble}", returncode=3)

    def leave():
        if may_lock(sessions, fcntl.LOCK_EX):
            CLUSTER.stop()
        sessions.close()

    return leave


def may_lock(file, kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextlib.contextmanager
def administration() -> Iterator:
    """A cursor in the maintenance database, where databases are made and dropped."""
    connection = CLUSTER.connect()
    connection.autocommit = True
    with contextlib.closing(connection), connection.cursor() as cursor:
        yield cursor


def make_test_role(cursor) -> None:
    """May become each of our roles and is none of them by itself. Never made on a cluster that people use."""
    cursor.execute("select pg_advisory_lock(%s)", [TEMPLATE_LOCK])
    cursor.execute("select 1 from pg_roles where rolname = %s", [TEST_ROLE])
    if cursor.fetchone() is None:
        cursor.execute(f"create role {TEST_ROLE} login nosuperuser noinherit")
        cursor.execute(f"grant {', '.join([OWNER, LOGIN, *TENANT_ROLES])} to {TEST_ROLE}")
    cursor.execute(f"grant set on parameter session_replication_role to {TEST_ROLE}")  # for tests.snapshot
    for name, value in LOGIN_LIMITS.items():
        cursor.execute(f"alter role {TEST_ROLE} set {name} = '{value}'")
    cursor.execute("select pg_advisory_unlock(%s)", [TEMPLATE_LOCK])


def drop_leftovers(cursor) -> None:
    """What killed sessions left, and templates of other sources. Only called while no other session lives."""
    cursor.execute("select datname from pg_database where datname like 'test\\_%' or datname like 'tpl\\_%'")
    for (name,) in cursor.fetchall():
        if name != template_name():
            drop(cursor, name)


def drop(cursor, name: str) -> None:
    cursor.execute(f'alter database "{name}" is_template false')
    cursor.execute(f'drop database "{name}" with (force)')


# -- the template ------------------------------------------------------------------------------------------------------


def template_name() -> str:
    """Changes with everything that makes the schema: a stale template would test yesterday's rules."""
    digest = hashlib.sha256(repr([(name, version(name)) for name in LIBRARIES]).encode())
    files = {file for app in APPS for pattern in SOURCES for file in (ROOT / app).glob(pattern) if file.is_file()}
    for file in sorted(files):
        if "__pycache__" not in file.parts:
            digest.update(bytes(file.relative_to(ROOT)) + b"\0" + file.read_bytes())
    return f"tpl_{digest.hexdigest()[:16]}"


def template() -> str:
    """Name of the migrated template; the first process that asks makes it, the others wait."""
    name = template_name()
    with administration() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [TEMPLATE_LOCK])
        cursor.execute("select datistemplate from pg_database where datname = %s", [name])
        found = cursor.fetchone()
        if found != (True,):
            if found:  # its maker was killed half-way
                drop(cursor, name)
            cursor.execute(f"create database {name} owner {OWNER} template template0")
            migrate(name)
            cursor.execute(f"alter database {name} is_template true allow_connections false")
    return name


def migrate(name: str) -> None:
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    done = subprocess.run(command, cwd=ROOT, env=server_environment(name), capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"migrating the template of the test databases failed:\n{done.stdout}{done.stderr}")


# -- clones ------------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def clone_database(label: str = "extra") -> Iterator[str]:
    """A database of its own, migrated and empty, dropped at the end: for a test that commits or runs a real server."""
    name = f"test_{label}_{os.getpid()}_{next(numbers)}"
    source = template()
    with administration() as cursor:
        cursor.execute(f"create database {name} owner {OWNER} template {source} strategy file_copy")
    try:
        yield name
    finally:
        with administration() as cursor:
            drop(cursor, name)


def database_url(name: str, role: str) -> str:
    return f"postgres://{role}@/{quote(str(CLUSTER.run))}/{name}"


def server_environment(name: str) -> dict[str, str]:
    """Environment of a child process that runs the panel on database `name` with the real login and owner roles."""
    urls = {"DATABASE_URL": database_url(name, LOGIN), "DATABASE_OWNER_URL": database_url(name, OWNER)}
    return os.environ | urls


@pytest.fixture(scope="session")
def django_db_setup(request, django_test_environment, django_db_blocker) -> Iterator[None]:
    """In place of pytest-django's: this process's clone, reached as the test role under the login role's rights."""
    from django.db import connections

    worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
    with clone_database(worker) as name:
        for alias, role in (("default", LOGIN), ("owner", OWNER)):
            settings = connections[alias].settings_dict
            settings |= {"NAME": name, "USER": TEST_ROLE, "OPTIONS": {"options": f"-c role={role}"}}
        yield
        with django_db_blocker.unblock():
            connections.close_all()
