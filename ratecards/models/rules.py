"""How a customer card is made from its parents: which, in which order, and with which profit."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from accounts.audit_triggers import tracked
from accounts.constraints import CompositeForeignKey
from accounts.triggers import Trigger, refuse
from ratecards.models import labels, law
from ratecards.models.assignment import CardAssignment
from ratecards.models.card import RateCard
from resellers.models import Company

MOST = 1_000_000  # a price, a sum or a percentage that a rule may name
SECONDS = [MaxValueValidator(86_400)]


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
            *tracked("ratecards_cardparent", company="owner_id", label=labels.PARENT),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.card} from {self.assignment}"


def every_price() -> list[str]:
    return ["cost", "intra", "inter"]


class PrefixSet(models.Model):
    """A named list of prefixes, one a line, digits or a regular expression; rules use it in place of a match."""

    owner = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=100)
    data = models.TextField("prefixes")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "id"]
        verbose_name = "prefix set"
        constraints = [
            models.UniqueConstraint(models.functions.Lower("name"), "owner", name="prefixset_name_unique"),
            models.UniqueConstraint(fields=["id", "owner"], name="prefixset_id_owner"),
            models.CheckConstraint(condition=~models.Q(name__regex=r"^\s*$"), name="prefixset_name_given"),
            models.CheckConstraint(condition=~models.Q(data__regex=r"^\s*$"), name="prefixset_data_given"),
        ]  # fmt: skip
        triggers = [
            refuse("prefixset_owner_fixed", pgtrigger.Update, pgtrigger.Q(old__owner__df=pgtrigger.F("new__owner")),
                   "A prefix set stays with its company."),
            *tracked("ratecards_prefixset", company="owner_id", label="name"),
        ]  # fmt: skip

    def __str__(self):
        return self.name


class ProfitRule(models.Model):
    """One line of a card's profit table: what it draws (a match or a prefix set), what it does to the price.

    The last five fields replace what the parents would give; empty leaves it.
    """

    ABSOLUTE, RELATIVE, PERCENT, MARGIN = "absolute", "relative", "percent", "margin"
    TYPES = [
        (PERCENT, "Markup %"),
        (MARGIN, "Margin %"),
        (RELATIVE, "Relative: cost + value"),
        (ABSOLUTE, "Absolute: this price"),
    ]
    PROFIT, REMOVE, BLOCKED = "profit", "remove", "blocked"
    STATUSES = [(PROFIT, "Profit"), (REMOVE, "Remove"), (BLOCKED, "Blocked")]

    card = models.ForeignKey(RateCard, on_delete=models.PROTECT, related_name="rules")
    owner = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    match = models.CharField(max_length=200, blank=True)
    prefix_set = models.ForeignKey(PrefixSet, on_delete=models.PROTECT, null=True, blank=True, related_name="rules")
    type = models.CharField(max_length=8, choices=TYPES, default=PERCENT)
    value = models.DecimalField(
        max_digits=18, decimal_places=8, default=0, validators=[MinValueValidator(-MOST), MaxValueValidator(MOST)]
    )
    status = models.CharField(max_length=7, choices=STATUSES, default=PROFIT)
    columns = ArrayField(models.CharField(max_length=5), default=every_price)
    mcd = models.PositiveIntegerField("MCD", null=True, blank=True, validators=SECONDS)
    pulse = models.PositiveIntegerField(null=True, blank=True, validators=[MinValueValidator(1), *SECONDS])
    decimals = models.PositiveSmallIntegerField(
        "price decimals", null=True, blank=True, validators=[MaxValueValidator(8)]
    )
    name = models.CharField("destination", max_length=150, null=True, blank=True)
    connect = models.DecimalField("connection fee", max_digits=14, decimal_places=8, null=True, blank=True,
                                  validators=[MinValueValidator(0), MaxValueValidator(100_000)])  # fmt: skip

    class Meta:
        ordering = ["card", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["card", "position"], name="rule_position_unique", deferrable=models.Deferrable.DEFERRED),
            CompositeForeignKey(name="rule_card_owner", fields=["card", "owner"], to="ratecards.RateCard", to_fields=["id", "owner"]),
            CompositeForeignKey(name="rule_prefixset_owner", fields=["prefix_set", "owner"], to="ratecards.PrefixSet", to_fields=["id", "owner"]),
            models.CheckConstraint(condition=models.Q(prefix_set__isnull=True) | models.Q(match=""), name="rule_match_or_set"),
            models.CheckConstraint(condition=models.Q(columns__len__gt=0, columns__contained_by=every_price()), name="rule_columns_known"),
            models.CheckConstraint(condition=models.Q(mcd__isnull=True) | models.Q(mcd__lte=86_400), name="rule_mcd_a_day"),
            models.CheckConstraint(condition=models.Q(pulse__isnull=True) | models.Q(pulse__range=(1, 86_400)), name="rule_pulse_a_day"),
            models.CheckConstraint(condition=models.Q(decimals__isnull=True) | models.Q(decimals__lte=8), name="rule_decimals"),
            models.CheckConstraint(condition=models.Q(connect__isnull=True) | models.Q(connect__range=(0, 100_000)), name="rule_connect"),
            models.CheckConstraint(condition=models.Q(type__in=["absolute", "relative", "percent", "margin"]), name="rule_type_known"),
            models.CheckConstraint(condition=models.Q(status__in=["profit", "remove", "blocked"]), name="rule_status_known"),
            models.CheckConstraint(condition=~models.Q(type="margin") | models.Q(value__lt=100), name="rule_margin_below_100"),
            models.CheckConstraint(condition=~models.Q(type="absolute") | models.Q(value__gte=0), name="rule_absolute_not_negative"),
            models.CheckConstraint(condition=models.Q(value__range=(-MOST, MOST)), name="rule_value_bounds"),
        ]  # fmt: skip
        triggers = tracked("ratecards_profitrule", company="owner_id", label=labels.RULE)

    def __str__(self):
        return f"{self.prefix_set or self.match or '^'} {self.get_type_display()} {self.value.normalize():f}"
