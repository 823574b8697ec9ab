"""What one form of a card asks for at once: all of it is done or nothing."""

from django.db import transaction

from ratecards.models import RateCard
from ratecards.services.cards import change_card, create_card
from ratecards.services.rules import add_rule, set_parents


def create_customer_card(*, actor, parents=(), rule: dict | None = None, **fields) -> RateCard:
    """Make a customer card with the assignments it is built from and its first profit rule ({match, type, value}).

    Raises as `create_card`, `set_parents` and `add_rule` do.
    """
    with transaction.atomic():
        card = create_card(actor=actor, kind=RateCard.CUSTOMER, **fields)
        if parents:
            set_parents(card, parents, actor=actor)
        if rule:
            add_rule(card, actor=actor, **rule)
    return card


def change_properties(card: RateCard, *, actor, parents=None, **fields) -> RateCard:
    """Change fields of a card and, unless None, what it is built from. Raises as `change_card` and `set_parents` do."""
    with transaction.atomic():
        if parents is not None:
            set_parents(card, parents, actor=actor)
        return change_card(card, actor=actor, **fields)
