"""The trail: who did what to which row, from where, in whose name. Written by the database, never changed."""

import pgtrigger
from django.db import models

from accounts.triggers import Trigger


class AuditEntry(models.Model):
    """One event. Ids instead of foreign keys: the trail outlives what it tells of."""

    at = models.DateTimeField(db_default=models.functions.Now())
    actor = models.BigIntegerField(null=True)
    actor_label = models.CharField(max_length=254, db_default="")
    real_actor = models.BigIntegerField(null=True)
    company = models.BigIntegerField(null=True)  # whose row it is
    address = models.GenericIPAddressField(null=True)
    request_id = models.CharField(max_length=64, db_default="")
    action = models.CharField(max_length=30)
    table = models.CharField(max_length=63, db_default="")
    row = models.CharField(max_length=64, db_default="")
    label = models.CharField(max_length=300, db_default="")
    changes = models.JSONField(db_default=models.Value({}, models.JSONField()))
    reason = models.CharField(max_length=300, db_default="")
    result = models.CharField(max_length=10, db_default="ok")

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "audit entries"
        indexes = [
            models.Index(fields=["table", "row", "-id"], name="audit_row"),
            models.Index(fields=["actor", "-id"], name="audit_actor"),
            models.Index(fields=["real_actor", "-id"], name="audit_real_actor"),
            models.Index(fields=["at"], name="audit_at"),
            models.Index(fields=["action", "-id"], name="audit_action"),
        ]
        triggers = [
            Trigger(
                name="audit_append_only", level=pgtrigger.Statement, when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete | pgtrigger.Truncate,
                func="RAISE EXCEPTION 'audit is append-only' USING ERRCODE = '42501', CONSTRAINT = 'audit_append_only';",
            )
        ]  # fmt: skip

    def __str__(self):
        return f"{self.action} {self.table} {self.row}"
