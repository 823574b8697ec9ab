"""Single rates of a draft, changed by hand: rows laid over its chunks until it is published. Right: update."""

from django.core.exceptions import ValidationError

from ratecards.engine.numbers import MAX_PRICE, MAX_SECONDS, Refused, format_units, parse_prefix
from ratecards.engine.table import Row
from ratecards.models import DraftRow, Revision
from ratecards.services.guard import refusals, require
from ratecards.services.revisions import locked, presented_by

LIMITS = {"cost": MAX_PRICE, "intra": MAX_PRICE, "inter": MAX_PRICE, "connect": MAX_PRICE, "mcd": MAX_SECONDS,
          "pulse": MAX_SECONDS, "grace": MAX_SECONDS}  # fmt: skip
FIGURES = ("name", *LIMITS, "blocked")


def set_rate(draft: Revision, row: Row, *, actor) -> DraftRow:
    """Put one rate into a draft, in place of the one of its prefix if there is one; figures in price units and seconds.

    Raises ValidationError by field.
    """
    check_row(draft, row)
    return lay_over(draft, row.prefix, actor, removed=False, **{field: getattr(row, field) for field in FIGURES})


def remove_rate(draft: Revision, prefix: str, *, actor) -> DraftRow:
    """Take one prefix out of a draft."""
    return lay_over(draft, checked_prefix(prefix), actor, removed=True)


def undo_rate(draft: Revision, prefix: str, *, actor) -> None:
    """Forget what was changed by hand about one prefix."""
    require(actor, draft.card, "update")
    with refusals():
        fresh = locked(draft, Revision.DRAFT, "Only a draft can be changed.")
        DraftRow.objects.filter(revision=fresh, prefix=checked_prefix(prefix)).delete()


def lay_over(draft: Revision, prefix: str, actor, **values) -> DraftRow:
    require(actor, draft.card, "update")
    with refusals():
        fresh = locked(draft, Revision.DRAFT, "Only a draft can be changed.")
        own = {"card_id": fresh.card_id, "owner_id": fresh.owner_id}
        row = DraftRow.objects.filter(revision=fresh, prefix=prefix).first()
        if row is None:
            return DraftRow.objects.create(revision=fresh, prefix=prefix, **own, **values)
        for field, value in values.items():
            setattr(row, field, value)
        row.save(update_fields=list(values))
        return row


def check_row(draft: Revision, row: Row) -> None:
    checked_prefix(row.prefix)
    columns = presented_by(draft.card)
    for field, most in LIMITS.items():
        value, least = getattr(row, field), int(field == "pulse")
        if field in ("intra", "inter") and (value is None) == (field in columns) and not row.blocked:
            raise ValidationError(
                {field: "This card needs the price." if value is None else "This card has no such price."}
            )
        if value is not None and not least <= value <= most:
            limit = format_units(most) if most == MAX_PRICE else f"{most} seconds"
            raise ValidationError({field: f"From {least} to {limit}."})
    if len(row.name) > 150:
        raise ValidationError({"name": "At most 150 characters."})


def checked_prefix(prefix: str) -> str:
    try:
        return parse_prefix(prefix)
    except Refused as refused:
        raise ValidationError({"prefix": refused.message}) from refused
