"""Who may use a card: its owner always, a company below him by an assignment that has not ended."""

import pgtrigger
from django.db import models
from guardian.models import GroupObjectPermissionBase

from accounts.audit_triggers import tracked
from accounts.constraints import CompositeForeignKey
from accounts.triggers import Trigger, refuse
from ratecards.models import labels, law
from ratecards.models.card import RateCard
from resellers.models import Company


class CardAssignment(models.Model):
    """A card in the hands of one company. The row of a card's own company is made with the card."""

    card = models.ForeignKey(RateCard, on_delete=models.PROTECT, related_name="assignments")
    owner = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    company = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="card_assignments")
    started_at = models.DateTimeField(db_default=models.functions.Now(), editable=False)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["card", "company"], condition=models.Q(ended_at__isnull=True), name="assignment_live_once"),
            models.UniqueConstraint(fields=["id", "company"], name="assignment_id_company"),
            CompositeForeignKey(name="assignment_card_owner", fields=["card", "owner"], to="ratecards.RateCard", to_fields=["id", "owner"]),
            models.CheckConstraint(condition=models.Q(ended_at__isnull=True) | models.Q(ended_at__gte=models.F("started_at")),
                                   name="assignment_ends_after_start"),
            models.CheckConstraint(condition=models.Q(ended_at__isnull=True) | ~models.Q(owner=models.F("company")),
                                   name="assignment_own_never_ends"),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["company", "card"], condition=models.Q(ended_at__isnull=True), name="assignment_live")
        ]
        triggers = [
            Trigger(name="assignment_law", when=pgtrigger.Before, operation=pgtrigger.Insert, func=law.ASSIGNMENT_LAW),
            Trigger(name="assignment_grant", when=pgtrigger.After, operation=pgtrigger.Insert, func=law.ASSIGNMENT_GRANT),
            Trigger(name="assignment_ended_now", when=pgtrigger.Before, operation=pgtrigger.UpdateOf("ended_at"),
                    func=law.ASSIGNMENT_ENDED_NOW),
            Trigger(name="assignment_ends", when=pgtrigger.After, operation=pgtrigger.UpdateOf("ended_at"), func=law.ASSIGNMENT_ENDS),
            refuse("assignment_no_delete", pgtrigger.Delete, None, "An assignment is ended, never deleted."),
            refuse("assignment_fixed", pgtrigger.Update,
                   pgtrigger.Q(old__card__df=pgtrigger.F("new__card")) | pgtrigger.Q(old__company__df=pgtrigger.F("new__company"))
                   | pgtrigger.Q(old__owner__df=pgtrigger.F("new__owner")) | pgtrigger.Q(old__ended_at__isnull=False),
                   "An assignment can only be ended, and an ended one never changes."),
            *tracked("ratecards_cardassignment", company="owner_id", label=labels.CARD),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.card} for {self.company}"


class CardGrant(GroupObjectPermissionBase):
    """guardian's table for cards: a tenant group holds use_ratecard while its company has a live assignment."""

    content_object = models.ForeignKey(RateCard, on_delete=models.CASCADE)

    class Meta(GroupObjectPermissionBase.Meta):
        triggers = [
            Trigger(name="card_grant_law", when=pgtrigger.Before, operation=pgtrigger.Insert | pgtrigger.Update,
                    func=law.CARD_GRANT_LAW)
        ]  # fmt: skip
