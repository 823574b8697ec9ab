"""The log of activations, read: which revision was a card's price list at an instant, and which ones a company may see.

The active revision at an instant is that of the latest activation not after it which was not cancelled. A company that
a card is assigned to sees the revisions that were active at some moment since the assignment, and announced ones.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import (
    BooleanField,
    DateTimeField,
    ExpressionWrapper,
    F,
    FloatField,
    Func,
    Max,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Extract, Now

from accounts import acl
from ratecards.models import Activation, CardAssignment, RateCard, Revision
from ratecards.opening import open_cards, readable

ACTIVE, SCHEDULED, SUPERSEDED = "active", "scheduled", "superseded"
STATES = {
    Revision.DRAFT: "Draft",
    Revision.READY: "Ready",
    SCHEDULED: "Scheduled",
    ACTIVE: "Active",
    SUPERSEDED: "Superseded",
    Revision.ARCHIVED: "Archived",
}


def activations(card: RateCard) -> QuerySet[Activation]:
    """The log of one card, newest first, cancelled entries included (`activation.cancellation` then exists)."""
    open_cards([card.pk])
    rows = Activation.objects.filter(card=card).select_related("revision", "cancellation").defer("revision__directory")
    seen = seen_revisions(card)
    return rows if seen is None else rows.filter(revision__in=seen)


def active_revision(card: RateCard, at=None) -> Revision | None:
    """The card's price list at an instant (an aware datetime; None: now), or None.

    A company that the card is assigned to gets nothing for an instant before its assignment.
    """
    since = assigned_since(card)
    if since == NEVER or (since and at and at < since):
        return None
    if at is None:
        return nearest([card])[card.pk].active_revision
    found = standing(open_cards([card.pk])).filter(live_from__lte=at).order_by("-live_from")
    activation = found.select_related("revision").defer("revision__directory").first()
    return activation and activation.revision


def announced(cards: Iterable[RateCard]) -> dict[int, list[Activation]]:
    """{id of card: what is announced of it, the soonest first}, in as many statements as `nearest`."""
    found = {}
    for ids in readable(cards):
        rows = standing(ids).filter(live_from__gt=Now()).order_by("live_from")
        for entry in rows.select_related("revision").defer("revision__directory"):
            found.setdefault(entry.card_id, []).append(entry)
    return found


def announced_at(card: RateCard, at: datetime) -> Activation | None:
    """The entry of an own card's log for this very instant, unless it was cancelled; its card and revision are set."""
    return standing([card.pk]).filter(live_from=at).select_related("card__private", "revision").first()


@dataclass(frozen=True)
class Period:
    """One entry of the log as a stretch of time: from its activation until the next one, None while there is none.

    `state` is "announced", "active", "was live" or "cancelled"; what was cancelled never had a time."""

    entry: Activation
    until: datetime | None
    state: str


def periods(card: RateCard, limit: int = 20) -> list[Period]:
    """The newest entries of a card's log, newest first, announced ones before all."""
    entries = list(activations(card).order_by("-live_from")[:limit])
    found, until, has_active = [], None, False
    for entry in entries:
        if hasattr(entry, "cancellation"):
            found.append(Period(entry, None, "cancelled"))
            continue
        state = "announced" if not entry.is_due else "was live" if has_active else ACTIVE
        has_active = has_active or state == ACTIVE
        found.append(Period(entry, until, state))
        until = entry.live_from
    return found


def previous_revision(card: RateCard) -> Revision | None:
    """The revision that was live before the active one; None where there was no other."""
    log = standing(open_cards([card.pk])).filter(live_from__lte=Now()).order_by("-live_from")
    active = log.values_list("revision", flat=True).first()
    entry = log.exclude(revision=active).select_related("revision").defer("revision__directory").first()
    return entry and entry.revision


@dataclass(frozen=True)
class Nearest:
    """The activation of a card that holds at an instant and the next announced one; None where there is none."""

    active: Activation | None = None
    upcoming: Activation | None = None

    @property
    def active_revision(self) -> Revision | None:
        return self.active and self.active.revision


def nearest(cards: Iterable[RateCard], at: datetime | None = None) -> dict[int, Nearest]:
    """{id of card: Nearest} for every card: one statement for own cards and up to 50 others, one more to open these.

    On each side of the instant (None: now) the entry that is nearest in time is the one that counts.
    """
    cards, found = list(cards), {}
    instant = Now() if at is None else Value(at, output_field=DateTimeField())
    due = ExpressionWrapper(Q(live_from__lte=instant), output_field=BooleanField())
    away = Func(Extract(F("live_from") - instant, "epoch"), function="abs", output_field=FloatField())
    for ids in readable(cards):
        rows = standing(ids).annotate(due=due).order_by("card_id", "due", away).distinct("card_id", "due")
        for entry in rows.select_related("revision").defer("revision__directory"):
            found.setdefault(entry.card_id, {})["active" if entry.due else "upcoming"] = entry
    return {card.pk: Nearest(**found.get(card.pk, {})) for card in cards}


def states_of(revisions) -> dict[int, str]:
    """{id of revision: draft, ready, scheduled, active, superseded or archived}, for revisions of at most 50 cards.

    One statement, whose answer grows with the revisions and not with how often they went live.
    """
    revisions = list(revisions)
    due = ExpressionWrapper(Q(live_from__lte=Now()), output_field=BooleanField())
    cards = open_cards(revision.card_id for revision in revisions)
    log = standing(cards).order_by().annotate(due=due).values_list("card", "revision", "due").annotate(Max("live_from"))
    announced = {revision for _, revision, is_due, _ in log if not is_due}
    past = {revision for _, revision, is_due, _ in log if is_due}
    latest = sorted((live_from, card, revision) for card, revision, is_due, live_from in log if is_due)
    active = {card: revision for _, card, revision in latest}
    return {revision.pk: state(revision, active, announced, past) for revision in revisions}


def state(revision: Revision, active: dict[int, int], announced: set[int], past: set[int]) -> str:
    if revision.state != Revision.READY:
        return revision.state
    if active.get(revision.card_id) == revision.pk:
        return ACTIVE
    return SCHEDULED if revision.pk in announced else SUPERSEDED if revision.pk in past else Revision.READY


def state_of(revision: Revision) -> str:
    """One of STATES for one revision."""
    return states_of([revision])[revision.pk]


def standing(cards) -> QuerySet[Activation]:
    """The activations of cards that were not cancelled."""
    return Activation.objects.filter(card_id__in=list(cards), cancellation__isnull=True)


# -- what a company sees of a card that is assigned to it --------------------------------------------------------------

NEVER = "never"


def assigned_since(card: RateCard):
    """Since when the unit's company has the card by assignment: None for an own card and for the master, else NEVER."""
    unit = acl.current()
    if unit is None or unit.is_master or unit.company_id == card.owner_id:
        return None
    live = CardAssignment.objects.filter(card=card, company=unit.company_id, ended_at__isnull=True)
    return live.values_list("started_at", flat=True).first() or NEVER


def seen_revisions(card: RateCard) -> set[int] | None:
    """The ids of the revisions that the unit's company may read under its assignment; None: all, it is its own."""
    since = assigned_since(card)
    if since is None:
        return None
    if since == NEVER:
        return set()
    log = list(standing(open_cards([card.pk])).order_by("live_from"))
    ends = [*(entry.live_from for entry in log[1:]), None]
    return {entry.revision_id for entry, end in zip(log, ends, strict=True) if end is None or end > since}
