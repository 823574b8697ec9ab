"""What was asked for already: a button that is pressed twice starts one job."""

import hashlib
import json

from django.db.models import QuerySet

from accounts import acl
from accounts.models import Job


def open_job(kind: str, actor, **params) -> Job | None:
    """The job of the actor's company that waits or runs with these params; ask it under a lock on what it is about.

    One's own; a colleague's as long as he may still enter, as a job runs in the name of whoever asked for it. What
    is asked must say everything that makes a difference.
    """
    found = open_jobs(kind, actor, **params).select_related("actor").defer("actor__password")
    return next((job for job in found if job.actor_id == actor.pk or may_enter(job.actor)), None)


def open_jobs(kind: str, actor, **params) -> QuerySet[Job]:
    """The jobs of the actor's company that wait or run with these params, whoever asked for them."""
    wanted = Job.objects.filter(kind=kind, company=actor.company_id, state__in=[Job.WAITING, Job.RUNNING])
    return wanted.filter(params__contains=params)


def may_enter(user) -> bool:
    try:
        with acl.looking_as(user):
            return True
    except acl.NoScope:
        return False


def digest(values: dict) -> str:
    """A short name of plain JSON values, as a param in which nothing may differ."""
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()
