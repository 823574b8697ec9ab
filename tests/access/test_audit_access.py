"""The command itself, as a process of its own on committed rows: its output, its exit code, its two connections."""

import contextlib
import json
import subprocess
import sys

import pytest

from connexcs.embedded import ROOT
from tests.access.test_audit_access_grants import FAULTS
from tests.database import CLUSTER, clone_database
from tests.jobs.processes import Site

pytestmark = pytest.mark.xdist_group("audit_access")
KEYS = {"ok", "findings", "users", "rows", "seconds"}
GRANT = FAULTS["a company granted to another's group"][0]
STAFF = FAULTS["staff in a reseller's company"][0]


@pytest.fixture(scope="module")
def site():
    with clone_database("audit") as name:
        site = Site(name)
        yield site
        site.close()


@pytest.fixture
def audit(site):
    """audit(arguments) -> (exit code, what it said)."""

    def run(*arguments, **environment):
        command = [sys.executable, "manage.py", "audit_access", *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=site.environment | environment, capture_output=True, text=True, check=False
        )
        return done.returncode, done.stdout + done.stderr

    return run


@pytest.fixture
def planted(site):
    """planted(sql): committed past the law; what is left of it at the end is taken back by the second statement."""
    undone = []

    def plant(sql, undo=None):
        execute(site, sql)
        undone.append(undo)

    yield plant
    for sql in filter(None, undone):
        execute(site, sql)


def execute(site, sql):
    with (
        contextlib.closing(CLUSTER.connect(database=site.name)) as connection,
        connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql)


def test_clean_world_exits_with_zero(audit):
    code, said = audit("--json")
    answer = json.loads(said)
    assert (code, answer["ok"], set(answer)) == (0, True, KEYS)
    assert answer["users"] == 12 and answer["rows"] > 100 and answer["seconds"] > 0
    assert [one["severity"] for one in answer["findings"]] == ["notice"]


def test_drift_exits_with_one_and_says_who_what_and_what_to_do(audit, planted):
    planted(STAFF, "UPDATE accounts_user SET is_staff = false WHERE name = 'b_reader'")
    code, said = audit()
    assert code == 1
    assert "Staff outside the master company (leak, user_staff): 1" in said
    assert "b_reader@example.test" in said and "→ take the flag away" in said
    assert "1 fault; 12 users" in said


def test_wrong_grant_is_found_by_both_comparisons_and_healed_by_fix(audit, planted, site):
    planted(GRANT)
    code, said = audit("--json")
    answer = json.loads(said)
    assert (code, answer["ok"]) == (1, False)
    assert {one["kind"] for one in answer["findings"]} >= {"company_grant_extra", "rows_differ"}
    case = next(one for one in answer["findings"] if one["kind"] == "company_grant_extra")
    assert set(case) == {"kind", "severity", "thing", "detail", "fixable"} and case["fixable"] is True

    code, said = audit("--fix", "--json")
    assert (code, json.loads(said)["ok"]) == (0, True)
    assert [one["kind"] for one in json.loads(said)["repaired"]] == ["company_grant_extra"]
    assert site.ask("SELECT count(*) FROM accounts_auditentry WHERE action = 'repair_access'") == [(1,)]
    assert audit()[0] == 0


def test_fix_leaves_what_a_person_must_decide_and_exits_with_one(audit, planted, site):
    planted(STAFF, "UPDATE accounts_user SET is_staff = false WHERE name = 'b_reader'")
    code, said = audit("--fix", "--no-rows")
    assert code == 1 and "user_staff" in said and "rows not compared" in said
    assert site.ask("SELECT is_staff FROM accounts_user WHERE name = 'b_reader'") == [(True,)]


def test_database_that_cannot_be_asked_is_no_proof(audit):
    code, said = audit(DATABASE_OWNER_URL="postgres://nobody@/nowhere?host=/nowhere")
    assert code == 2 and "no connection to the database" in said


def test_database_without_the_second_lock_is_no_proof(audit, planted):
    planted("ALTER SCHEMA acl RENAME TO gone", "ALTER SCHEMA gone RENAME TO acl")
    code, said = audit()
    assert code == 2 and "not migrated" in said


def test_worker_proves_the_same_while_people_work(site):
    """The job on real transactions: one snapshot a batch, the master's unit for guardian's side."""
    site.python(
        "from accounts import acl, jobs; from accounts.models import User\n"
        "user = User.objects.get(email='admin@example.test')\n"
        "with acl.acting_as(user): jobs.start('access_proof', actor=user, subject='Access proof')"
    )
    assert site.start_worker(once=True).wait(60) == 0
    ((state, result),) = site.ask("SELECT state, result FROM accounts_job WHERE kind = 'access_proof'")
    assert (state, result["ok"], result["users"]) == ("done", True, 12)
