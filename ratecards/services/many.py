"""Properties of many cards at once: what would change of each, what is refused and why, then all of it in one go."""

from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction

from ratecards.models import CardPrivate, RateCard
from ratecards.services.cards import PRIVATE, change_card

MOST = 200  # cards at once


class Outcome(NamedTuple):
    """What became of one card: its changed fields as (field, before, after), or why it stays as it is."""

    card: RateCard
    changes: tuple[tuple[str, object, object], ...] = ()
    refused: str = ""


def preview_many(cards, fields: dict, *, actor) -> list[Outcome]:
    """What `change_many` would do now: it is done, and taken back."""
    with transaction.atomic():
        outcomes = change_many(cards, fields, actor=actor)
        transaction.set_rollback(True)
    return outcomes


def change_many(cards, fields: dict, *, actor) -> list[Outcome]:
    """Give own cards the same values of some fields, in one transaction; a card that refuses stays as it is.

    `fields` are those of `change_card`, whose rights and rules hold for every card. Cards are locked in the order of
    their ids. Raises ValidationError beyond MOST cards, PermissionDenied when a card is not the actor's to change.
    """
    cards = sorted(cards, key=lambda card: card.pk)
    if len(cards) > MOST:
        raise ValidationError(f"At most {MOST} cards are changed at once.")
    with transaction.atomic():
        return [changed(card, fields, actor) for card in cards]


def changed(card: RateCard, fields: dict, actor) -> Outcome:
    before = {name: value_of(card, name) for name in fields}
    differing = {name: value for name, value in fields.items() if value != before[name]}
    if not differing:
        return Outcome(card)
    private = CardPrivate.objects.get(pk=card.pk)  # what a refused change has set must not show in the list
    fresh = RateCard.objects.get(pk=card.pk)
    fresh.private = private
    try:
        with transaction.atomic():
            change_card(fresh, actor=actor, **differing)
    except ValidationError as error:
        return Outcome(card, refused=" ".join(error.messages))
    return Outcome(card, tuple((name, before[name], value) for name, value in differing.items()))


def value_of(card: RateCard, name: str):
    return getattr(card.private if name in PRIVATE else card, name)
