"""What becomes of a job: the end it comes to, the words its user reads, the rights it runs with."""

import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, OperationalError, connection, transaction

from accounts import jobs
from accounts.jobs import queue, runner, work
from accounts.models import Job
from resellers.models import Customer
from tests.roles import as_owner


@pytest.fixture
def job(world, acting, monkeypatch):
    """job(function, actor=…, **params) -> a waiting job that this function will do."""

    def make(function, actor=None, **params):
        monkeypatch.setitem(runner.handlers, "test", function)
        with acting(actor or world.a_admin):
            return jobs.start("test", actor=actor or world.a_admin, subject="A test", **params)

    return make


def test_job_waits_then_is_done_with_its_result(job):
    waiting = job(lambda work: work.finish({"sum": work.params["a"] + work.params["b"]}), a=2, b=3)
    assert (waiting.state, waiting.attempts) == ("waiting", 0)
    done = jobs.run_now(waiting)
    assert (done.state, done.result, done.error, done.attempts, done.fence) == ("done", {"sum": 5}, "", 1, 1)
    assert done.started_at and done.finished_at and done.lease_until is None


def test_a_done_job_is_not_done_again(job):
    times = []
    done = jobs.run_now(job(times.append))
    assert not runner.run(done.pk)
    assert jobs.run_now(done).fence == 1 and len(times) == 1


def test_unknown_kind_is_refused_at_the_start(world, acting):
    with acting(world.a_admin), pytest.raises(KeyError):
        jobs.start("no_such_kind", actor=world.a_admin, subject="")


def test_two_handlers_of_one_kind_are_refused():
    jobs.handler("tests_double")(len)
    with pytest.raises(ValueError, match="tests_double"):
        jobs.handler("tests_double")(max)


def test_unit_writes_as_the_actor_and_the_trail_names_him(world, job):
    def make_customer(work):
        with work.unit():
            Customer.objects.create(company_id=work.actor.company_id, name="By a job")

    done = jobs.run_now(job(make_customer))
    assert done.state == "done"
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT actor, request_id FROM accounts_auditentry WHERE label = 'By a job'")
        assert cursor.fetchone() == (world.a_admin.pk, f"job {done.key}")


def test_unit_sees_the_actors_rows_alone(world, job):
    seen = []

    def look(work):
        with work.unit(read_only=True):
            seen.extend(Customer.objects.values_list("company_id", flat=True))

    assert jobs.run_now(job(look, actor=world.b_reader)).state == "done"
    assert set(seen) == {world.companies.b.pk}


def test_unit_refuses_a_row_of_another_tenant(world, job):
    def reach_over(work):
        with work.unit():
            Customer.objects.create(company_id=world.companies.b.pk, name="Smuggled")

    failed = jobs.run_now(job(reach_over))
    assert (failed.state, failed.error) == ("failed", runner.NEUTRAL)
    with as_owner():
        assert not Customer.objects.filter(name="Smuggled").exists()


def test_outside_of_a_unit_no_tenant_row_can_be_read(job):
    def forget_the_unit(work):
        with transaction.atomic():
            Customer.objects.count()

    assert jobs.run_now(job(forget_the_unit)).error == runner.NEUTRAL


def test_a_unit_that_fails_leaves_nothing(job):
    def half(work):
        with work.unit():
            Customer.objects.create(company_id=work.actor.company_id, name="Half")
            raise jobs.Refused("Line 7: no price.")

    failed = jobs.run_now(job(half))
    assert (failed.state, failed.error, failed.result) == ("failed", "Line 7: no price.", {})
    with as_owner():
        assert not Customer.objects.filter(name="Half").exists()


@pytest.mark.parametrize("error", [RuntimeError("/srv/secret/path"), DatabaseError("SELECT * FROM b"), KeyError("x")])
def test_unexpected_error_shows_neutral_words(job, error):
    def break_off(work):
        work.finish({"rows": 1})
        raise error

    failed = jobs.run_now(job(break_off))
    assert (failed.state, failed.error, failed.result) == ("failed", runner.NEUTRAL, {})


def test_right_withdrawn_meanwhile_ends_it(job):
    def ask(work):
        raise PermissionDenied("needs customer.create")

    assert jobs.run_now(job(ask)).error == runner.NO_RIGHT


def test_actor_deactivated_meanwhile_ends_it(world, job):
    def write(work):
        with work.unit():
            raise AssertionError("never entered")

    waiting = job(write)
    with as_owner():
        type(world.a_admin).objects.filter(pk=world.a_admin.pk).update(is_active=False)
    assert jobs.run_now(waiting).error == runner.NO_SCOPE


def test_company_suspended_meanwhile_ends_it(world, job):
    waiting = job(lambda work: work.unit().__enter__())
    with as_owner():
        type(world.companies.a).objects.filter(pk=world.companies.a.pk).update(status="suspended")
    assert jobs.run_now(waiting).error == runner.NO_SCOPE


def test_broken_rule_shows_the_databases_hint(world, job):
    def take_every_group(work):
        with work.unit():
            type(world.a_user).groups.through.objects.filter(user=world.a_user).delete()

    failed = jobs.run_now(job(take_every_group))
    assert (failed.state, failed.error) == ("failed", "Choose at least one group that fits the company of this user.")


def test_attempts_that_break_off_are_capped(job):
    times = []

    def lose_the_connection(work):
        times.append(work.job.attempts)
        raise OperationalError("server closed the connection unexpectedly")

    waiting = job(lose_the_connection)
    for _ in range(5):
        failed = jobs.run_now(waiting)
    assert times == [1, 2, 3]
    assert (failed.state, failed.error) == ("failed", "Gave up after 3 attempts.")


def test_attempt_that_hung_is_named_where_it_was_the_last(job, monkeypatch, settings):
    settings.JOB_ATTEMPTS = 1
    monkeypatch.setattr(work, "hung", threading.Event())  # nothing waits for this one
    claimed = runner.claim(job(len).pk)
    claimed.give_up()
    with pytest.raises(jobs.Lost):
        claimed.progress(1, 2)
    Job.objects.filter(pk=claimed.job.pk).update(lease_until="2020-01-01T00:00:00Z")  # time stands still in a test
    failed = jobs.run_now(claimed.job)
    assert failed.error == "Gave up after 1 attempts. The last attempt made no progress for 20 minutes."


def test_what_a_failed_job_had_kept_is_told_once_however_it_failed(job, monkeypatch):
    heard = []
    monkeypatch.setitem(runner.told, "test", lambda job, kept: heard.append((job.attempts, kept)))

    def keep_and(error):
        def work_half(work):
            with work.unit():
                work.keep({"done": 1})
            raise error

        return work_half

    assert jobs.run_now(job(keep_and(jobs.Refused("no")))).state == "failed" and heard == [(1, {"done": 1})]
    waiting = job(keep_and(OperationalError("server closed the connection unexpectedly")))
    for _ in range(5):
        jobs.run_now(waiting)
    assert heard[1:] == [(3, {"done": 1})]


def test_a_claim_with_an_old_fence_writes_nothing(job):
    def be_overtaken(work):
        Job.objects.filter(pk=work.job.pk).update(fence=work.job.fence + 1)
        with work.unit():
            raise AssertionError("never entered")

    stale = jobs.run_now(job(be_overtaken))
    assert (stale.state, stale.fence, stale.finished_at) == ("running", 2, None)


def test_end_of_an_old_claim_is_not_written(job):
    def be_overtaken(work):
        work.finish({"from": "the grave"})
        Job.objects.filter(pk=work.job.pk).update(fence=work.job.fence + 1)

    stale = jobs.run_now(job(be_overtaken))
    assert (stale.state, stale.result) == ("running", {})


def test_running_job_is_claimed_when_its_lease_is_over_and_not_before(job):
    waiting = job(lambda work: None)
    first = runner.claim(waiting.pk)
    assert runner.claim(waiting.pk) is None
    Job.objects.filter(pk=waiting.pk).update(lease_until="2020-01-01T00:00:00Z")
    second = runner.claim(waiting.pk)
    assert (first.job.fence, second.job.fence, second.job.attempts) == (1, 2, 2)
    with pytest.raises(jobs.Lost), first.unit():
        pass


def test_progress_is_kept_with_the_end(job):
    done = jobs.run_now(job(lambda work: work.progress(7, 9, "rows")))
    assert (done.done, done.total, done.note) == (7, 9, "rows")


def test_an_ending_process_hands_over_without_losing_an_attempt(job, monkeypatch):
    waiting = job(lambda work: work.progress(1, 2))
    monkeypatch.setattr("accounts.jobs.work.stopping.is_set", lambda: True)
    handed = jobs.run_now(waiting)
    assert (handed.state, handed.attempts, handed.lease_until) == ("waiting", 0, None)
    monkeypatch.undo()


def test_sweep_wakes_what_waits_and_what_died_once(job, monkeypatch):
    woken = []
    monkeypatch.setattr(queue, "wake", woken.append)
    waiting, died, alive = job(len), job(len), job(len)
    runner.claim(died.pk)
    runner.claim(alive.pk)
    Job.objects.filter(pk=died.pk).update(lease_until="2020-01-01T00:00:00Z")
    assert jobs.sweep() == 2 and sorted(woken) == [waiting.pk, died.pk]
    assert jobs.sweep() == 0
    assert Job.objects.get(pk=died.pk).state == "waiting"
    assert Job.objects.get(pk=alive.pk).state == "running"


def test_start_wakes_a_worker_after_the_commit_alone(job, monkeypatch, django_capture_on_commit_callbacks):
    woken = []
    monkeypatch.setattr(queue, "wake", woken.append)
    with django_capture_on_commit_callbacks(execute=True):
        waiting = job(len)
        assert woken == []
    assert woken == [waiting.pk]


def test_failed_job_can_be_sent_again_and_counts_from_one(world, job, acting):
    answers = iter([jobs.Refused("not today"), None])

    def second_time_lucky(work):
        if error := next(answers):
            raise error

    failed = jobs.run_now(job(second_time_lucky))
    with acting(world.a_admin):
        jobs.retry(failed, actor=world.a_admin)
    done = jobs.run_now(failed)
    assert (done.state, done.error, done.attempts) == ("done", "", 1)


def test_only_a_failed_job_can_be_sent_again(world, job, acting):
    done = jobs.run_now(job(lambda work: None))
    with acting(world.a_admin), pytest.raises(PermissionDenied):
        jobs.retry(done, actor=world.a_admin)
    assert Job.objects.get(pk=done.pk).state == "done"


def test_job_of_another_company_cannot_be_asked_for(world, acting):
    jobs.handler("tests_foreign")(len)
    with acting(world.a_admin), pytest.raises(DatabaseError), transaction.atomic():
        jobs.start("tests_foreign", actor=world.a_admin, subject="", company=world.companies.b)


def test_open_job_is_ones_own_or_of_a_colleague_who_may_still_enter(world, job, acting):
    of_colleague = job(lambda work: None, actor=world.a_user, number=1)
    with acting(world.a_admin):
        assert jobs.open_job("test", world.a_admin, number=1) == of_colleague
        assert jobs.open_job("test", world.a_admin, number=2) is None
    with acting(world.b_admin):
        assert jobs.open_job("test", world.b_admin, number=1) is None
    with as_owner():
        type(world.a_user).objects.filter(pk=world.a_user.pk).update(is_active=False)
    with acting(world.a_admin):
        assert jobs.open_job("test", world.a_admin, number=1) is None
        assert Customer.objects.filter(company=world.companies.b).count() == 0  # still in his own role
    assert jobs.open_job("test", world.a_user, number=1) == of_colleague
