"""A deadlock or a serialization failure is nobody's fault: done once more, unseen; after that a page that repeats it."""

import pytest
from django.contrib.messages import add_message, get_messages
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import RequestFactory

from accounts import jobs, repeat
from accounts.jobs import runner
from accounts.models import AuditEntry
from resellers.models import Customer
from tests.resellers.conftest import CUSTOMERS, save
from tests.roles import as_owner

CHANGED = {"name": "Renamed <b>", "email": "new@b.test", "status": "inactive", "debit_limit": "-5", "notes": "Stopped"}
BREAK = """
    CREATE SEQUENCE IF NOT EXISTS test_tries;
    SELECT setval('test_tries', 1, false);
    CREATE OR REPLACE FUNCTION test_break() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
        IF nextval('test_tries') <= {times} THEN RAISE EXCEPTION 'broken off' USING ERRCODE = '{code}'; END IF;
        RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER test_break AFTER UPDATE ON resellers_customer {when} FOR EACH ROW EXECUTE FUNCTION test_break();
"""


@pytest.fixture
def broken_off(world):
    """broken_off(times, code): so many changes of a customer are broken off, at once or at the end of the unit."""

    def prepare(times, code="40P01", when=""):
        with as_owner(), connection.cursor() as cursor:
            cursor.execute(BREAK.format(times=times, code=code, when=when))

    return prepare


def tries() -> int:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT last_value FROM test_tries")
        return cursor.fetchone()[0]


def edit(client, customer):
    return save(client, f"{CUSTOMERS}{customer.pk}/edit/", CHANGED)


@pytest.mark.parametrize("when", ["", "DEFERRABLE INITIALLY DEFERRED"], ids=["in the view", "at the commit"])
@pytest.mark.parametrize("code", ["40P01", "40001"])
def test_broken_off_once_nobody_notices(world, login, broken_off, code, when):
    broken_off(1, code, when)
    client = login(world.b_admin)
    answer = edit(client, world.customers["b_0"])
    assert answer.status_code == 302
    assert tries() == 2
    assert len(get_messages(answer.wsgi_request)) == 1
    page = client.get(answer.url).content.decode()
    assert page.count("Renamed &lt;b&gt;") > 0
    with as_owner():
        assert Customer.objects.get(pk=world.customers["b_0"].pk).name == CHANGED["name"]
        trail = AuditEntry.objects.filter(
            table="resellers_customer", action="update", row=str(world.customers["b_0"].pk)
        )
        assert [entry.actor for entry in trail] == [world.b_admin.pk]


@pytest.mark.parametrize("code", ["40P01", "40001"])
def test_broken_off_twice_it_asks_to_try_again_and_keeps_what_was_typed(world, login, broken_off, code):
    broken_off(2, code)
    client = login(world.b_admin)
    answer = edit(client, world.customers["b_0"])
    page = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (503, "2")
    assert 'name="name" value="Renamed &lt;b&gt;"' in page and 'name="debit_limit" value="-5"' in page
    assert "broken off" not in page
    with as_owner():
        assert Customer.objects.get(pk=world.customers["b_0"].pk).name == "Customer b 0"
    kept = dict(answer.context["typed"])
    assert client.post(answer.wsgi_request.path, kept).status_code == 302
    assert tries() == 3


def test_a_lock_that_is_not_given_is_asked_for_once(world, login, broken_off):
    """It was waited for already: a second time would double the wait."""
    broken_off(9, "55P03")
    assert edit(login(world.b_admin), world.customers["b_0"]).status_code == 503
    assert tries() == 1


def test_any_other_refusal_is_asked_once(world, login, broken_off):
    broken_off(9, "23514")
    assert edit(login(world.b_admin), world.customers["b_0"]).status_code in (409, 500)
    assert tries() == 1


def test_what_the_first_run_left_in_memory_is_gone():
    request = RequestFactory().post("/", {"sheet": SimpleUploadedFile("sheet.csv", b"44,0.01")})
    SessionMiddleware(lambda request: None).process_request(request)
    MessageMiddleware(lambda request: None).process_request(request)
    request.session["seen"] = ["one"]
    before = repeat.Before(request)
    request.session["seen"].append("two")
    request.session["more"] = True
    add_message(request, 20, "Saved")
    assert request.FILES["sheet"].read() == b"44,0.01"
    before.restore()
    assert dict(request.session.items()) == {"seen": ["one"]}
    assert list(get_messages(request)) == []
    assert request.FILES["sheet"].read() == b"44,0.01"


@pytest.mark.parametrize(("times", "state"), [(1, "done"), (2, "waiting")])
def test_a_job_that_is_broken_off_is_done_once_more_at_once(world, acting, broken_off, monkeypatch, times, state):
    def rename(work):
        with work.unit():
            Customer.objects.filter(pk=world.customers["a_0"].pk).update(notes="By a job")
        work.finish({"renamed": 1})

    broken_off(times)
    monkeypatch.setitem(runner.handlers, "test", rename)
    with acting(world.a_admin):
        job = jobs.start("test", actor=world.a_admin, subject="A test")
    assert runner.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.result) == (state, 1, {"renamed": 1} if state == "done" else {})
    assert tries() == 2
