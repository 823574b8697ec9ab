"""Published price lists: immutable revisions made of chunks, and the append-only log of when each was live."""

from functools import reduce
from operator import and_

import pgtrigger
from django.db import models
from django.utils import timezone

from accounts.audit_triggers import tracked
from accounts.constraints import CompositeForeignKey
from accounts.triggers import Trigger, refuse
from ratecards.engine.numbers import MAX_PRICE, MAX_SECONDS
from ratecards.models import labels, law
from ratecards.models.card import RateCard
from resellers.models import Company


def of_card(name: str) -> CompositeForeignKey:
    """The row's owner is the card's owner."""
    return CompositeForeignKey(name=name, fields=["card", "owner"], to="ratecards.RateCard", to_fields=["id", "owner"])


def all_of(*fields: str, least: int, most: int) -> models.Q:
    """Every one of these fields is between two bounds, or NULL."""
    bounds = [
        models.Q(**{f"{field}__isnull": True}) | models.Q(**{f"{field}__range": (least, most)}) for field in fields
    ]
    return reduce(and_, bounds)


class Revision(models.Model):
    """One state of a card's prices, nothing else: the companies that a card is assigned to may read it.

    Stored is draft, ready or archived; which one is active follows from the activations.
    """

    DRAFT, READY, ARCHIVED = "draft", "ready", "archived"
    STATES = [(DRAFT, "Draft"), (READY, "Ready"), (ARCHIVED, "Archived")]

    card = models.ForeignKey(RateCard, on_delete=models.PROTECT, related_name="revisions")
    owner = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=STATES, default=DRAFT)
    rows = models.PositiveIntegerField(default=0)
    directory = models.BinaryField(default=bytes)
    digest = models.BinaryField(max_length=16, default=bytes)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["card", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["card", "number"], name="revision_number_unique"),
            models.UniqueConstraint(fields=["id", "card"], name="revision_id_card"),
            models.UniqueConstraint(fields=["id", "owner"], name="revision_id_owner"),
            models.CheckConstraint(
                condition=models.Q(state__in=["draft", "ready", "archived"]), name="revision_state_known"
            ),
            of_card("revision_card_owner"),
        ]
        triggers = [
            Trigger(name="revision_begins", when=pgtrigger.Before, operation=pgtrigger.Insert, func=law.REVISION_BEGINS),
            Trigger(name="revision_immutable", when=pgtrigger.Before, operation=pgtrigger.Update | pgtrigger.Delete,
                    func=law.REVISION_IMMUTABLE),
            *tracked("ratecards_revision", company="owner_id", label=labels.REVISION, ignored=["directory"]),
        ]  # fmt: skip

    def __str__(self):
        return f"{self.card.code} rev {self.number}"


class RevisionPrivate(models.Model):
    """What only the owner of a revision may know: where it came from, what was refused, how it was built."""

    revision = models.OneToOneField(Revision, on_delete=models.CASCADE, primary_key=True, related_name="private")
    owner = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=200, blank=True)
    job = models.UUIDField(null=True, editable=False)  # so that a job that is run again finds what it wrote
    build_key = models.CharField(max_length=64, blank=True)
    report = models.JSONField(default=dict, blank=True)
    # What a build was made of: parents, exchange rates, rules, options.
    recipe = models.JSONField(default=dict, blank=True)
    refused = models.PositiveIntegerField("refused lines", default=0)
    waived_by = models.CharField(max_length=254, blank=True)
    corrected = models.PositiveIntegerField("corrected lines", default=0)
    planned = models.DateTimeField("announced Date Live", null=True)  # by a sheet or a build; the activation decides
    held = models.CharField("why it is held", max_length=300, blank=True)  # in quarantine, until somebody releases it
    released_by = models.CharField(max_length=254, blank=True)

    class Meta:
        constraints = [
            CompositeForeignKey(name="revisionprivate_owner", fields=["revision", "owner"], to="ratecards.Revision", to_fields=["id", "owner"]),
        ]  # fmt: skip
        triggers = [
            Trigger(name="revision_private_law", when=pgtrigger.Before, func=law.REVISION_PRIVATE_LAW,
                    operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete),
            Trigger(name="revision_private_stays", when=pgtrigger.After, timing=pgtrigger.Deferred, operation=pgtrigger.Delete,
                    func=law.REVISION_PRIVATE_STAYS),
            *tracked("ratecards_revisionprivate", company="owner_id", label="source", pk="revision_id", ignored=["report", "recipe"]),
        ]  # fmt: skip

    def __str__(self):
        return self.source


class Activation(models.Model):
    """From `live_from` on, this revision is the card's price list. Appended, never changed.

    Companies that the card is assigned to may read it, so who did it stands in the trail alone. `attempt` counts the
    cancelled entries of the same instant.
    """

    card = models.ForeignKey(RateCard, on_delete=models.PROTECT, related_name="activations")
    owner = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="activations")
    live_from = models.DateTimeField()
    recorded_at = models.DateTimeField()
    attempt = models.PositiveSmallIntegerField(db_default=0, editable=False)

    class Meta:
        ordering = ["card", "-live_from"]
        constraints = [
            models.UniqueConstraint(fields=["card", "live_from", "attempt"], name="activation_one_at_an_instant"),
            models.CheckConstraint(condition=models.Q(live_from__gte=models.F("recorded_at")), name="activation_not_backdated"),
            models.UniqueConstraint(fields=["id", "card"], name="activation_id_card"),
            CompositeForeignKey(name="activation_revision_card", fields=["revision", "card"], to="ratecards.Revision", to_fields=["id", "card"]),
            of_card("activation_card_owner"),
        ]  # fmt: skip
        triggers = [
            Trigger(name="activation_law", when=pgtrigger.Before, operation=pgtrigger.Insert, func=law.ACTIVATION_LAW),
            refuse(
                "activation_append_only",
                pgtrigger.Update | pgtrigger.Delete,
                None,
                "The log of activations is append-only.",
            ),
            *tracked("ratecards_activation", company="owner_id", label=labels.ACTIVATION),
        ]

    def __str__(self):
        return f"{self.card_id} from {self.live_from:%Y-%m-%d %H:%M:%S}"

    @property
    def is_due(self) -> bool:
        return self.live_from <= timezone.now()


class Cancellation(models.Model):
    """Takes back an activation that has not come yet."""

    activation = models.OneToOneField(
        Activation, on_delete=models.PROTECT, primary_key=True, related_name="cancellation"
    )
    card = models.ForeignKey(RateCard, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(db_default=models.functions.Now())

    class Meta:
        constraints = [
            CompositeForeignKey(name="cancellation_activation_card", fields=["activation", "card"], to="ratecards.Activation", to_fields=["id", "card"]),
            of_card("cancellation_card_owner"),
        ]  # fmt: skip
        triggers = [
            Trigger(name="cancellation_law", when=pgtrigger.Before, operation=pgtrigger.Insert, func=law.CANCELLATION_LAW),
            refuse("cancellation_append_only", pgtrigger.Update | pgtrigger.Delete, None, "The log of activations is append-only."),
            *tracked("ratecards_cancellation", company="owner_id", label=labels.CANCELLATION, pk="activation_id"),
        ]  # fmt: skip

    def __str__(self):
        return f"cancels {self.activation_id}"


class Chunk(models.Model):
    """A compressed part of revisions, addressed by card and content; revisions of one card share what is equal."""

    card = models.ForeignKey(RateCard, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    digest = models.BinaryField(max_length=16)
    payload = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["card", "digest"], name="chunk_address"),
            of_card("chunk_card_owner"),
        ]
        triggers = [
            Trigger(name="chunk_listed", when=pgtrigger.Before, operation=pgtrigger.Update | pgtrigger.Delete,
                    func=law.CHUNK_LISTED),
        ]  # fmt: skip

    def __str__(self):
        return bytes(self.digest).hex()


class DraftRow(models.Model):
    """A change to a draft made by hand, laid over its chunks until it is published; `removed` takes a prefix out."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="draft_rows")
    card = models.ForeignKey(RateCard, on_delete=models.PROTECT, related_name="+")
    owner = models.ForeignKey(Company, on_delete=models.PROTECT, related_name="+")
    prefix = models.CharField(max_length=15, db_collation="C")
    name = models.CharField(max_length=150, blank=True)
    cost = models.BigIntegerField(default=0)
    inter = models.BigIntegerField(null=True, blank=True)
    intra = models.BigIntegerField(null=True, blank=True)
    connect = models.BigIntegerField(default=0)
    mcd = models.PositiveIntegerField(default=1)
    pulse = models.PositiveIntegerField(default=1)
    grace = models.PositiveIntegerField(default=0)
    blocked = models.BooleanField(default=False)
    removed = models.BooleanField(default=False)

    class Meta:
        ordering = ["revision", "prefix"]
        constraints = [
            models.UniqueConstraint(fields=["revision", "prefix"], name="draftrow_prefix_unique"),
            models.CheckConstraint(condition=models.Q(prefix__regex="^[0-9]{1,15}$"), name="draftrow_prefix_digits"),
            models.CheckConstraint(condition=all_of("cost", "inter", "intra", "connect", least=0, most=MAX_PRICE),
                                   name="draftrow_price_bounds"),
            models.CheckConstraint(condition=all_of("mcd", "grace", least=0, most=MAX_SECONDS)
                                   & all_of("pulse", least=1, most=MAX_SECONDS), name="draftrow_seconds_bounds"),
            CompositeForeignKey(name="draftrow_revision_card", fields=["revision", "card"], to="ratecards.Revision", to_fields=["id", "card"]),
            of_card("draftrow_card_owner"),
        ]  # fmt: skip
        triggers = [
            Trigger(
                name="draft_row_law",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=law.DRAFT_ROW_LAW,
            )
        ]

    def __str__(self):
        return self.prefix
