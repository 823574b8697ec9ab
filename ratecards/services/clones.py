"""A card once more, under another name: its properties, and as asked for what it is built from and its prices."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from ratecards import store, timeline
from ratecards.models import CardAssignment, ProfitRule, RateCard
from ratecards.services.cards import PRIVATE, PUBLIC, create_card
from ratecards.services.guard import refusals, require
from ratecards.services.revisions import begin_draft, readable
from ratecards.services.rules import FIELDS, add_rule, set_parents


def clone_card(
    card: RateCard, *, actor, name: str, public_name: str = "", parents=False, rules=False, rates=False
) -> RateCard:
    """Make a card of the same kind with the properties of an own one, archived or not; all of it or nothing.

    `parents`: built from the same cards, as far as they are still assigned; `rules`: with the same profit table;
    `rates`: the active revision's prices as its first draft. Rights: create, and update and profit_rule.create for what
    is copied with it. Raises ValidationError by field; without an active revision there are no rates to copy.
    """
    if card.owner_id != actor.company_id:
        raise PermissionDenied("only an own card is cloned")
    fields = {field: getattr(card, field) for field in PUBLIC} | {
        field: getattr(card.private, field) for field in PRIVATE
    }
    with transaction.atomic():
        clone = create_card(actor=actor, kind=card.kind, **fields | {"name": name, "public_name": public_name})
        if parents:
            live = CardAssignment.objects.filter(children__card=card, ended_at__isnull=True, company=actor.company_id)
            set_parents(clone, live.order_by("children__position"), actor=actor)
        if rules:
            for rule in ProfitRule.objects.filter(card=card).select_related("prefix_set"):
                add_rule(clone, actor=actor, **{field: getattr(rule, field) for field in FIELDS})
        if rates:
            copy_rates(card, clone, actor)
    return clone


def copy_rates(card: RateCard, clone: RateCard, actor) -> None:
    require(actor, clone, "update")
    active = timeline.active_revision(card)
    if active is None:
        raise ValidationError({"rates": "Nothing of this card is live: there are no rates to copy."})
    active.card = card
    draft = begin_draft(clone, source=f"Copy of {card.code} revision {active.number}")
    with readable(), refusals():  # its properties are the card's own, so what was written for it fits the clone
        store.copy_to_card(active, draft)
