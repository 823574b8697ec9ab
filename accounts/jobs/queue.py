"""Asking for a job, waking a worker for it, and waking again what was forgotten."""

import uuid

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django_tasks import task

from accounts import audit
from accounts.jobs import runner
from accounts.jobs.work import lease
from accounts.models import Job
from accounts.services.users import may_manage


@task()
def run_job(pk: int) -> None:
    """What wakes a worker: an id, nothing else. Runs as the login role; a second wake-up finds nothing to claim."""
    runner.run(pk)


def start(
    kind: str, *, actor, subject: str, about: str = "", company=None, key: uuid.UUID | None = None, **params
) -> Job:
    """Ask for a job in the current unit of work, as its user; a worker wakes when it commits.

    `about` finds the jobs of one thing by its code, `key` is chosen unless given. `params` are plain JSON values. The job runs as `actor`, so it belongs to his company. KeyError: no such kind.
    """
    runner.handler_of(kind)
    job = Job.objects.create(key=key or uuid.uuid4(), kind=kind, subject=subject[:200], about=about, actor=actor, params=params,
                             company_id=company.pk if company else actor.company_id)  # fmt: skip
    transaction.on_commit(lambda: wake(job.pk), robust=True)
    return job


def retry(job: Job, *, actor) -> Job:
    """Send a failed job back to the queue, in the name of whoever started it.

    PermissionDenied: not a failed one, or of somebody with more rights, which the job would use.
    """
    if not may_retry(job, actor):
        raise PermissionDenied("whoever started this job has rights that you do not have")
    sent = Job.objects.filter(pk=job.pk, state=Job.FAILED).update(state=Job.WAITING, error="", lease_until=None)
    if not sent:
        raise PermissionDenied("only a failed job can be sent again")
    audit.record("retry", actor=actor, thing=job, company=job.company_id)
    transaction.on_commit(lambda: wake(job.pk), robust=True)
    return job


def may_retry(job: Job, actor) -> bool:
    """One's own, and those of people one could manage: a job acts with the rights of whoever started it."""
    return may_manage(job.actor, actor)


def wake(pk: int) -> None:
    run_job.enqueue(pk)


DUE = Q(state__in=[Job.WAITING, Job.RUNNING]) & (Q(lease_until=None) | Q(lease_until__lt=Now()))


def sweep() -> int:
    """Wake what waits without a wake-up and what runs without a worker; returns how many.

    A waiting job uses its lease as "woken lately", so one that stands in a long queue is not woken at every sweep.
    """
    with transaction.atomic():
        due = list(Job.objects.filter(DUE).select_for_update(skip_locked=True).values_list("pk", flat=True)[:1000])
        Job.objects.filter(pk__in=due).update(state=Job.WAITING, lease_until=Now() + lease())
    for pk in due:
        wake(pk)
    return len(due)
