"""Revisions: draft, ready, live, archived. Prices never change once published, the log of activations only grows."""

import contextlib
import logging
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils import timezone

from accounts import audit
from ratecards import store, timeline
from ratecards.engine.classes import settled
from ratecards.engine.numbers import Refused
from ratecards.engine.table import PRICES, RateTable, empty
from ratecards.models import Activation, Cancellation, DraftRow, RateCard, Revision, RevisionPrivate
from ratecards.services import lists
from ratecards.services.guard import hold, refusals, require
from ratecards.timeline import active_revision, state_of, states_of

log = logging.getLogger(__name__)
FURTHEST = timedelta(days=5 * 365)  # a Date Live beyond that is a slip of the keyboard

__all__ = ["activate_revision", "active_revision", "add_draft", "archive_revision", "cancel_activation", "create_draft",
           "delete_draft", "publish_draft", "restore_revision", "roll_back", "state_of", "states_of", "waive_refused"]  # fmt: skip


def create_draft(card: RateCard, *, actor, copy_of: Revision | None = None) -> Revision:
    """Begin a draft by hand: empty, or on the rates of a revision of the same card. Right: update.

    A copy lists the chunks of what it is a copy of, so it costs the same at any size; changes lie over them, as those
    of a draft that is copied do.
    """
    require(actor, card, "update")
    if copy_of is None:
        return add_draft(card, empty(presented_by(card)), source="By hand")
    if copy_of.card_id != card.pk:
        raise ValidationError("Only a revision of the same card can be copied.")
    source = f"Copy of revision {copy_of.number}"
    with refusals():
        return store.copy(copy_of, begin_draft(card, source=source))


def add_draft(card: RateCard, table: RateTable, **private) -> Revision:
    """Store a table as the card's next revision, a draft; `private` are fields of RevisionPrivate.

    For services that asked for their right already.
    """
    with refusals():
        return store.write(begin_draft(card, **private), settled(table, card.presentation))


def begin_draft(card: RateCard, **private) -> Revision:
    """The card's next revision, a draft without content. Numbers rise by one, under the lock on the card's row."""
    hold(card.pk)
    last = Revision.objects.filter(card=card).aggregate(last=Max("number"))["last"] or 0
    revision = Revision.objects.create(card=card, owner_id=card.owner_id, number=last + 1)
    RevisionPrivate.objects.create(revision=revision, owner_id=card.owner_id, **private)
    return revision


def publish_draft(draft: Revision, *, actor) -> Revision:
    """Make a draft ready: the changes made by hand are merged into its prices, which then never change. Right: update.

    Raises ValidationError for what is no draft, holds no rates, or has a row that lacks a price.
    """
    require(actor, draft.card, "update")
    with refusals():
        revision = locked(draft, Revision.DRAFT, "Only a draft can be published.")
        if DraftRow.objects.filter(revision=revision).exists():
            with readable():
                store.write(revision, store.folded(revision))
            DraftRow.objects.filter(revision=revision).delete()
        make_ready(revision)
    return revision


def make_ready(revision: Revision) -> Revision:
    """Draft to ready, for services that hold the lock. An empty list would end the sale of everything: refused."""
    if not revision.rows:
        raise ValidationError("The draft holds no rates.")
    revision.state = Revision.READY
    revision.save(update_fields=["state"])
    audit.record("publish", thing=revision, company=revision.owner_id, changes={"rows": revision.rows})
    return revision


def waive_refused(revision: Revision, *, actor, reason: str) -> Revision:
    """Take over, by name and with a reason, the lines that an import refused. Right: activate."""
    require(actor, revision.card, "activate")
    if not reason.strip():
        raise ValidationError({"reason": "Say why the refused lines do not matter."})
    with refusals():
        private = held(revision).private
        if not private.refused or private.waived_by:
            raise ValidationError("No refused lines are open.")
        private.waived_by = actor.email
        private.save(update_fields=["waived_by"])
        audit.record(
            "waive", thing=revision, company=revision.owner_id, reason=reason, changes={"refused": private.refused}
        )
    return revision


def activate_revision(revision: Revision, *, actor, at=None, reason: str = "") -> Activation:
    """Let a ready revision be the price list from now on, or from `at` (an aware datetime) on. Right: activate.

    Appends to the log, which is all there is to do at any size; nothing is overwritten. A revision that was live before
    comes back the same way; `reason` stands in the audit log. Raises ValidationError: not ready, refused lines open, in
    quarantine, `at` in the past, more than five years ahead or taken by another revision; without a reason, for imported
    changes that were made without what is live just before.
    """
    require(actor, revision.card, "activate")
    if at is not None and at <= timezone.now():
        raise ValidationError({"at": "The Date Live lies in the past."})
    if at is not None and at > timezone.now() + FURTHEST:
        raise ValidationError({"at": "The Date Live lies more than five years ahead."})
    with refusals():
        fresh = locked(revision, Revision.READY, "Only a ready revision can be activated.")
        private = fresh.private
        if private.refused and not private.waived_by:
            raise ValidationError(
                f"{private.refused} refused lines are open: correct and import them, or waive them by name."
            )
        if private.held and not private.released_by:
            raise ValidationError(f"In quarantine: {private.held} Release it, with a reason, or import another file.")
        state = state_of(fresh)
        if state == Revision.READY and not reason.strip() and (words := lists.overtaken(fresh, at)):
            raise ValidationError({"reason": f"{words} Import the sheet again, or say why it goes live all the same."})
        if at is None and state == timeline.ACTIVE:
            raise ValidationError("This revision is active already.")
        # The database says when that is: by a clock here that is fast, at once would be announced for later.
        activation = Activation.objects.create(card_id=fresh.card_id, owner_id=fresh.owner_id, revision=fresh,
                                               live_from=at, recorded_at=timezone.now())  # fmt: skip
        activation.refresh_from_db()
        verb = "roll_back" if state == timeline.SUPERSEDED and at is None else "activate"
        audit.record(
            verb, thing=fresh, company=fresh.owner_id, reason=reason, changes={"live_from": activation.live_from}
        )
    return activation


def roll_back(card: RateCard, *, actor, reason: str) -> Activation:
    """Bring back at once the revision that was live before the active one. Right: activate.

    Raises ValidationError without a reason, and where nothing was live before or it was archived since.
    """
    require(actor, card, "activate")
    if not reason.strip():
        raise ValidationError({"reason": "Say why: it stands in the audit log."})
    with refusals():
        hold(card.pk)
        previous = timeline.previous_revision(card)
        if previous is None:
            raise ValidationError("No other revision was live before this one.")
        previous.card = card
        return activate_revision(previous, actor=actor, reason=reason)


def cancel_activation(activation: Activation, *, actor) -> Cancellation:
    """Take back an announced activation. Right: activate. Raises ValidationError for one that is live already."""
    require(actor, activation.card, "activate")
    with refusals():
        hold(activation.card_id)
        cancelled = Cancellation.objects.create(
            activation=activation, card_id=activation.card_id, owner_id=activation.owner_id
        )
        audit.record("cancel", thing=activation.revision, company=activation.owner_id,
                     changes={"live_from": activation.live_from})  # fmt: skip
    return cancelled


def archive_revision(revision: Revision, *, actor) -> Revision:
    """Put a ready revision away; one that is active or announced stays. Right: update."""
    require(actor, revision.card, "update")
    with refusals():
        fresh = locked(revision, Revision.READY, "Only a ready revision can be archived.")
        if state_of(fresh) in (timeline.ACTIVE, timeline.SCHEDULED):
            raise ValidationError("An active or announced revision cannot be archived.")
        return shelve(fresh, Revision.ARCHIVED)


def restore_revision(revision: Revision, *, actor) -> Revision:
    """Take an archived revision back into the list of ready ones. Right: update."""
    require(actor, revision.card, "update")
    with refusals():
        return shelve(locked(revision, Revision.ARCHIVED, "Only an archived revision can be restored."), Revision.READY)


def delete_draft(revision: Revision, *, actor) -> None:
    """Delete a draft, or an archived revision that was never live, with the chunks only it needs. Right: update."""
    require(actor, revision.card, "update")
    with refusals():
        fresh = held(revision)
        if fresh.state == Revision.READY or Activation.objects.filter(revision=fresh).exists():
            raise ValidationError("Only a draft, or an archived revision that was never live, can be deleted.")
        store.drop(fresh)


def locked(revision: Revision, state: str, words: str) -> Revision:
    """The revision read afresh under the lock on its card, in this state, or ValidationError with these words."""
    fresh = held(revision)
    if fresh.state != state:
        raise ValidationError(words)
    return fresh


def held(revision: Revision) -> Revision:
    """The revision read afresh under the lock on its card; ValidationError for one that was deleted meanwhile."""
    hold(revision.card_id)
    fresh = Revision.objects.select_related("card", "private").filter(pk=revision.pk).first()
    if fresh is None:
        raise ValidationError(f"Revision {revision.number} was deleted meanwhile.")
    return fresh


def shelve(revision: Revision, state: str) -> Revision:
    revision.state = state
    revision.save(update_fields=["state"])
    return revision


def checked_effective(revision: Revision) -> RateTable:
    with readable():
        return store.effective(revision)


@contextlib.contextmanager
def readable():
    """Inside, what the store cannot read is a ValidationError."""
    try:
        yield
    except Refused as refused:
        raise ValidationError(refused.message) from refused
    except store.Damaged as damage:
        log.error("%s", damage)
        raise ValidationError("The stored rates of this revision cannot be read: nothing was changed.") from damage


def presented_by(card: RateCard) -> tuple[str, ...]:
    """The price columns that a card's presentation has."""
    return PRICES[:1] if card.presentation == "single" else PRICES
