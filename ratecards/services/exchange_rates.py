"""The table of exchange rates: the master company appends to it, and nothing in it ever changes."""

from datetime import timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils import timezone

from ratecards.models import ExchangeRate
from ratecards.services.guard import refusals, require_right

FURTHEST = timedelta(days=366)  # an instant beyond that is a slip of the keyboard


def add_exchange_rate(*, actor, one: str, other: str, rate: Decimal, valid_from=None) -> ExchangeRate:
    """From `valid_from` (None: now) on one unit of `one` is worth `rate` units of `other`. Right: exchange_rate.create.

    Cards built from a parent of the other currency are stale from then on; what was built stays as it is. Raises
    ValidationError by field: one currency twice, a rate that is not above 0, an instant in the past, a pair that has a
    rate for this very instant already.
    """
    require_right(actor, "exchange_rate.create")
    now = timezone.now()
    if valid_from is not None and not now < valid_from <= now + FURTHEST:
        raise ValidationError({"valid_from": "Choose a moment from now on, within a year: the past is what it was."})
    if one == other:
        raise ValidationError({"other": "Choose another currency."})
    row = ExchangeRate(owner_id=actor.company_id, one=one, other=other, rate=rate, valid_from=valid_from or now)
    row.clean_fields(exclude=["owner"])
    if rate <= 0:
        raise ValidationError({"rate": "A rate is above 0."})
    with refusals():
        row.save(force_insert=True)
    return row
