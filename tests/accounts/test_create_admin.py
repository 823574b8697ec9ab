"""`create_admin` on a database of its own, and what its link is worth when many use it at once."""

import contextlib
import hashlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.management import CommandError, call_command

from accounts.areas import AREAS
from connexcs.embedded import LOGIN, OWNER, ROOT
from tests.database import CLUSTER, clone_database, server_environment

ROWS_OF_ADMINISTRATORS = """SELECT area, boxes FROM accounts_areaaccess JOIN accounts_role r ON r.group_id = role_id
    WHERE r.name = 'Administrators'"""
pytestmark = pytest.mark.xdist_group("create_admin")  # one database, one story
EMAIL, AT_ONCE = "first@example.test", 20


@pytest.fixture(scope="module")
def database():
    with clone_database("admin") as name:
        yield name


def create_admin(database, *arguments):
    command = [sys.executable, "manage.py", "create_admin", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=server_environment(database), capture_output=True, text=True, check=False
    )


@contextlib.contextmanager
def cursor_of(database, role=OWNER):
    with contextlib.closing(CLUSTER.connect(role, database)) as connection, connection, connection.cursor() as cursor:
        yield cursor


def ask(database, sql):
    with cursor_of(database) as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def test_first_administrator_comes_by_a_link_that_works_once(database):
    done = create_admin(database, "--email", EMAIL.upper(), "--name", "First Admin", "--company-name", "Carrier Ltd")
    assert done.returncode == 0, done.stderr
    token = done.stdout.split()[-1].split("/")[-2]
    assert ask(database, "SELECT name, is_master FROM resellers_company") == [("Carrier Ltd", True)]
    groups = [("Administrators", "master"), ("Support", "master")]
    assert ask(database, "SELECT name, audience FROM accounts_role ORDER BY name") == groups
    rows = ask(database, ROWS_OF_ADMINISTRATORS)
    assert {area: tuple(boxes) for area, boxes in rows} == {area: one.boxes for area, one in AREAS.items()}
    assert ask(database, "SELECT count(*) FROM accounts_user") == [(0,)]

    gate = Barrier(AT_ONCE)
    digest = hashlib.sha256(token.encode()).digest()

    def accept(number):
        with cursor_of(database, LOGIN) as cursor:
            gate.wait()
            cursor.execute("SELECT acl.accept_invitation(%s, %s, '!')", [digest, f"Person {number}"])
            return cursor.fetchone()[0]

    with ThreadPoolExecutor(AT_ONCE) as pool:
        made = [user for user in pool.map(accept, range(AT_ONCE)) if user]
    assert ask(database, "SELECT id, email, is_active FROM accounts_user") == [(made[0], EMAIL, True)]
    assert len(made) == 1


def test_second_call_keeps_company_and_groups_and_refuses_a_known_address(database):
    before = ask(database, "SELECT count(*) FROM accounts_role")
    done = create_admin(database, "--email", "second@example.test", "--name", "Second", "--company-name", "Other")
    assert done.returncode == 0, done.stderr
    assert ask(database, "SELECT count(*) FROM accounts_role") == before
    assert ask(database, "SELECT name FROM resellers_company") == [("Carrier Ltd",)]
    refused = create_admin(database, "--email", EMAIL, "--name", "Again")
    assert refused.returncode == 1 and "has an account" in refused.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("--email", "nonsense", "--name", "X"),
        ("--email", "a@b.test", "--name", " "),
        ("--email", "u@ex\u00e4mple.test", "--name", "X"),
        ("--email", "a@b.test", "--name", "Two\nlines"),
    ],
)
def test_bad_arguments_are_refused_in_words(db, arguments):
    with pytest.raises(CommandError):
        call_command("create_admin", *arguments)


@pytest.mark.parametrize("harm", [
    "UPDATE accounts_role SET is_active = false WHERE name = 'Administrators'",
    "UPDATE accounts_areaaccess SET boxes = '{}' WHERE area = 'user'",
    "DELETE FROM accounts_areaaccess WHERE area = 'group'",
])  # fmt: skip
def test_group_of_the_administrators_is_restored_and_it_is_said(database, harm):
    with cursor_of(database) as cursor:
        cursor.execute(harm)
        assert cursor.rowcount
    done = create_admin(database, "--email", "back@example.test", "--name", "Back")
    assert done.returncode == 0, done.stderr
    assert "gives every right again" in done.stdout
    rows = ask(database, ROWS_OF_ADMINISTRATORS + " AND r.is_active")
    assert {area: set(boxes) for area, boxes in rows} == {area: set(one.boxes) for area, one in AREAS.items()}


def test_of_a_group_that_is_whole_nothing_is_said(database):
    done = create_admin(database, "--email", "back@example.test", "--name", "Back")
    assert done.returncode == 0 and "gives every right" not in done.stdout
