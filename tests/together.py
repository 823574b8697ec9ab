"""Programs in processes of their own on one database, for what several people do at the same moment.

No clock decides: a program stops at a gate, an advisory lock that the test holds, and the test looks into the server's
own list of locks to see who waits for what.
"""

import contextlib
import json
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator

from connexcs.embedded import LOGIN, OWNER, ROOT
from tests.database import CLUSTER, administration, clone_database, server_environment

GATE = 4_711
WAIT_AT_GATE = f"""
    from django.db import connection
    def gate():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock_shared({GATE})")
"""
# The tests' world, committed: built by a role that may become the owner and the login role.
PEOPLE = """
    import django; django.setup()
    from django.db import connections
    from connexcs.embedded import LOGIN
    from tests import world
    from tests.database import TEST_ROLE
    settings = connections["default"].settings_dict
    settings |= {"USER": TEST_ROLE, "OPTIONS": {"options": f"-c role={LOGIN}"}}
    world.build()
"""
PATIENCE = 60  # seconds: not a race, only the end of a test that would never end
DOING = "SELECT pid, state, wait_event, query FROM pg_stat_activity WHERE datname = %s"
WAITING = """
    SELECT count(DISTINCT l.pid) FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
    WHERE a.datname = %s AND NOT l.granted AND (%s = '' OR l.locktype = %s)
"""


def start(database: str, code: str, *, world: str) -> subprocess.Popen:
    """A Python program of the panel on a database, as the real login role."""
    env = server_environment(database) | {"DJANGO_SETTINGS_MODULE": "connexcs.settings"}
    program = textwrap.dedent(world) + textwrap.dedent(code)
    return subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True)  # fmt: skip


def ended(process: subprocess.Popen) -> str:
    """What a program printed, once it has ended well."""
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return out.strip()


@contextlib.contextmanager
def populated(label: str) -> Iterator[str]:
    """A database of its own with the tests' world in it, where a lock is waited for as long as a slow machine needs."""
    with clone_database(label) as name:
        with administration() as cursor:
            for role in (LOGIN, OWNER):
                cursor.execute(f"ALTER ROLE {role} IN DATABASE {name} SET lock_timeout = '60s'")
        with start(name, "", world=PEOPLE) as process:
            ended(process)
        yield name


OBEY = """
    import json, sys
    from django.core.exceptions import ValidationError
    for line in sys.stdin:
        try:
            exec(json.loads(line), dict(globals()))
            answer = "done"
        except ValidationError as error:
            answer = " ".join(error.messages)
        except Exception as error:
            answer = repr(error)
        print(json.dumps(answer), flush=True)
"""


class Player:
    """A process that does one thing after another and says what became of each: "done", or why not."""

    def __init__(self, database: str, world: str):
        self.process = start(database, OBEY, world=textwrap.dedent(world) + textwrap.dedent(WAIT_AT_GATE))

    def begin(self, code: str) -> None:
        self.process.stdin.write(json.dumps(textwrap.dedent(code)) + "\n")
        self.process.stdin.flush()

    def outcome(self):
        line = self.process.stdout.readline()
        assert line, self.process.communicate()
        return json.loads(line)

    def does(self, code: str) -> str:
        self.begin(code)
        return self.outcome()

    def close(self) -> None:
        self.process.stdin.close()
        self.process.wait(60)


class Referee:
    """The owner's connection of the test: holds the gate, sees who waits, writes and reads as it likes."""

    def __init__(self, database: str):
        self.database = database
        self.connection = CLUSTER.connect(OWNER, database)
        self.connection.autocommit = True

    def ask(self, sql: str, *parameters):
        with self.connection.cursor() as cursor:
            cursor.execute(sql, parameters or None)
            return cursor.fetchall() if cursor.description else None

    def close_gate(self) -> None:
        self.ask("SELECT pg_advisory_lock(%s)", GATE)

    def open_gate(self) -> None:
        self.ask("SELECT pg_advisory_unlock(%s)", GATE)

    def until_waiting(self, count: int, kind: str = "") -> None:
        """Return when so many wait for a lock (`kind`: advisory, transactionid, …)."""
        limit = time.monotonic() + PATIENCE
        while self.ask(WAITING, self.database, kind, kind)[0][0] < count:
            assert time.monotonic() < limit, f"nobody waits for a lock: {self.ask(DOING, self.database)}"


@contextlib.contextmanager
def referee(database: str) -> Iterator[Referee]:
    found = Referee(database)
    with contextlib.closing(found.connection):
        yield found
