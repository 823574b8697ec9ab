"""The proof of access as a job: the panel's own button, for worlds where row by row takes minutes."""

import time

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.urls import reverse

from accounts import access, proof
from accounts.jobs.runner import handler
from accounts.jobs.work import Work
from accounts.proof import rows, sight

KIND, RIGHT, START = "access_proof", "audit.view", "job.retry"  # starting one is a write: reading rights alone do not
KEPT = 200  # findings that the job's row keeps; the command prints all


@handler(KIND)
def prove(work: Work) -> None:
    """Everything `audit_access` looks at, seen by the master user who asked; nothing is written, so it repeats at will."""
    begun, report = time.monotonic(), proof.Report()
    with work.unit(read_only=True) as unit, connection.cursor() as cursor:
        if not (unit.is_master and access.may(work.actor, RIGHT)):
            raise PermissionDenied("the proof is the carrier's own")
        report.findings = proof.findings(cursor)
    batches = rows.batches()
    users = sum(map(len, batches))
    for ids in batches:
        work.progress(report.users, users, "users compared")
        with sight.of_master(work.actor) as every_row:
            report.add(rows.compare(ids, every_row))
    work.progress(users, users)
    report.seconds = time.monotonic() - begun
    found = report.as_json()
    work.finish(
        found
        | {"summary": report.summary, "findings": found["findings"][:KEPT], "url": reverse("accounts:access_proof")}
    )
