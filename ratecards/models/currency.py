"""What one currency is worth in another, from which instant on: the master's table, appended and never changed."""

import pgtrigger
from django.core.validators import MinValueValidator
from django.db import models

from accounts.audit_triggers import tracked
from accounts.triggers import refuse
from resellers.models import Company


class ExchangeRate(models.Model):
    """One unit of `one` is worth `rate` units of `other` from `valid_from` on, until a later row says otherwise.

    Kept by the master company, read by all: whoever builds a card from a parent of another currency needs it.
    """

    owner = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+", editable=False)
    one = models.CharField("currency", max_length=3)
    other = models.CharField("in", max_length=3)
    rate = models.DecimalField(max_digits=20, decimal_places=10, validators=[MinValueValidator(0)])
    valid_from = models.DateTimeField()
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["one", "other", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["one", "other", "valid_from"], name="exchangerate_once_at_an_instant"),
            models.CheckConstraint(condition=models.Q(one__regex="^[A-Z]{3}$", other__regex="^[A-Z]{3}$"), name="exchangerate_iso"),
            models.CheckConstraint(condition=~models.Q(one=models.F("other")), name="exchangerate_two_currencies"),
            models.CheckConstraint(condition=models.Q(rate__gt=0), name="exchangerate_positive"),
        ]  # fmt: skip
        triggers = [
            refuse("exchangerate_append_only", pgtrigger.Update | pgtrigger.Delete, None,
                   "Exchange rates are appended: add a new one that is valid from now on."),
            *tracked("ratecards_exchangerate", company="owner_id", label="{row}.one || '/' || {row}.other"),
        ]  # fmt: skip

    def __str__(self):
        return f"1 {self.one} = {self.rate.normalize():f} {self.other}"
