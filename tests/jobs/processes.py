"""Workers as real processes on a database of their own, and what a test looks at from outside."""

import contextlib
import json
import subprocess
import sys
import time

import psycopg2

from connexcs.embedded import LOGIN, OWNER, ROOT
from tests.database import CLUSTER, TEST_ROLE, administration, server_environment

SETUP = "import django; django.setup(); import tests.jobs.handlers; "
# The test role may become the owner and starts as the login role, as in the tests of this process.
BUILD = f"""from django.db import connection
connection.settings_dict |= {{"USER": "{TEST_ROLE}", "OPTIONS": {{"options": "-c role={LOGIN}"}}}}
from tests.world import build; build()"""
LIMIT = 60  # seconds until a test gives up waiting


class Site:
    """A database with the world in it: ask, start jobs, run workers."""

    def __init__(self, name: str, lease: int = 4):
        self.name = name
        self.environment = server_environment(name) | {
            "DJANGO_SETTINGS_MODULE": "connexcs.settings",
            "JOB_LEASE_SECONDS": str(lease),
        }
        self.workers = []
        self.python(BUILD)

    def python(self, code: str, **environment) -> str:
        return subprocess.run(
            [sys.executable, "-c", SETUP + code], cwd=ROOT, env=self.environment | environment, capture_output=True,
            text=True, check=True, timeout=LIMIT,
        ).stdout  # fmt: skip

    def ask(self, sql: str, *values):
        """Rows as the owner sees them, committed ones only."""
        connection = psycopg2.connect(dbname=self.name, user=OWNER, host=str(CLUSTER.run))
        with contextlib.closing(connection), connection, connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall() if cursor.description else []

    def start_job(self, kind: str, **params) -> int:
        code = (
            "import sys, json; from accounts import acl, jobs; from accounts.models import User\n"
            "user = User.objects.get(email='a_admin@example.test')\n"
            "with acl.acting_as(user):\n"
            f"    job = jobs.start({kind!r}, actor=user, subject='A test', **json.loads({json.dumps(params)!r}))\n"
            "print(job.pk)"
        )
        return int(self.python(code))

    def start_worker(self, *, once=False) -> subprocess.Popen:
        code = SETUP + f"from accounts.jobs.worker import work; work(once={once})"
        worker = subprocess.Popen(
            [sys.executable, "-c", code], cwd=ROOT, env=self.environment, stdin=subprocess.DEVNULL
        )
        self.workers.append(worker)
        return worker

    def job(self, pk: int) -> dict:
        columns = ("state", "done", "total", "note", "error", "attempts", "fence", "result")
        return dict(
            zip(columns, self.ask(f"SELECT {', '.join(columns)} FROM accounts_job WHERE id = %s", pk)[0], strict=True)
        )

    def names(self, beginning: str) -> list[tuple[str, str]]:
        return self.ask("SELECT name, notes FROM resellers_customer WHERE name LIKE %s ORDER BY id", beginning + "%")

    def wait(self, condition, what: str):
        """The first true answer of `condition()`."""
        limit = time.monotonic() + LIMIT
        while time.monotonic() < limit:
            if answer := condition():
                return answer
            time.sleep(0.1)
        raise AssertionError(f"waited {LIMIT} s for {what}")

    def wait_until_over(self, pk: int) -> dict:
        return self.wait(lambda: (job := self.job(pk))["state"] in ("done", "failed") and job, "the end of the job")

    def end_backends(self) -> int:
        """Cut every connection of the panel to this database."""
        with administration() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename = %s",
                           [self.name, LOGIN])  # fmt: skip
            return len(cursor.fetchall())

    def close(self) -> None:
        for worker in self.workers:
            worker.kill()
            worker.wait()
