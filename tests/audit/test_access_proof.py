"""The proof of access as a screen and a job: the carrier's own, started once at a time, with its findings."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import jobs
from accounts.models import Job
from tests.roles import as_owner
from tests.statements import of_the_unit

PATH = "/setup/information/audit-log/proof/"
WRONG = "UPDATE accounts_user SET is_staff = true WHERE name = 'b_reader'"


@pytest.fixture
def proved(world, login):
    """proved() -> the job that the button started, done."""

    def run():
        login(world.admin).post(PATH)
        with as_owner():
            job = Job.objects.filter(kind="access_proof").first()
        done = jobs.run_now(job)
        with as_owner():
            return Job.objects.get(pk=done.pk)

    return run


def test_button_starts_a_job_and_leads_to_it(world, login):
    answer = login(world.admin).post(PATH)
    with as_owner():
        job = Job.objects.get(kind="access_proof")
    assert answer.headers["Location"] == f"/setup/information/jobs/{job.key}/"
    assert job.actor == world.admin


def test_second_press_leads_to_the_same_job(world, login):
    client = login(world.admin)
    assert client.post(PATH).headers["Location"] == client.post(PATH).headers["Location"]
    assert "A proof is running" in client.get(PATH).content.decode()


def test_clean_world_is_proved(world, login, proved):
    job = proved()
    assert (job.state, job.error, job.result["ok"]) == ("done", "", True)
    assert job.done == job.total == job.result["users"] > 10 and job.result["rows"] > 100
    page = login(world.admin).get(PATH).content.decode()
    assert "No drift" in page
    assert "a_dormant" in page  # a notice: all his groups are inactive


def test_fault_is_shown_with_who_and_what_to_do(world, login, proved):
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE accounts_user DISABLE TRIGGER USER")
        cursor.execute(WRONG)
        cursor.execute("ALTER TABLE accounts_user ENABLE TRIGGER USER")
    job = proved()
    assert job.state == "done" and job.result["ok"] is False
    page = login(world.admin).get(PATH).content.decode()
    assert "Staff outside the master company" in page
    assert "b_reader@example.test" in page and "take the flag away" in page


def test_difference_between_the_locks_is_in_the_result(world, proved):
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("ALTER POLICY acl_tenant_select ON resellers_customer USING (true)")
    kinds = {one["kind"] for one in proved().result["findings"]}
    assert {"rows_differ", "policy_changed"} <= kinds


def test_job_of_a_reseller_is_refused_whoever_started_it(world, acting):
    with acting(world.a_admin):
        job = jobs.start("access_proof", actor=world.a_admin, subject="Access proof")
    done = jobs.run_now(job)
    assert (done.state, done.result) == ("failed", {})
    assert "not the right" in done.error


def test_support_auditor_reads_and_starts_nothing(world, login, proved):
    proved()
    client = login(world.support)
    assert "Prove access now" not in client.get(PATH).content.decode()
    assert client.post(PATH).status_code == 403


def test_who_holds_reading_rights_alone_starts_nothing(world, login):
    """No flag makes up for it: this superuser's groups read and do no more."""
    client = login(world.superuser)
    page = client.get(PATH)
    assert page.status_code == 200 and "Prove access now" not in page.content.decode()
    assert client.post(PATH).status_code == 403
    with as_owner():
        assert not Job.objects.filter(kind="access_proof").exists()


def test_reseller_gets_403(world, login):
    assert login(world.a_admin).get(PATH).status_code == 403
    assert login(world.a_admin).post(PATH).status_code == 403


def test_page_asks_a_constant_number_of_statements(world, login, proved):
    client = login(world.admin)

    def statements():
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get(PATH)
        return of_the_unit(captured)

    proved()
    once = statements()
    proved()
    assert statements() == once <= 12
