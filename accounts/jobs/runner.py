"""Running jobs: which function does which kind, how a job is claimed, what becomes of it at the end."""

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Concat, Now, Trim
from django.utils.module_loading import autodiscover_modules

from accounts import acl
from accounts.jobs.work import Lost, Refused, Work, lease, stopping
from accounts.models import Job

log = logging.getLogger(__name__)
handlers: dict[str, Callable[[Work], None]] = {}
told: dict[str, Callable[[Job, dict], None]] = {}

NEUTRAL = "Something went wrong on our side. It has been noted; try again later."
NO_SCOPE = "The account that started this job, or its company, is not active any more."
NO_RIGHT = "The user who started this job has not the right to do this any more."
AGAIN = (Job.WAITING, "")
PASSING = (OperationalError, InterfaceError)  # connection lost, deadlock, time limit: the next attempt may do better


def handler(kind: str, *, failed: Callable[[Job, dict], None] | None = None):
    """Declare the function that does jobs of a kind.

    `failed(job, kept)` is called, as the login role and in the transaction of that end, of one that ends as failed,
    whoever or whatever ended it: what was kept stays, and somebody must say so; what waits for its end has to go on.
    """
    if failed:
        told[kind] = failed

    def declare(function):
        if handlers.setdefault(kind, function) is not function:
            raise ValueError(f"two handlers for jobs of kind {kind}")
        return function

    return declare


def handler_of(kind: str) -> Callable[[Work], None]:
    """The function of a kind; the apps' `jobs` modules are loaded on first use. KeyError for an unknown kind."""
    if kind not in handlers:
        autodiscover_modules("jobs")
    return handlers[kind]


# -- claim -------------------------------------------------------------------------------------------------------------

OPEN = Q(state=Job.WAITING) | Q(state=Job.RUNNING, lease_until__lt=Now())
FRESH = Case(When(finished_at=None, then=F("attempts") + 1), default=Value(1))  # after a retry by hand: from one again


def claim(pk: int) -> Work | None:
    """Take a waiting job, or one whose lease is over, under a new fence; None when there is nothing to take.

    Two workers cannot get the same one: the row is locked FOR UPDATE, and what is locked is passed over, so a job
    whose last worker still holds a transaction open stays his until that ends.
    """
    with transaction.atomic():
        jobs = Job.objects.filter(pk=pk)
        if not jobs.filter(OPEN).select_for_update(skip_locked=True).values_list("pk", flat=True):
            return None
        if jobs.filter(finished_at=None, attempts__gte=settings.JOB_ATTEMPTS).update(
            state=Job.FAILED,
            error=Trim(Concat(Value(f"Gave up after {settings.JOB_ATTEMPTS} attempts. "), "error")),
            finished_at=Now(),
            lease_until=None,
        ):
            tell_of(given_up := jobs.select_related("actor").get(), given_up.kept)
            return None
        jobs.update(state=Job.RUNNING, fence=F("fence") + 1, attempts=FRESH, lease_until=Now() + lease(), error="",
                    started_at=Now(), finished_at=None, done=0, total=0, note="", result={})  # fmt: skip
        return Work(jobs.select_related("actor").get())


# -- run ---------------------------------------------------------------------------------------------------------------


def run(pk: int) -> bool:
    """Claim a job and do it; False when there was nothing to claim. Never raises what the handler raises."""
    work = claim(pk)
    if work is None:
        return False
    with work.heartbeat():
        state, error = outcome(work)
    try:
        end(work, state, error)
    except PASSING:
        log.exception("job %s: its end could not be written; the next claim repeats it", pk)
    return True


def do(work: Work) -> None:
    """Call the handler, and at once a second time where the database broke a unit off: handlers repeat without harm."""
    handle = handler_of(work.job.kind)
    try:
        handle(work)
    except OperationalError as error:
        if not acl.broken_off(error):
            raise
        log.info("job %s: broken off by another transaction, done once more", work.job.pk)
        handle(work)


def outcome(work: Work) -> tuple[str, str]:
    """Do the work; returns the state it ends in and the words for the user."""
    try:
        do(work)
    except Lost:
        return AGAIN
    except Refused as refused:
        return Job.FAILED, str(refused)
    except ValidationError as error:
        return Job.FAILED, " ".join(error.messages)
    except acl.NoScope:
        return Job.FAILED, NO_SCOPE
    except PermissionDenied:
        return Job.FAILED, NO_RIGHT
    except PASSING:
        log.warning("job %s: attempt %s broke off", work.job.pk, work.job.attempts, exc_info=True)
        return AGAIN
    except IntegrityError as error:
        log.exception("job %s failed", work.job.pk)
        return Job.FAILED, (acl.constraint_of(error) and acl.hint_of(error)) or NEUTRAL
    except Exception:
        log.exception("job %s failed", work.job.pk)
        return Job.FAILED, NEUTRAL
    return Job.DONE, ""


def end(work: Work, state: str, error: str) -> None:
    """Write how it ended, if the claim still holds; a job that goes back to waiting is found by the next sweep."""
    values = {"state": state, "error": error, "lease_until": None}
    if state != Job.WAITING:
        values |= {"finished_at": Now(), "result": work.result if state == Job.DONE else {}}
    elif stopping.is_set():  # handed over: not an attempt that failed
        values |= {"attempts": F("attempts") - 1}
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()
    with transaction.atomic():
        if work.write(**values) and state == Job.FAILED:
            tell_of(work.job, work.kept)


def tell_of(job: Job, kept: dict) -> None:
    """Call what the kind's handler declared for a job that failed; that it cannot be done ends nothing."""
    try:
        handler_of(job.kind)  # loads what declares it
        with transaction.atomic():
            told.get(job.kind, lambda *_: None)(job, kept)
    except Exception:
        log.exception("job %s: nobody could be told of its end", job.pk)


def run_now(job: Job) -> Job:
    """Do a job in this process, by the same claim, lease and fence as a worker; returns it when it is over.

    Call it outside of a unit of work. A worker that was quicker is waited for.
    """
    while not (run(job.pk) or connection.in_atomic_block or is_over(job.pk)):
        time.sleep(0.2)
    fresh = Job.objects.get(pk=job.pk)
    return fresh if fresh.is_over or connection.in_atomic_block else run_now(fresh)


def is_over(pk: int) -> bool:
    return not Job.objects.filter(pk=pk, state__in=[Job.WAITING, Job.RUNNING]).exists()
