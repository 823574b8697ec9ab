"""What every service asks first, and the database's refusals in words on the field they belong to."""

import contextlib

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts import access, acl
from ratecards import store
from ratecards.models import RateCard
from ratecards.models.card import MEANING

REFUSALS = {
    "exchangerate_once_at_an_instant": ("valid_from", "This pair has a rate from this very instant already."),
    "ratecard_countries_of_eea": ("source_countries", "EEA prices need both lists of countries, other prices none."),
    "ratecard_countries_iso": ("source_countries", "Countries are two-letter codes, such as AT,BE."),
    "ratecard_cap_bounds": ("capped_rate", "A capped rate is 0 to 100000."),
    "ratecard_downloads_known": ("public_options", "This is no download that there is."),
    "card_name_unique": ("name", "There is a card of this name already."),
    "prefixset_name_unique": ("name", "There is a prefix set of this name already."),
    "carrier_name_unique": ("name", "There is a carrier of this name already."),
    "assignment_live_once": ("company", "The card is assigned to this company already."),
    "activation_one_at_an_instant": ("at", "Another revision was announced for this very instant: choose another one."),
    "cancellation_pkey": (None, "This activation is cancelled already."),
    "ratecards_cancellation_pkey": (None, "This activation is cancelled already."),
}


def require(actor, card: RateCard, action: str) -> None:
    """The card is of the actor's own company and he may do this to it, or PermissionDenied.

    An archived card takes nothing: ValidationError. A card that is only assigned is nobody's to change but its owner's.
    """
    right = f"{card.kind}_card.{action}"
    if card.owner_id != actor.company_id or not access.may(actor, right):
        raise PermissionDenied(f"needs {right} on an own card")
    check_in_use(card)


def hold(pk: int) -> RateCard:
    """The own card, read afresh and locked until the transaction ends; ValidationError if it was archived meanwhile."""
    card = store.lock_card(pk)
    check_in_use(card)
    return card


def check_in_use(card: RateCard) -> None:
    if card.archived_at:
        raise ValidationError(f"The card {card} is archived: nothing of it can be changed.")


def require_right(actor, right: str) -> None:
    if not access.may(actor, right):
        raise PermissionDenied(f"needs {right}")


def meaning_of(card: RateCard) -> dict[str, str]:
    """Those properties of a card without which its prices say nothing: currency, direction, presentation and so on."""
    return {name: getattr(card, name) for name in MEANING}


def require_meaning(card: RateCard, before: dict[str, str]) -> None:
    """ValidationError with the properties that are others than they were `before`: prices that somebody looked at then
    would mean something else."""
    fields = [RateCard._meta.get_field(name) for name, value in before.items() if getattr(card, name) != value]
    if fields:
        names = " and ".join(field.verbose_name for field in fields)
        raise ValidationError(f"The {names} of the card changed since this was asked for: look at the preview again.")


@contextlib.contextmanager
def refusals():
    """Inside, one savepoint: what the database refuses becomes a ValidationError, on its field where it has one.

    Deferred law is asked at the end. What has no words of its own here and no hint of its trigger is raised as it is.
    """
    try:
        with transaction.atomic():
            yield
            acl.settle()
    except IntegrityError as error:
        field, words = REFUSALS.get(acl.constraint_of(error), (None, acl.hint_of(error)))
        if not words:
            raise
        raise ValidationError({field: words} if field else words) from error
