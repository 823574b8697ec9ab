"""Rate cards: what a company it is assigned to may know of one, and apart from that, what only its owner may."""

import secrets
import string
from functools import reduce
from operator import or_

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from accounts.audit_triggers import tracked
from accounts.constraints import CompositeForeignKey
from accounts.triggers import Trigger, refuse
from ratecards.models import law
from resellers.models import Company

MEANING = ("currency", "direction", "presentation", "dialling", "source_countries", "destination_countries")
FIXED = (*MEANING, "charge_precision", "charge_rounding", "duration_rounding")
ALPHABET = string.ascii_letters + string.digits + "_"
ROUNDINGS = [("up", "Up"), ("down", "Down"), ("half_up", "Half-up"), ("half_down", "Half-down")]
DOWNLOADS = [("csv", "CSV"), ("xlsx", "Excel (XLSX)"), ("json", "open-rate-card (JSON)")]
COUNTRIES = r"^([A-Z]{2}(,[A-Z]{2})*)?$"  # ISO 3166, in alphabetical order
COMPACTS = [("minimum", "Minimum"), ("maximum", "Maximum"), ("average", "Average")]


def new_code() -> str:
    """Two groups of four from 63 characters: opaque, so that a code tells nothing of how many cards there are."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(2))


def changed(*fields) -> pgtrigger.Q:
    """One of these fields gets another value."""
    return reduce(or_, (pgtrigger.Q(**{f"old__{field}__df": pgtrigger.F(f"new__{field}")}) for field in fields))


def every_download() -> list[str]:
    return [name for name, _ in DOWNLOADS]


def countries_field():
    return models.CharField(max_length=750, blank=True, default="", db_default="")


def precision_field(default):
    return models.PositiveSmallIntegerField(default=default, validators=[MinValueValidator(0), MaxValueValidator(8)])


class Carrier(models.Model):
    """A supplier of the master company; resellers have none."""

    ACTIVE, INACTIVE, PENDING = "active", "inactive", "pending"
    STATUSES = [(ACTIVE, "Active"), (INACTIVE, "Inactive"), (PENDING, "Pending approval")]

    owner = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="carriers")
    name = models.CharField(max_length=150)
    status = models.CharField(max_length=10, choices=STATUSES, default=ACTIVE)
    currency = models.CharField(max_length=3, default="USD")
    notes = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(models.functions.Lower("name"), "owner", name="carrier_name_unique"),
            models.UniqueConstraint(fields=["id", "owner"], name="carrier_id_owner"),
            models.CheckConstraint(condition=models.Q(status__in=["active", "inactive", "pending"]), name="carrier_status_known"),
            models.CheckConstraint(condition=models.Q(currency__regex="^[A-Z]{3}$"), name="carrier_currency_iso"),
            models.CheckConstraint(condition=~models.Q(name__regex=r"^\s*$"), name="carrier_name_given"),
        ]  # fmt: skip
        triggers = [
            refuse("carrier_no_delete", pgtrigger.Delete, None, "A carrier is set inactive, never deleted."),
            *tracked("ratecards_carrier", company="owner_id", label="name"),
        ]

    def __str__(self):
        return self.name


class RateCard(models.Model):
    """The public face of a card. Every column here is shown to the companies it is assigned to; add with care."""

    PROVIDER, CUSTOMER = "provider", "customer"
    KINDS = [(PROVIDER, "Provider"), (CUSTOMER, "Customer")]
    DIRECTIONS = [("termination", "Termination"), ("origination", "Origination")]
    PRESENTATIONS = [("single", "Single rate"), ("split", "Inter / intra"), ("full", "Inter / intra / indeterminate"),
                     ("eea", "EEA / local / international")]  # fmt: skip
    DIALLING = [("dn", "Dialled number"), ("lrn", "LRN")]

    code = models.CharField(max_length=9, default=new_code, editable=False)
    owner = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="cards")
    kind = models.CharField(max_length=10, choices=KINDS)
    public_name = models.CharField(max_length=150, blank=True)
    public_notes = models.TextField(blank=True)
    currency = models.CharField(max_length=3, default="USD")
    direction = models.CharField(max_length=12, choices=DIRECTIONS, default="termination")
    presentation = models.CharField(max_length=6, choices=PRESENTATIONS, default="single")
    source_countries = countries_field()
    destination_countries = countries_field()
    dialling = models.CharField(max_length=3, choices=DIALLING, default="dn")
    price_precision = precision_field(6)
    price_rounding = models.CharField(max_length=9, choices=ROUNDINGS, default="half_up")
    charge_precision = precision_field(4)
    charge_rounding = models.CharField(max_length=9, choices=ROUNDINGS, default="half_up")
    duration_rounding = models.CharField(max_length=9, choices=ROUNDINGS, default="up")
    # Above it a call is not routed. It never changes a price.
    capped_rate = models.DecimalField(max_digits=14, decimal_places=8, null=True, blank=True)
    public_options = ArrayField(models.CharField(max_length=4, choices=DOWNLOADS), default=every_download, blank=True,
                                db_default=["csv", "xlsx", "json"])  # fmt: skip
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        permissions = [("use_ratecard", "Can use this rate card")]
        constraints = [
            models.UniqueConstraint(fields=["code"], name="ratecard_code_unique"),
            models.UniqueConstraint(fields=["id", "owner"], name="ratecard_id_owner"),
            models.CheckConstraint(condition=models.Q(kind__in=["provider", "customer"]), name="ratecard_kind_known"),
            models.CheckConstraint(condition=models.Q(direction__in=["termination", "origination"]), name="ratecard_direction_known"),
            models.CheckConstraint(condition=models.Q(presentation__in=["single", "split", "full", "eea"]), name="ratecard_presentation_known"),
            models.CheckConstraint(condition=models.Q(dialling__in=["dn", "lrn"]), name="ratecard_dialling_known"),
            models.CheckConstraint(condition=models.Q(currency__regex="^[A-Z]{3}$"), name="ratecard_currency_iso"),
            models.CheckConstraint(condition=models.Q(price_precision__lte=8, charge_precision__lte=8), name="ratecard_precision"),
            models.CheckConstraint(condition=models.Q(price_rounding__in=[r for r, _ in ROUNDINGS],
                                                      charge_rounding__in=[r for r, _ in ROUNDINGS],
                                                      duration_rounding__in=[r for r, _ in ROUNDINGS]), name="ratecard_rounding_known"),
            models.CheckConstraint(condition=models.Q(source_countries__regex=COUNTRIES, destination_countries__regex=COUNTRIES),
                                   name="ratecard_countries_iso"),
            models.CheckConstraint(condition=models.Q(presentation="eea") & ~models.Q(source_countries="") & ~models.Q(destination_countries="")
                                   | ~models.Q(presentation="eea") & models.Q(source_countries="", destination_countries=""),
                                   name="ratecard_countries_of_eea"),
            models.CheckConstraint(condition=models.Q(capped_rate__isnull=True) | models.Q(capped_rate__gte=0, capped_rate__lte=100_000),
                                   name="ratecard_cap_bounds"),
            models.CheckConstraint(condition=models.Q(public_options__contained_by=[name for name, _ in DOWNLOADS]),
                                   name="ratecard_downloads_known"),
        ]  # fmt: skip
        indexes = [models.Index(fields=["owner", "kind", "id"], name="ratecard_list")]
        triggers = [
            Trigger(name="ratecard_own_assignment", when=pgtrigger.After, operation=pgtrigger.Insert, func=law.OWN_ASSIGNMENT),
            refuse("ratecard_no_delete", pgtrigger.Delete, None, "A rate card is archived, never deleted: its history stays."),
            refuse("ratecard_fixed", pgtrigger.Update, changed("owner", "kind", "code"), "Owner, kind and code of a card never change."),
            refuse("ratecard_archived", pgtrigger.Update, pgtrigger.Q(old__archived_at__isnull=False) & changed("archived_at"),
                   "An archived card stays archived."),
            Trigger(name="ratecard_archived_unused", when=pgtrigger.Before, operation=pgtrigger.Update,
                    condition=pgtrigger.Q(old__archived_at__isnull=True, new__archived_at__isnull=False), func=law.CARD_ARCHIVED),
            Trigger(name="ratecard_published", when=pgtrigger.Before, operation=pgtrigger.Update, condition=changed(*FIXED),
                    func=law.CARD_PUBLISHED),
            *tracked("ratecards_ratecard", company="owner_id", label="code"),
        ]  # fmt: skip

    def __str__(self):
        return self.public_name or self.code


class CardPrivate(models.Model):
    """What only the owner of a card may know: its real name, where it comes from, how it is built."""

    INCREMENTS = [("safe", "Never below cost"), ("maximum", "Maximum of the parents")]

    card = models.OneToOneField(RateCard, on_delete=models.PROTECT, primary_key=True, related_name="private")
    owner = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    name = models.CharField("name (private)", max_length=150)
    notes = models.TextField("notes (private)", blank=True)
    carrier = models.ForeignKey(Carrier, on_delete=models.PROTECT, null=True, blank=True, related_name="card_privates")
    compact = models.CharField("rate compact", max_length=7, choices=COMPACTS, default="maximum")
    collapse = models.CharField("collapse using", max_length=7, choices=COMPACTS, default="maximum")
    increments = models.CharField(max_length=7, choices=INCREMENTS, default="safe")
    shrink = models.BooleanField("leave out rows equal to their shorter prefix", default=False)
    uncovered_at_cost = models.BooleanField("sell price columns that no rule applies to at cost", default=False)
    covered_by_all = models.BooleanField("sell only what every parent has", default=False)
    vanish_limit = models.PositiveSmallIntegerField(
        "rows that may vanish (%)", default=20, validators=[MaxValueValidator(100)]
    )
    jump_limit = models.PositiveSmallIntegerField(
        "median price change (%)", default=30, validators=[MaxValueValidator(1000)]
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(models.functions.Lower("name"), "owner", name="card_name_unique"),
            CompositeForeignKey(name="cardprivate_owner", fields=["card", "owner"], to="ratecards.RateCard", to_fields=["id", "owner"]),
            CompositeForeignKey(name="cardprivate_carrier_owner", fields=["carrier", "owner"], to="ratecards.Carrier", to_fields=["id", "owner"]),
            models.CheckConstraint(condition=models.Q(compact__in=[c for c, _ in COMPACTS], collapse__in=[c for c, _ in COMPACTS],
                                                      increments__in=["safe", "maximum"]), name="cardprivate_modes_known"),
            models.CheckConstraint(condition=~models.Q(name__regex=r"^\s*$"), name="card_name_given"),
        ]  # fmt: skip
        triggers = tracked("ratecards_cardprivate", company="owner_id", label="name", pk="card_id")

    def __str__(self):
        return self.name
