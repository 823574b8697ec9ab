"""How a customer card is made from its parents: which, in which order, and with which profit."""

import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from accounts.audit_triggers import tracked
from accounts.constraints import CompositeForeignKey
from accounts.triggers import Trigger, refuse
from ratecards.models import law
from ratecards.models.assignment import CardAssignment
from ratecards.models.card import RateCard
from resellers.models import Company

MOST = 1_000_000  # a price, a sum or a percentage that a rule may name


class CardParent(models.Model):
    """One parent of a customer card, by the assignment through which the card's owner may use it."""

    card = models.ForeignKey(RateCard, on_delete=models.PROTECT, related_name="parents")
    owner = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    assignment = models.ForeignKey(CardAssignment, on_delete=models.PROTECT, related_name="children")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["card", "position"]
        constraints = [
            models.UniqueConstraint(fields=["card", "assignment"], name="parent_once"),
            CompositeForeignKey(name="parent_card_owner", fields=["card", "owner"], to="ratecards.RateCard", to_fields=["id", "owner"]),
            CompositeForeignKey(name="parent_assignment_company", fields=["assignment", "owner"], to="ratecards.CardAssignment",
                                to_fields=["id", "company"]),
        ]  # fmt: skip
        triggers = [
            Trigger(name="parent_law", when=pgtrigger.Before, operation=pgtrigger.Insert, func=law.PARENT_LAW),
            refuse("parent_fixed", pgtrigger.Update,
                   pgtrigger.Q(old__card__df=pgtrigger.F("new__card")) | pgtrigger.Q(old__assignment__df=pgtrigger.F("new__assignment")),
                   "A parent is taken out or put in, never exchanged."),
            *tracked("ratecards_cardparent", company="owner_id", label="{row}.assignment_id::text"),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.card} from {self.assignment}"


class ProfitRule(models.Model):
    """One line of a card's profit table: what it matches, what it does to the price."""

    ABSOLUTE, RELATIVE, PERCENT, MARGIN = "absolute", "relative", "percent", "margin"
    TYPES = [(PERCENT, "Markup %"), (MARGIN, "Margin %"), (RELATIVE, "Relative: cost + value"), (ABSOLUTE, "Absolute: this price")]
    PROFIT, REMOVE, BLOCKED = "profit", "remove", "blocked"
    STATUSES = [(PROFIT, "Profit"), (REMOVE, "Remove"), (BLOCKED, "Blocked")]

    card = models.ForeignKey(RateCard, on_delete=models.PROTECT, related_name="rules")
    owner = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    match = models.CharField(max_length=40, help_text="441481: this destination alone. ^44: 44 and everything below. ^: all.")
    type = models.CharField(max_length=8, choices=TYPES, default=PERCENT)
    value = models.DecimalField(max_digits=18, decimal_places=8, default=0, validators=[MinValueValidator(-MOST), MaxValueValidator(MOST)])
    status = models.CharField(max_length=7, choices=STATUSES, default=PROFIT)

    class Meta:
        ordering = ["card", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["card", "position"], name="rule_position_unique", deferrable=models.Deferrable.DEFERRED),
            CompositeForeignKey(name="rule_card_owner", fields=["card", "owner"], to="ratecards.RateCard", to_fields=["id", "owner"]),
            models.CheckConstraint(condition=models.Q(type__in=["absolute", "relative", "percent", "margin"]), name="rule_type_known"),
            models.CheckConstraint(condition=models.Q(status__in=["profit", "remove", "blocked"]), name="rule_status_known"),
            models.CheckConstraint(condition=~models.Q(type="margin") | models.Q(value__lt=100), name="rule_margin_below_100"),
            models.CheckConstraint(condition=~models.Q(type="absolute") | models.Q(value__gte=0), name="rule_absolute_not_negative"),
            models.CheckConstraint(condition=models.Q(value__range=(-MOST, MOST)), name="rule_value_bounds"),
        ]  # fmt: skip
        triggers = tracked("ratecards_profitrule", company="owner_id", label="match")

    def __str__(self):
        return f"{self.match} {self.get_type_display()} {self.value.normalize():f}"
