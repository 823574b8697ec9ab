"""The controller of the embedded server: attach, start, stop, and what a crash leaves."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg2
import pytest

from connexcs.embedded import LOGIN, NAME, ROOT, Server, Trouble, account
from tests.database import CLUSTER, FAST
from tests.setup.clusters import cluster, folder

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another account")


@pytest.fixture(scope="module")
def server():
    with cluster() as server:
        server.start()
        yield server


def execute(server, statement):
    connection = server.connect(database=NAME)
    connection.autocommit = True
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def postmaster(server):
    return int((server.data / "postmaster.pid").read_text().split()[0])


def outcome_as(uid, action):
    """Run `action` in a child process that is the account with this number; returns the name of what it raised."""
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.setgroups([])
        os.setgid(uid)
        os.setuid(uid)
        try:
            action()
            os.write(writing, b"nothing")
        except (OSError, Trouble) as error:
            os.write(writing, f"{type(error).__name__}: {error}".encode())
        os._exit(0)
    os.close(writing)
    os.wait()
    with open(reading) as said:
        return said.read()


def test_a_second_start_attaches_to_the_running_server(server):
    before = postmaster(server)

    assert server.start() is False
    assert postmaster(server) == before
    assert server.status() == "running"


def test_of_four_starts_at_once_one_starts_and_three_attach():
    with cluster() as server, ThreadPoolExecutor(4) as pool:
        others = [Server(server.home.parent, server.binaries(), FAST) for _ in range(4)]

        started = list(pool.map(lambda one: one.start(), others))

        assert sorted(started) == [False, False, False, True]


def test_data_survive_stop_and_start():
    with cluster() as server:
        server.start()
        execute(server, "create table kept as select 42 as answer")

        assert server.stop() is True
        assert server.status() == "stopped"
        assert server.stop() is False
        assert server.start() is True
        assert execute(server, "select answer from kept") == [(42,)]


def test_a_killed_server_starts_again_with_its_data():
    with cluster(extra_settings={"fsync": "off"}) as server:
        server.start()
        execute(server, "create table kept as select 42 as answer")
        os.kill(postmaster(server), signal.SIGKILL)

        assert server.start() is True
        assert execute(server, "select answer from kept") == [(42,)]


@pytest.mark.fault
def test_a_start_waits_for_a_busy_child_of_a_killed_server():
    with cluster() as server, ThreadPoolExecutor(1) as pool:
        server.start()
        busy = "do $$ begin for i in 1..60000000 loop null; end loop; end $$"
        pool.submit(execute, server, busy)
        while not execute(server, "select 1 from pg_stat_activity where state = 'active' and query like 'do %'"):
            pass
        os.kill(postmaster(server), signal.SIGKILL)
        left = server.processes()

        assert left
        assert server.start() is True
        assert not set(left) & set(server.processes())


def test_a_number_used_again_by_a_stranger_is_no_running_server():
    with cluster() as server:
        server.start()
        server.stop()
        (server.data / "postmaster.pid").write_text(f"{os.getpid()}\n{server.data}\n0\n5432\n{server.run}\n\n0 0\n")

        assert server.start() is True


def test_an_interrupted_first_start_is_done_again():
    with cluster() as server:
        with server.locked():
            new = server.home / "data.new"
            new.mkdir()
            (new / "PG_VERSION").write_text("half made")

        assert server.start() is True
        assert not new.exists()


def test_data_of_another_postgresql_are_refused_by_name():
    with cluster() as server:
        with server.locked():
            server.data.mkdir()
            (server.data / "PG_VERSION").write_text("12\n")

        with pytest.raises(Trouble, match="are of PostgreSQL 12"):
            server.start()


def test_a_long_path_gets_a_short_private_socket_folder():
    with folder() as home:
        server = Server(home / ("long" * 30), CLUSTER.binaries(), FAST)
        try:
            server.start()
            execute(server, "select 1")

            assert server.run.parent != server.home
            assert server.run.stat().st_mode & 0o077 == 0
        finally:
            server.stop("immediate")
            server.run.rmdir()


@needs_root
def test_a_socket_folder_that_somebody_else_made_first_is_refused():
    with folder() as home:
        long = home / ("long" * 30)
        taken = Server(long).run
        os.chown(taken, 65534, 65534)
        try:
            with pytest.raises(Trouble, match="belongs to somebody else"):
                Server(long)
        finally:
            taken.rmdir()


@needs_root
def test_a_folder_that_the_servers_account_may_not_enter_is_named(tmp_path):
    tmp_path.chmod(0o700)

    with pytest.raises(Trouble, match=f"may not enter {tmp_path}"):
        Server(tmp_path / "data", CLUSTER.binaries()).start()


@needs_root
def test_the_server_runs_under_an_unprivileged_account_without_roots_groups(server):
    lines = Path(f"/proc/{postmaster(server)}/status").read_text().splitlines()
    status = dict(line.split(":\t", 1) for line in lines if ":\t" in line)

    assert "0" not in status["Uid"].split() + status["Gid"].split() + status["Groups"].split()


@needs_root
def test_another_account_of_this_machine_is_refused(server):
    refused = outcome_as(65534, lambda: socket.socket(socket.AF_UNIX).connect(str(server.run / ".s.PGSQL.5432")))

    assert refused.startswith("PermissionError")


def test_a_role_that_nobody_mapped_is_refused(server):
    execute(server, "create role unmapped login")

    with pytest.raises(psycopg2.OperationalError, match="unmapped"):
        server.connect("unmapped", NAME)


def test_the_server_listens_on_no_network(server):
    assert execute(server, "show listen_addresses") == [("",)]


def test_the_panel_connects_as_the_login_role(server):
    with contextlib.closing(server.connect(LOGIN, NAME)) as connection, connection.cursor() as cursor:
        cursor.execute("select current_user, session_user")
        assert cursor.fetchone() == (LOGIN, LOGIN)


def test_a_system_without_unix_accounts_is_told_to_set_database_url():
    code = (
        "import sys; sys.modules['fcntl'] = sys.modules['pwd'] = None\n"
        "from connexcs.embedded import Server, Trouble\n"
        "try: Server().start()\n"
        "except Trouble as trouble: print(trouble)"
    )

    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)

    assert "set DATABASE_URL" in said.stdout, said.stderr


@needs_root
def test_a_number_without_an_account_is_told_to_set_database_url():
    number = 45_678
    assert not [entry for entry in account.pwd.getpwall() if entry.pw_uid == number]

    refused = outcome_as(number, account.run_as)

    assert refused.startswith("Trouble") and "DATABASE_URL" in refused
