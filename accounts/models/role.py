"""Groups as people know them: a default set of rights and rows that replace it for one area."""

import pgtrigger
from django.contrib.auth.models import Group
from django.contrib.postgres.fields import ArrayField
from django.db import models

from accounts.areas import BOXES, CRUD, MASTER, RESELLER
from accounts.audit_triggers import tracked
from accounts.triggers import Trigger

NOT_TENANT = """
    IF EXISTS (SELECT FROM resellers_company WHERE tenant_group_id = {group}) THEN
        RAISE EXCEPTION 'the group of a company gives no rights and keeps its name' USING ERRCODE = '23514',
            CONSTRAINT = 'tenant_group_fixed', HINT = 'The database keeps the group of a company.';
    END IF;
    RETURN {result};
"""


def boxes_field(**options):
    return ArrayField(models.CharField(max_length=20), default=list, blank=True, **options)


class Role(models.Model):
    """The profile of an auth.Group that gives rights; tenant groups have none, so they give none."""

    AUDIENCES = [(RESELLER, "Resellers"), (MASTER, "The carrier's own staff")]

    group = models.OneToOneField(Group, on_delete=models.PROTECT, primary_key=True, related_name="role")
    name = models.CharField(max_length=100)
    audience = models.CharField(max_length=10, choices=AUDIENCES)
    is_active = models.BooleanField("active", default=True)
    description = models.CharField(max_length=300, blank=True)
    default_boxes = boxes_field(help_text="What the group gives in every area known when it was saved.")
    known_areas = boxes_field(editable=False)

    class Meta:
        ordering = ["name"]
        verbose_name = "group"
        constraints = [
            models.UniqueConstraint(models.functions.Lower("name"), name="role_name_unique"),
            models.CheckConstraint(condition=models.Q(audience__in=[MASTER, RESELLER]), name="role_audience_known"),
            models.CheckConstraint(
                condition=models.Q(default_boxes__contained_by=list(CRUD)), name="role_default_crud"
            ),
        ]
        triggers = [
            Trigger(name="role_not_on_tenant_group", when=pgtrigger.Before, operation=pgtrigger.Insert | pgtrigger.Update,
                    func=NOT_TENANT.format(group="NEW.group_id", result="NEW")),
            *tracked("accounts_role", company="NULL::bigint", label="name", pk="group_id"),
        ]  # fmt: skip

    def __str__(self):
        return self.name


class FixedGroup(Group):
    """The rows of auth.Group, to hang triggers on: the group of a company is neither renamed nor removed."""

    class Meta:
        proxy = True
        triggers = [
            Trigger(name="tenant_group_renamed", when=pgtrigger.Before, operation=pgtrigger.Update,
                    func=NOT_TENANT.format(group="OLD.id", result="NEW")),
            Trigger(name="tenant_group_removed", when=pgtrigger.Before, operation=pgtrigger.Delete,
                    func=NOT_TENANT.format(group="OLD.id", result="OLD")),
        ]  # fmt: skip


class AreaAccess(models.Model):
    """One row of a group: these boxes replace the default in one area; an empty row denies, and denial wins."""

    role = models.ForeignKey(Role, on_delete=models.CASCADE, related_name="areas")
    area = models.CharField(max_length=40)
    boxes = boxes_field()

    class Meta:
        ordering = ["role", "area"]
        constraints = [
            models.UniqueConstraint(fields=["role", "area"], name="areaaccess_one_row_per_area"),
            models.CheckConstraint(condition=models.Q(boxes__contained_by=list(BOXES)), name="areaaccess_boxes_known"),
        ]
        triggers = tracked("accounts_areaaccess", company="NULL::bigint", label="area")

    def __str__(self):
        return f"{self.role}: {self.area}"
