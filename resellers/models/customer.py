"""The customers a company bills."""

import pgtrigger
from django.db import models

from accounts.audit_triggers import tracked
from accounts.triggers import company_open, refuse
from resellers.models.company import Company


class Customer(models.Model):
    """Belongs to one company. Its currency is fixed for good: amounts of the past are in it."""

    ACTIVE, INACTIVE, PENALTY, PENDING = "active", "inactive", "penalty", "pending"
    STATUSES = [(ACTIVE, "Active"), (INACTIVE, "Inactive"), (PENALTY, "Penalty"), (PENDING, "Pending approval")]

    # No index of its own: the others begin with it, and of two the narrower would be read where statistics are behind.
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="customers", db_index=False)
    name = models.CharField(max_length=150)
    search_name = models.GeneratedField(
        expression=models.functions.Lower("name"), output_field=models.CharField(max_length=150, db_collation="C"),
        db_persist=True,
    )  # fmt: skip
    email = models.EmailField("e-mail", blank=True)
    status = models.CharField(max_length=10, choices=STATUSES, default=ACTIVE)
    currency = models.CharField(max_length=3, default="USD")
    debit_limit = models.DecimalField(
        max_digits=16, decimal_places=4, default=0,
        help_text="0: prepaid. Positive: post-paid up to this sum. Negative: prepaid, stops with this much left.",
    )  # fmt: skip
    notes = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["search_name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["company", "search_name"], name="customer_name_unique_in_company"),
            models.UniqueConstraint(fields=["id", "company"], name="customer_id_company"),
            models.CheckConstraint(condition=models.Q(status__in=["active", "inactive", "penalty", "pending"]), name="customer_status_known"),
            models.CheckConstraint(condition=models.Q(currency__regex="^[A-Z]{3}$"), name="customer_currency_iso"),
            models.CheckConstraint(condition=~models.Q(name__regex=r"^\s*$"), name="customer_name_given"),
            models.CheckConstraint(condition=models.Q(debit_limit__gte=-(10**12), debit_limit__lte=10**12), name="customer_debit_limit"),
        ]  # fmt: skip
        indexes = [models.Index(fields=["company", "search_name", "id"], name="customer_list"),
                   models.Index(fields=["search_name", "id"], name="customer_search")]  # fmt: skip
        triggers = [
            company_open("customer_company_open", "company_id"),
            refuse("customer_currency_fixed", pgtrigger.Update, pgtrigger.Q(old__currency__df=pgtrigger.F("new__currency")),
                   "The currency of a customer can never change."),
            refuse("customer_no_delete", pgtrigger.Delete, None, "A customer is set inactive, never deleted: its history stays."),
            *tracked("resellers_customer", company="company_id", label="name", ignored=["search_name"]),
        ]  # fmt: skip

    def __str__(self):
        return self.name
