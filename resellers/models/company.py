"""The tree of companies: one root, the master; everything the database derives from it."""

import pgtrigger
from django.contrib.auth.models import Group
from django.db import models
from guardian.models import GroupObjectPermissionBase

from accounts.audit_triggers import tracked
from accounts.constraints import CompositeForeignKey
from accounts.triggers import Trigger, company_open, refuse
from resellers.models import law


class Company(models.Model):
    """A reseller account, or the one master company above all. Never deleted: suspended or closed."""

    ACTIVE, SUSPENDED, CLOSED = "active", "suspended", "closed"
    STATUSES = [(ACTIVE, "Active"), (SUSPENDED, "Suspended"), (CLOSED, "Closed")]

    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    is_master = models.BooleanField(default=False, editable=False)
    name = models.CharField(max_length=150)
    search_name = models.GeneratedField(
        expression=models.functions.Lower("name"), output_field=models.CharField(max_length=150, db_collation="C"),
        db_persist=True,
    )  # fmt: skip
    email = models.EmailField("e-mail")
    status = models.CharField(max_length=10, choices=STATUSES, default=ACTIVE)
    shut_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, editable=False, related_name="+")
    currency = models.CharField(max_length=3, default="USD")
    time_zone = models.CharField(max_length=64, default="UTC")
    tenant_group = models.OneToOneField(Group, on_delete=models.PROTECT, editable=False, related_name="company")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "id"]
        verbose_name_plural = "companies"
        permissions = [("operate_company", "Can operate as this company")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_master=True, parent__isnull=True)
                | models.Q(is_master=False, parent__isnull=False),
                name="company_master_is_root",
            ),
            models.UniqueConstraint(
                fields=["is_master"], condition=models.Q(is_master=True), name="company_one_master"
            ),
            models.UniqueConstraint(fields=["parent", "search_name"], name="company_name_unique_under_parent"),
            models.UniqueConstraint(fields=["id", "parent"], name="company_id_parent"),
            models.CheckConstraint(
                condition=models.Q(status__in=["active", "suspended", "closed"]), name="company_status_known"
            ),
            models.CheckConstraint(condition=models.Q(currency__regex="^[A-Z]{3}$"), name="company_currency_iso"),
            models.CheckConstraint(condition=~models.Q(name__regex=r"^\s*$"), name="company_name_given"),
            models.CheckConstraint(
                condition=models.Q(is_master=False) | models.Q(status="active"), name="company_master_active"
            ),
        ]
        indexes = [models.Index(fields=["search_name", "id"], name="company_search")]
        triggers = [
            company_open("company_parent_open", "parent_id"),
            Trigger(name="company_shut_by", when=pgtrigger.Before, operation=pgtrigger.Update, func=law.SHUT_BY),
            Trigger(name="company_view_as_ends", when=pgtrigger.After, operation=pgtrigger.UpdateOf("status"),
                    condition=pgtrigger.Q(new__status__df="active"), func=law.VIEW_AS_ENDS),
            Trigger(name="company_tenant_group", when=pgtrigger.Before, operation=pgtrigger.Insert, func=law.TENANT_GROUP),
            Trigger(name="company_grant", when=pgtrigger.After, operation=pgtrigger.Insert, func=law.GRANT),
            Trigger(name="closure_insert", level=pgtrigger.Statement, when=pgtrigger.After, operation=pgtrigger.Insert,
                    referencing=pgtrigger.Referencing(new="changed"), func=law.CLOSURE),
            Trigger(name="closure_update", level=pgtrigger.Statement, when=pgtrigger.After, operation=pgtrigger.Update,
                    referencing=pgtrigger.Referencing(old="was", new="now"), func=law.CLOSURE_MOVED),
            refuse("company_no_delete", pgtrigger.Delete, None, "A company is closed, never deleted: its history stays."),
            refuse("company_group_fixed", pgtrigger.Update, pgtrigger.Q(old__tenant_group__df=pgtrigger.F("new__tenant_group")),
                   "The group of a company never changes."),
            *tracked("resellers_company", company="id", label="name", ignored=["search_name"]),
        ]  # fmt: skip

    def __str__(self):
        return self.name


class CompanyNote(models.Model):
    """What the company above notes about a company; the company itself never reads it."""

    company = models.OneToOneField(Company, on_delete=models.PROTECT, primary_key=True, related_name="note")
    owner = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(blank=True)

    class Meta:
        constraints = [CompositeForeignKey(name="companynote_owner_is_parent", fields=["company", "owner"],
                                           to="resellers.Company", to_fields=["id", "parent"])]  # fmt: skip
        triggers = tracked("resellers_companynote", company="owner_id", label="left({row}.text, 80)", pk="company_id")

    def __str__(self):
        return self.text[:80]


class CompanyClosure(models.Model):
    """Who stands below whom, at what depth (0: itself). Derived by the database alone."""

    ancestor = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="closure_below")
    descendant = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="closure_above")
    depth = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ancestor", "descendant"], name="closure_pair_unique"),
            models.CheckConstraint(condition=models.Q(depth=0, ancestor=models.F("descendant"))
                                   | (models.Q(depth__gt=0) & ~models.Q(ancestor=models.F("descendant"))), name="closure_depth"),
        ]  # fmt: skip
        indexes = [models.Index(fields=["descendant", "ancestor"], name="closure_above")]

    def __str__(self):
        return f"{self.ancestor_id} above {self.descendant_id} by {self.depth}"


class CompanyGrant(GroupObjectPermissionBase):
    """guardian's table for companies: each tenant group holds operate_company on its own company, nothing else."""

    content_object = models.ForeignKey(Company, on_delete=models.CASCADE)

    class Meta(GroupObjectPermissionBase.Meta):
        triggers = [
            Trigger(name="company_grant_law", when=pgtrigger.Before, operation=pgtrigger.Insert | pgtrigger.Update,
                    func=law.GRANT_LAW)
        ]  # fmt: skip
