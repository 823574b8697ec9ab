"""Long work: one row is its whole state machine."""

from django.db import models

from accounts.constraints import CompositeForeignKey


class Job(models.Model):
    """Waiting, running under a lease, done or failed. The fence rises with every claim; writes of an old claim fail."""

    WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"
    STATES = [(WAITING, "Waiting"), (RUNNING, "Running"), (DONE, "Done"), (FAILED, "Failed")]

    key = models.UUIDField(unique=True, editable=False)  # in addresses: ids are guessable
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=200)
    about = models.CharField(max_length=40, blank=True, default="")  # the code of what it works on, where that has jobs
    company = models.ForeignKey("resellers.Company", on_delete=models.PROTECT, related_name="jobs")
    actor = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="jobs")
    params = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    kept = models.JSONField(default=dict)  # how far it came, for the next attempt: written with the work itself
    state = models.CharField(max_length=10, choices=STATES, default=WAITING)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    note = models.CharField(max_length=200, blank=True)
    error = models.TextField(blank=True)
    attempts = models.IntegerField(default=0)
    fence = models.BigIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            # The worker acts as the actor, so nobody may name one of another company.
            CompositeForeignKey(
                name="job_actor_company", fields=["actor", "company"], to="accounts.User", to_fields=["id", "company"]
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "running", "done", "failed"]), name="job_state_known"
            ),
            models.CheckConstraint(
                condition=models.Q(state="running", lease_until__isnull=False) | ~models.Q(state="running"),
                name="job_runs_under_lease",
            ),
        ]
        indexes = [models.Index(fields=["company", "-id"], name="job_company"),
                   models.Index(fields=["about", "-id"], name="job_about"),
                   models.Index(fields=["lease_until"], condition=models.Q(state__in=["waiting", "running"]), name="job_open")]  # fmt: skip

    def __str__(self):
        return f"{self.kind}: {self.subject}"

    @property
    def is_over(self) -> bool:
        return self.state in (self.DONE, self.FAILED)

    @property
    def percent(self) -> int:
        return 100 if self.state == self.DONE else min(99, 100 * self.done // self.total) if self.total else 0
