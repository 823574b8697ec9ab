"""Workers that are killed, frozen, cut off or asked to end: the job ends once, right, and no stale worker writes."""

import signal
import subprocess
import sys

import pytest

from connexcs.embedded import ROOT
from tests.database import clone_database
from tests.jobs.processes import LIMIT, Site

pytestmark = pytest.mark.fault


@pytest.fixture
def site():
    with clone_database("jobs") as name:
        site = Site(name)
        try:
            yield site
        finally:
            site.close()


def begun(site, job, chunks=2):
    site.wait(lambda: len(site.names("Chunk")) >= chunks, "the first chunks")


def finished(site, job, chunks):
    over = site.wait_until_over(job)
    assert (over["state"], over["error"], over["result"]) == ("done", "", {"chunks": chunks})
    assert [name for name, _ in site.names("Chunk")] == [f"Chunk {number}" for number in range(chunks)]
    return over


def test_two_workers_drain_the_queue_and_do_each_job_once(site):
    numbers = [site.start_job("tests_chunks", chunks=1, name=f"Name{number}") for number in range(4)]
    workers = [site.start_worker(once=True), site.start_worker(once=True)]
    assert [worker.wait(LIMIT) for worker in workers] == [0, 0]
    assert [(site.job(number)["state"], site.job(number)["attempts"]) for number in numbers] == [("done", 1)] * 4
    assert sorted(name for name, _ in site.names("Name")) == [f"Name{number} 0" for number in range(4)]


def test_command_ends_when_nothing_is_left(site):
    command = [sys.executable, "manage.py", "worker", "--once"]
    done = subprocess.run(
        command, cwd=ROOT, env=site.environment, capture_output=True, text=True, check=False, timeout=LIMIT
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_progress_of_a_running_job_is_seen_from_outside(site):
    job = site.start_job("tests_chunks", chunks=100, pause=0.1)
    site.start_worker()
    seen = site.wait(lambda: (row := site.job(job))["done"] > 0 and row, "progress")
    assert seen["state"] == "running" and seen["total"] == 100 and seen["note"].startswith("chunk ")


def test_killed_worker_is_followed_by_the_next_which_ends_the_job(site):
    job = site.start_job("tests_chunks", chunks=12, pause=0.2)
    first = site.start_worker()
    begun(site, job)
    first.kill()
    site.start_worker()
    over = finished(site, job, 12)
    assert over["attempts"] == 2
    fences = [int(fence) for _, fence in site.names("Chunk")]
    assert fences == sorted(fences) and fences[0] == 1 < fences[-1]


def test_job_that_kills_every_worker_is_given_up(site):
    job = site.start_job("tests_chunks", chunks=100, pause=0.2)
    for attempt in range(1, 4):
        worker = site.start_worker()
        site.wait(lambda n=attempt: (row := site.job(job))["attempts"] == n and row["state"] == "running", "a claim")
        worker.kill()
    site.start_worker()
    over = site.wait_until_over(job)
    assert (over["state"], over["error"]) == ("failed", "Gave up after 3 attempts.")


def test_frozen_worker_writes_nothing_after_its_lease(site):
    job = site.start_job("tests_chunks", chunks=12, pause=0.3)
    first = site.start_worker()
    begun(site, job)
    first.send_signal(signal.SIGSTOP)
    site.start_worker()
    site.wait(lambda: site.job(job)["fence"] > 1, "the takeover")
    before = [name for name, fence in site.names("Chunk") if fence == "1"]
    first.send_signal(signal.SIGCONT)
    finished(site, job, 12)
    assert [name for name, fence in site.names("Chunk") if fence == "1"] == before
    assert first.poll() is None


def test_worker_frozen_inside_a_transaction_never_commits_it(site):
    job = site.start_job("tests_long_unit", pause=8)
    first = site.start_worker()
    site.wait(lambda: site.job(job)["note"] == "inside", "the unit")
    first.send_signal(signal.SIGSTOP)
    second = site.start_worker()
    assert site.wait_until_over(job)["state"] == "done"
    second.terminate()
    second.wait(30)
    first.send_signal(signal.SIGCONT)
    another = site.start_job("tests_chunks", chunks=1)  # there is nobody else to do it: the woken one has left its unit
    assert site.wait_until_over(another)["state"] == "done"
    assert [name for name, _ in site.names("Long")] == ["Long 2"]
    assert site.job(job)["fence"] == 2


def test_ending_worker_hands_over_at_once(site):
    job = site.start_job("tests_chunks", chunks=30, pause=0.2)
    first = site.start_worker()
    begun(site, job)
    first.terminate()
    assert first.wait(30) == 0
    left = site.job(job)
    assert (left["state"], left["attempts"], left["error"]) == ("waiting", 0, "")
    site.start_worker()
    assert finished(site, job, 30)["attempts"] == 1


def test_idle_worker_ends_at_once(site):
    worker = site.start_worker()
    job = site.start_job("tests_chunks", chunks=1)
    site.wait_until_over(job)
    worker.terminate()
    assert worker.wait(30) == 0


def test_worker_outlives_the_loss_of_its_connections(site):
    job = site.start_job("tests_chunks", chunks=20, pause=0.2)
    worker = site.start_worker()
    begun(site, job)
    assert site.end_backends() >= 1
    finished(site, job, 20)
    another = site.start_job("tests_chunks", chunks=1)
    assert site.wait_until_over(another)["state"] == "done"
    assert worker.poll() is None


def test_job_whose_wake_up_was_lost_is_found_by_the_sweep(site):
    job = site.start_job("tests_chunks", chunks=1)
    site.ask("DELETE FROM django_tasks_database_dbtaskresult")
    site.start_worker()
    finished(site, job, 1)


def test_job_that_hangs_is_given_up_and_its_worker_goes_on(site):
    """First where other threads run: the process stays and begins anew. Then where none can: its supervisor must."""
    site.environment["JOB_STALL_SECONDS"] = "2"
    job = site.start_job("tests_long_unit", pause=3600)
    worker = site.start_worker()
    over = site.wait_until_over(job)
    assert (over["state"], over["attempts"]) == ("done", 2)
    assert [name for name, _ in site.names("Long")] == ["Long 2"]
    assert worker.poll() is None
    site.start_job("tests_stuck")
    assert worker.wait(LIMIT) == 1
