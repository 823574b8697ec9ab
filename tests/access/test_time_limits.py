"""Nothing waits for ever: the server itself is asked what holds for whom."""

import contextlib

import pytest
from django.db import connection

from accounts import jobs
from accounts.jobs import runner
from connexcs import settings as panel
from connexcs.embedded import LOGIN, NAME, OWNER
from tests.database import CLUSTER

SHOWN = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout")


def shown(cursor) -> tuple[str, ...]:
    values = []
    for name in SHOWN:
        cursor.execute(f"SHOW {name}")
        values += cursor.fetchone()
    return tuple(values)


@pytest.mark.parametrize(("role", "limits"), [(LOGIN, ("5s", "30s", "1min")), (OWNER, ("5s", "2h", "10min"))])
def test_a_plain_connection_of_a_role_has_its_limits(db, role, limits):
    """No option is sent along: behind a pooler none would arrive."""
    with contextlib.closing(CLUSTER.connect(role, NAME)) as fresh, fresh.cursor() as cursor:
        assert shown(cursor) == limits


@pytest.mark.parametrize("role", [LOGIN, OWNER])
def test_the_panel_sends_no_options_that_a_pooler_would_refuse(role):
    alias = panel.database("NO_SUCH_VARIABLE", role)
    assert "options" not in alias.get("OPTIONS", {})
    assert alias["DISABLE_SERVER_SIDE_CURSORS"]


def test_a_unit_of_a_job_has_wider_ones_and_they_end_with_it(world, acting, monkeypatch):
    seen = []

    def look(work):
        with work.unit(read_only=True), connection.cursor() as cursor:
            seen.append(shown(cursor))

    monkeypatch.setitem(runner.handlers, "test", look)
    with acting(world.a_admin):
        job = jobs.start("test", actor=world.a_admin, subject="A test")
    runner.run(job.pk)
    assert seen == [("30s", "10min", "2min")]
