"""A one-use, expiring door for one address, one company and one group."""

from datetime import timedelta

import pgtrigger
from django.db import models

from accounts.audit_triggers import tracked
from accounts.triggers import company_open, refuse


class InvitationManager(models.Manager):
    """Never fetches the digest: the roles of tenants may not read it."""

    def get_queryset(self):
        return super().get_queryset().defer("digest")


class Invitation(models.Model):
    """The link's secret is mailed and never stored; the row keeps its SHA-256."""

    email = models.EmailField("e-mail")
    name = models.CharField(max_length=150)
    company = models.ForeignKey("resellers.Company", on_delete=models.PROTECT, related_name="invitations")
    role = models.ForeignKey(
        "accounts.Role", on_delete=models.PROTECT, related_name="invitations", verbose_name="group"
    )
    is_staff = models.BooleanField("support auditor (read-only)", default=False)
    time_zone = models.CharField(max_length=64, default="UTC")
    digest = models.BinaryField(max_length=32)
    invited_by = models.ForeignKey("accounts.User", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationManager()

    class Meta:
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["digest"], name="invitation_digest_unique"),
            models.CheckConstraint(
                condition=models.Q(expires_at__lte=models.F("created_at") + timedelta(days=31)), name="invitation_term"
            ),
        ]
        triggers = [
            company_open("invitation_company_open", "company_id"),
            refuse("invitation_stays_dead", pgtrigger.Update, pgtrigger.Q(old__withdrawn_at__isnull=False, new__withdrawn_at__isnull=True)
                   | pgtrigger.Q(old__accepted_at__isnull=False, new__accepted_at__isnull=True), "A dead invitation stays dead."),
            *tracked("accounts_invitation", company="company_id", label="email", masked=["digest"]),
        ]  # fmt: skip

    def __str__(self):
        return self.email
