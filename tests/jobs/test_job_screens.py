"""Setup > Information > Jobs: the own company's jobs, their progress, their end, and sending one again."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEntry, Job
from tests.factories import JobFactory
from tests.roles import as_owner
from tests.statements import of_the_unit

LIST = "/setup/information/jobs/"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def make(world):
    def make(actor=None, **values):
        with as_owner():
            return JobFactory(actor=actor or world.a_admin, subject=values.pop("subject", "Retail USD"), **values)

    return make


def without_tokens(response) -> str:
    return re.sub(r'(name="csrfmiddlewaretoken" value=|X-CSRFToken": )"[^"]*"', "", response.content.decode())


def page_of(name, job):
    return reverse(f"accounts:job_{name}", args=[job.key])


def test_list_shows_the_own_companys_jobs_alone(world, login, make):
    make(subject="Canary of A")
    make(actor=world.b_admin, subject="Canary of B")
    make(actor=world.a1_admin, subject="Canary of A1")
    page = login(world.a_admin).get(LIST).content.decode()
    assert "Canary of A" in page and "Canary of B" not in page and "Canary of A1" not in page


def test_master_sees_the_jobs_of_all_with_their_company(world, login, make):
    make(subject="Canary of A")
    make(actor=world.b_admin, subject="Canary of B")
    page = login(world.admin).get(LIST).content.decode()
    assert "Canary of A" in page and "Canary of B" in page and "Company b" in page


def test_list_is_narrowed_by_state_and_subject(world, login, make):
    make(subject="First", state="done")
    make(subject="Second", state="failed", error="Line 7: no price.")
    client = login(world.a_admin)
    failed = client.get(f"{LIST}?state=failed").content.decode()
    assert "Second" in failed and "Line 7: no price." in failed and "First" not in failed
    assert "Second" not in client.get(f"{LIST}?subject=fir").content.decode()


def test_statements_do_not_grow_with_the_rows(world, login, make):
    client = login(world.admin)
    make()
    client.get(LIST)
    with CaptureQueriesContext(connection) as few:
        client.get(LIST)
    for _ in range(10):
        make(actor=world.b_admin)
    with CaptureQueriesContext(connection) as many:
        assert client.get(LIST).status_code == 200
    assert len(many) == len(few)
    assert of_the_unit(many) <= 12


@pytest.mark.parametrize("name", ["detail", "progress"])
def test_foreign_and_unknown_job_get_the_same_404(world, login, make, name):
    client = login(world.a_admin)
    foreign = client.get(page_of(name, make(actor=world.b_admin)))
    unknown = client.get(reverse(f"accounts:job_{name}", args=["00000000-0000-4000-8000-000000000000"]))
    assert foreign.status_code == unknown.status_code == 404
    assert without_tokens(foreign) == without_tokens(unknown)


@pytest.mark.parametrize("address", ["1/", "1/progress/", "%27/", "00000000-0000-4000-8000-00000000000/"])
def test_ids_are_no_addresses(world, login, make, address):
    make()
    assert login(world.a_admin).get(LIST + address).status_code == 404


def test_running_job_shows_its_progress_and_asks_again(world, login, make):
    job = make(state="running", lease_until="2999-01-01T00:00:00Z", done=250, total=1000, note="reading")
    client = login(world.a_admin)
    page = client.get(page_of("detail", job)).content.decode()
    assert f'hx-get="{page_of("progress", job)}"' in page and "every 1s" in page
    assert "250 of 1 000 · reading" in page
    fragment = client.get(page_of("progress", job), headers=HTMX)
    assert "250 of 1 000" in fragment.content.decode() and "<html" not in fragment.content.decode()
    assert "HX-Refresh" not in fragment


def test_page_is_loaded_again_when_the_job_is_over(world, login, make):
    job = make(state="done", done=3, total=3)
    client = login(world.a_admin)
    assert client.get(page_of("progress", job), headers=HTMX)["HX-Refresh"] == "true"
    assert "hx-get" not in client.get(page_of("progress", job)).content.decode()
    assert f'hx-get="{page_of("progress", job)}"' not in client.get(page_of("detail", job)).content.decode()


def test_done_job_shows_its_result_and_the_way_to_it(world, login, make):
    job = make(
        state="done", result={"url": "/management/customers/", "accepted": 12, "by_reason": {"reason-within": 1}}
    )
    page = login(world.a_admin).get(page_of("detail", job)).content.decode()
    assert 'href="/management/customers/">Open the result' in page
    assert "Accepted" in page and "reason-within" not in page


def test_the_carrier_is_not_led_to_a_result_that_is_the_companys_own(world, login, make):
    job = make(state="done", result={"url": "/management/rate-cards/xxxx-yyyy/revisions/", "rows": 40758})
    page = login(world.admin).get(page_of("detail", job)).content.decode()
    assert "40 758" in page and "Open the result" not in page


@pytest.mark.parametrize("url", ["//evil.test/", "https://evil.test/", "javascript:alert(1)", "/\\evil.test", 7, None])
def test_result_leads_nowhere_else(world, login, make, url):
    job = make(state="done", result={"url": url})
    assert "Open the result" not in login(world.a_admin).get(page_of("detail", job)).content.decode()


def test_failed_job_is_sent_again_by_its_company(world, login, make):
    job = make(state="failed", error="Gave up after 3 attempts.", attempts=3, finished_at="2026-01-01T00:00:00Z")
    client = login(world.a_admin)
    assert "Retry" in client.get(page_of("detail", job)).content.decode()
    assert client.post(page_of("retry", job))["Location"] == page_of("detail", job)
    again = Job.objects.get(pk=job.pk)
    assert (again.state, again.error) == ("waiting", "")
    with as_owner():
        assert AuditEntry.objects.filter(action="retry", actor=world.a_admin.pk, row=str(job.pk)).count() == 1


def test_foreign_job_cannot_be_sent_again(world, login, make):
    job = make(actor=world.b_admin, state="failed")
    assert login(world.a_admin).post(page_of("retry", job)).status_code == 404
    assert Job.objects.get(pk=job.pk).state == "failed"


def test_master_cannot_send_a_resellers_job_again(world, login, make):
    job = make(state="failed")
    client = login(world.admin)
    assert "Retry" not in client.get(page_of("detail", job)).content.decode()
    assert client.post(page_of("retry", job)).status_code == 404
    assert Job.objects.get(pk=job.pk).state == "failed"


def test_reader_cannot_send_it_again(world, login, make):
    job = make(state="failed")
    client = login(world.a_reader)
    assert "Retry" not in client.get(page_of("detail", job)).content.decode()
    assert client.post(page_of("retry", job)).status_code == 403
    assert Job.objects.get(pk=job.pk).state == "failed"


@pytest.mark.parametrize("is_active", [True, False])
def test_job_of_somebody_with_more_rights_is_not_sent_again(world, login, make, is_active):
    job = make(state="failed")
    with as_owner():
        type(world.a_admin).objects.filter(pk=world.a_admin.pk).update(is_active=is_active)
    client = login(world.a_user)
    assert "Retry" not in client.get(page_of("detail", job)).content.decode()
    assert client.post(page_of("retry", job)).status_code == 403
    assert Job.objects.get(pk=job.pk).state == "failed"


def test_own_job_and_that_of_a_junior_are_sent_again(world, login, make):
    for actor, owner in ((world.a_user, world.a_user), (world.a_user, world.a_reader), (world.a_admin, world.a_user)):
        job = make(actor=owner, state="failed")
        client = login(actor)
        assert "Retry" in client.get(page_of("detail", job)).content.decode()
        assert client.post(page_of("retry", job)).status_code == 302
        assert Job.objects.get(pk=job.pk).state == "waiting"


@pytest.mark.parametrize("state", ["waiting", "running", "done"])
def test_job_that_did_not_fail_is_not_sent_again(world, login, make, state):
    job = make(state=state, lease_until="2999-01-01T00:00:00Z")
    assert login(world.a_admin).post(page_of("retry", job)).status_code == 403
    assert Job.objects.get(pk=job.pk).state == state


def test_retry_is_a_post(world, login, make):
    assert login(world.a_admin).get(page_of("retry", make(state="failed"))).status_code == 405
