"""`manage.py demo` as a person meets it: ready, stopped, started twice, killed."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request

import pytest

from connexcs.embedded import ROOT, Server
from connexcs.processes import start_time
from tests.server import free_port
from tests.setup.clusters import folder

pytestmark = [pytest.mark.fault, pytest.mark.xdist_group("demo")]
LIMIT = 300  # seconds to load the world on a busy machine


@pytest.fixture(scope="module")
def home():
    """One data folder for all: the second start must find the first one's world."""
    with folder() as path:
        yield path
        Server(path).stop("immediate")


@pytest.fixture
def demo(home):
    """demo(*arguments) -> the process, in a session of its own; ended with its children after the test."""
    running = []

    def start(*arguments):
        env = {name: value for name, value in os.environ.items() if not name.startswith("CONNEXCS_")}
        env |= {"CONNEXCS_DATA_DIR": str(home), "CONNEXCS_NO_VENV": "1"}
        command = [sys.executable, "manage.py", "demo", "--json", "--noinput", *arguments]
        running.append(
            subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True, start_new_session=True)
        )
        return running[-1]

    yield start
    for process in running:
        process.terminate()
        process.wait(60)


def ready(process):
    return json.loads(process.stdout.readline())


def children(home):
    return json.loads((home / "demo.lock").read_text())["children"]


def gone(traces):
    """True when none of these processes lives within ten seconds."""
    limit = time.monotonic() + 10
    while time.monotonic() < limit:
        if not any(start_time(trace["number"]) == trace["started"] for trace in traces):
            return True
        time.sleep(0.05)
    return False


def answers(url):
    with contextlib.suppress(OSError), urllib.request.urlopen(url + "login/", timeout=10) as page:
        return page.status == 200
    return False


def test_it_serves_tells_the_logins_and_ends_all_on_ctrl_c(home, demo):
    process = demo()
    said = ready(process)

    assert answers(said["url"])
    assert all(set(login) == {"email", "password", "company", "role"} for login in said["logins"])
    assert (home / "secret_key").stat().st_mode & 0o077 == 0
    started = children(home)
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(60) == 130
    assert gone(started)
    assert Server(home).status() == "stopped"


def test_the_second_demo_names_the_address_of_the_first_which_sigterm_ends_in_order(demo):
    first = demo()
    said = ready(first)
    second = demo()
    second.communicate(timeout=60)

    assert second.returncode == 3
    assert answers(said["url"])
    first.terminate()
    assert first.wait(60) == 0


def test_a_given_port_that_is_taken_is_refused(demo):
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        process = demo("--port", str(taken.getsockname()[1]))

        assert process.wait(60) == 3


@pytest.mark.long
def test_after_a_kill_the_next_demo_ends_what_was_left_and_stops_the_database(home, demo):
    port = str(free_port())
    killed = demo("--port", port)
    ready(killed)
    left = children(home)
    killed.kill()
    killed.wait()

    process = demo("--port", port)
    said = ready(process)

    assert said["url"].endswith(f":{port}/")
    assert gone(left)
    process.terminate()
    process.wait(60)
    assert Server(home).status() == "stopped"


@pytest.mark.long
def test_reset_starts_from_an_empty_database(home, demo):
    ready_first = demo()
    ready(ready_first)
    with contextlib.closing(Server(home).connect(database="connexcs")) as connection, connection.cursor() as cursor:
        cursor.execute("create table left_behind ()")
        connection.commit()
    ready_first.terminate()
    ready_first.wait(60)

    ready(demo("--reset"))

    with contextlib.closing(Server(home).connect(database="connexcs")) as connection, connection.cursor() as cursor:
        cursor.execute("select to_regclass('left_behind')")
        assert cursor.fetchone() == (None,)
