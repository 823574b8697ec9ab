"""Rate cards and carriers: made, changed, archived; always by the company whose they are."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import acl
from ratecards import timeline
from ratecards.models import CardAssignment, CardParent, CardPrivate, Carrier, RateCard, Revision
from ratecards.models.card import FIXED, MEANING, new_code
from ratecards.services.guard import hold, refusals, require, require_right

PUBLIC = ("public_name", "public_notes", "currency", "direction", "presentation", "dialling", "price_precision", "price_rounding",
          "charge_precision", "charge_rounding", "duration_rounding", "source_countries", "destination_countries", "capped_rate",
          "public_options")  # fmt: skip
PRIVATE = ("name", "notes", "carrier", "compact", "collapse", "increments", "shrink", "uncovered_at_cost", "covered_by_all",
           "vanish_limit", "jump_limit")  # fmt: skip
CARRIER = ("name", "status", "currency", "notes")
CODES = 5  # attempts; two equal codes among a million cards are a matter of luck, five in a row are not


def create_card(*, actor, kind: str, name: str, carrier: Carrier | None = None, **fields) -> RateCard:
    """Make a card of the actor's company, with its private side; `fields` are those of PUBLIC and PRIVATE.

    A provider card has a carrier, so only the master company can have one. Raises PermissionDenied, and ValidationError
    by field: a name that is taken, a value that is no choice, a carrier that is missing or not one's own.
    """
    require_right(actor, f"{kind}_card.create")
    check_carrier(actor, kind, carrier)
    public, private = sorted_out(fields | {"name": name, "carrier": carrier})
    card = RateCard(kind=kind, owner_id=actor.company_id, **public)
    card.clean_fields(exclude=["owner"])
    details = CardPrivate(owner_id=actor.company_id, **private)
    details.clean_fields(exclude=["card", "owner", "carrier"])
    with refusals():
        insert_with_code(card)
        details.card = card
        details.save(force_insert=True)
    return card


def insert_with_code(card: RateCard) -> None:
    """Codes are unique among all tenants, so a taken one cannot be seen beforehand: another is tried."""
    for attempt in range(CODES):
        card.code = new_code()
        try:
            with transaction.atomic():
                card.save(force_insert=True)
            return
        except IntegrityError as error:
            if acl.constraint_of(error) != "ratecard_code_unique" or attempt == CODES - 1:
                raise


def change_card(card: RateCard, *, actor, **fields) -> RateCard:
    """Change some of the fields PUBLIC and PRIVATE of a card. Raises as `create_card` does.

    What is FIXED cannot change once a revision was published: figures of the past are in it. What prices MEAN cannot
    change while there is a draft either: 0.01 USD would be 0.01 JPY.
    """
    require(actor, card, "update")
    public, private = sorted_out(fields)
    details = card.private
    public = {field: value for field, value in public.items() if value != getattr(card, field)}
    private = {field: value for field, value in private.items() if value != getattr(details, field)}
    if "carrier" in private:
        check_carrier(actor, card.kind, private["carrier"])
    with refusals():
        hold(card.pk)
        check_fixed(card, public)
        change(card, public, exclude=["owner"])
        change(details, private, exclude=["card", "owner", "carrier"])
    return card


def archive_card(card: RateCard, *, actor) -> RateCard:
    """Take a card out of use for good; its history stays readable.

    Raises ValidationError, naming them, while companies have it by assignment or other cards are built from it, and while
    prices are announced: nobody could cancel them any more.
    """
    require(actor, card, "update")
    with refusals():
        hold(card.pk)
        live = CardAssignment.objects.filter(card=card, ended_at__isnull=True)
        companies = live.exclude(company=card.owner_id).order_by("company__search_name")
        if companies:
            names = listed(companies.values_list("company__name", flat=True))
            raise ValidationError(f"The card is assigned to {names}: take it away first.")
        children = CardParent.objects.filter(assignment__in=live, card__archived_at__isnull=True).order_by("card")
        if children:
            names = listed(children.values_list("card__private__name", flat=True))
            raise ValidationError(f"Built from this card: {names}. Change that first.")
        if coming := timeline.announced([card]).get(card.pk):
            number = coming[0].revision.number
            raise ValidationError(f"Revision {number} is announced for a day to come: cancel that first.")
        change(card, {"archived_at": timezone.now()}, exclude=["owner"])
    return card


def listed(names, most: int = 5) -> str:
    """Names as words, the first few of many."""
    names = list(names)
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def create_carrier(*, actor, name: str, **fields) -> Carrier:
    """Make a carrier of the master company; fields of CARRIER. Raises PermissionDenied, ValidationError by field."""
    require_right(actor, "carrier.create")
    carrier = Carrier(owner_id=actor.company_id, name=name, **only(fields, CARRIER))
    carrier.clean_fields(exclude=["owner"])
    with refusals():
        carrier.save(force_insert=True)
    return carrier


def change_carrier(carrier: Carrier, *, actor, **fields) -> Carrier:
    """Change some of the fields CARRIER. Raises as `create_carrier` does."""
    require_right(actor, "carrier.update")
    with refusals():
        change(carrier, only(fields, CARRIER), exclude=["owner"])
    return carrier


def check_carrier(actor, kind: str, carrier: Carrier | None) -> None:
    if kind == RateCard.PROVIDER and carrier is None:
        raise ValidationError({"carrier": "A provider card has a carrier."})
    if kind != RateCard.PROVIDER and carrier is not None:
        raise ValidationError({"carrier": "Only a provider card has a carrier."})
    if carrier is not None and carrier.owner_id != actor.company_id:
        raise ValidationError({"carrier": "This carrier is not one of yours."})


def check_fixed(card: RateCard, changes: dict) -> None:
    fixed = [field for field in FIXED if field in changes]
    states = set(Revision.objects.filter(card=card).values_list("state", flat=True)) if fixed else set()
    if states - {Revision.DRAFT}:
        raise refused(fixed, "cannot change after a revision was published.")
    if states and (meant := [field for field in MEANING if field in changes]):
        raise refused(
            meant, "cannot change while the card has a draft: its prices would mean something else. Delete it first."
        )
    if "direction" in fixed and CardParent.objects.filter(card=card).exists():
        raise ValidationError({"direction": "The direction cannot change while the card has parents."})


def refused(fields: list[str], words: str) -> ValidationError:
    return ValidationError({field: f"The {field.replace('_', ' ')} {words}" for field in fields})


def change(row, values: dict, *, exclude) -> None:
    """Set and save just these fields, after asking the model's own rules for them."""
    if not values:
        return
    for field, value in values.items():
        setattr(row, field, value)
    row.clean_fields(
        exclude=[field.name for field in row._meta.fields if field.name not in values or field.name in exclude]
    )
    row.save(update_fields=list(values))


def sorted_out(fields: dict) -> tuple[dict, dict]:
    """(public, private) of a card's fields; TypeError for any other."""
    only(fields, PUBLIC + PRIVATE)
    return tuple({field: fields[field] for field in names if field in fields} for names in (PUBLIC, PRIVATE))


def only(fields: dict, known: tuple[str, ...]) -> dict:
    if unknown := fields.keys() - set(known):
        raise TypeError(f"not fields of this row: {', '.join(sorted(unknown))}")
    return fields
