"""When somebody of the carrier looked through a reseller user's eyes: kept for the reseller to see."""

from datetime import timedelta

import pgtrigger
from django.db import models

from accounts.constraints import CompositeForeignKey
from accounts.triggers import refuse

MINUTES = 30


class SupportAccess(models.Model):
    """One look: read-only, at most 30 minutes, over for good when `ended_at` is set. Written by the database's functions.

    The session of the viewer holds `key`; the database asks this row again whenever it lets him in.
    """

    key = models.UUIDField(unique=True)
    viewer = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    company = models.ForeignKey("resellers.Company", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    started_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "support access"
        constraints = [
            CompositeForeignKey(
                name="supportaccess_user_company",
                fields=["user", "company"],
                to="accounts.User",
                to_fields=["id", "company"],
            ),
            models.CheckConstraint(condition=~models.Q(viewer=models.F("user")), name="supportaccess_of_another"),
            models.CheckConstraint(condition=models.Q(reason__regex=r"\S.{8,}\S"), name="supportaccess_reason_given"),
            models.CheckConstraint(
                condition=models.Q(ends_at__lte=models.F("started_at") + timedelta(minutes=MINUTES)),
                name="supportaccess_term",
            ),
        ]
        indexes = [
            models.Index(fields=["company", "-id"], name="supportaccess_company"),
            models.Index(fields=["viewer", "user"], condition=models.Q(ended_at=None), name="supportaccess_open"),
            models.Index(fields=["user"], condition=models.Q(ended_at=None), name="supportaccess_open_user"),
        ]
        triggers = [
            refuse("supportaccess_stays_ended", pgtrigger.Update,
                   pgtrigger.Q(old__ended_at__isnull=False, new__ended_at__df=pgtrigger.F("old__ended_at"))
                   | pgtrigger.Q(new__ends_at__df=pgtrigger.F("old__ends_at")), "A look that ended stays ended."),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.viewer_id} as {self.user_id}"
