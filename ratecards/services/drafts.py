"""Rates of a draft, changed by hand: rows laid over its chunks until it is published. Right: update.

At most OVERLAY rows lie over a draft, so that any page of it is found without reading the whole list; beyond that they
are merged into its chunks. What the draft says is the same either way, but merged changes are not undone one by one.
"""

from django.core.exceptions import ValidationError

from ratecards import store
from ratecards.engine.classes import settled, settled_row
from ratecards.engine.numbers import MAX_PRICE, MAX_SECONDS, Refused, format_units, parse_prefix
from ratecards.engine.table import RateTable, Row
from ratecards.models import DraftRow, Revision
from ratecards.services.guard import refusals, require
from ratecards.services.revisions import locked, presented_by, readable

OVERLAY = 2_000
LONGEST_NAME = 150  # of a row laid over; a sheet's may be longer
LIMITS = {"cost": MAX_PRICE, "intra": MAX_PRICE, "inter": MAX_PRICE, "connect": MAX_PRICE, "mcd": MAX_SECONDS,
          "pulse": MAX_SECONDS, "grace": MAX_SECONDS}  # fmt: skip
FIGURES = ("name", *LIMITS, "blocked")
ONLY_DRAFTS = "Only a draft can be changed."


def set_rate(draft: Revision, row: Row, *, actor) -> DraftRow:
    """Put one rate into a draft, in place of the one of its prefix if there is one; figures in price units and seconds.

    Raises ValidationError by field.
    """
    row = settled_row(row, draft.card.presentation)
    check_row(draft, row)
    return lay_over(draft, row.prefix, actor, removed=False, **{field: getattr(row, field) for field in FIGURES})


def remove_rate(draft: Revision, prefix: str, *, actor) -> DraftRow:
    """Take one prefix out of a draft."""
    return lay_over(draft, checked_prefix(prefix), actor, removed=True)


def undo_rate(draft: Revision, prefix: str, *, actor) -> None:
    """Forget what was changed by hand about one prefix."""
    require(actor, draft.card, "update")
    with refusals():
        fresh = locked(draft, Revision.DRAFT, ONLY_DRAFTS)
        DraftRow.objects.filter(revision=fresh, prefix=checked_prefix(prefix)).delete()


def set_rates(draft: Revision, rates: RateTable, *, actor) -> int:
    """Put many rates into a draft, each in place of the one of its prefix; returns how many. The table presents what
    the card does; ValidationError otherwise."""
    require(actor, draft.card, "update")
    if len(rates) and rates.presented != tuple(
        name for name in ("cost", "intra", "inter") if name in presented_by(draft.card)
    ):
        raise ValidationError("The rates have other price columns than the card.")
    rates = settled(rates, draft.card.presentation)
    with refusals():
        fresh = locked(draft, Revision.DRAFT, ONLY_DRAFTS)
        if len(rates) <= room(fresh) and max(map(len, rates.names), default=0) <= LONGEST_NAME:
            lay_many(fresh, rates)
        else:
            merge(fresh, rates)
    return len(rates)


def lay_over(draft: Revision, prefix: str, actor, **values) -> DraftRow:
    require(actor, draft.card, "update")
    with refusals():
        fresh = locked(draft, Revision.DRAFT, ONLY_DRAFTS)
        own = {"card_id": fresh.card_id, "owner_id": fresh.owner_id}
        row = DraftRow.objects.filter(revision=fresh, prefix=prefix).first()
        if row is None:
            if not room(fresh):
                merge(fresh)
            return DraftRow.objects.create(revision=fresh, prefix=prefix, **own, **values)
        for field, value in values.items():
            setattr(row, field, value)
        row.save(update_fields=list(values))
        return row


def room(draft: Revision) -> int:
    return OVERLAY - DraftRow.objects.filter(revision=draft).count()


def lay_many(draft: Revision, rates: RateTable) -> None:
    own = {"revision": draft, "card_id": draft.card_id, "owner_id": draft.owner_id}
    DraftRow.objects.bulk_create(
        [DraftRow(**own, **row._asdict()) for row in rates.rows()], batch_size=500, update_conflicts=True,
        unique_fields=["revision", "prefix"], update_fields=[*FIGURES, "removed"],
    )  # fmt: skip


def merge(draft: Revision, rates: RateTable | None = None) -> None:
    """Write a draft's changes, and these rates over them, into its chunks."""
    with readable():
        store.write(draft, store.folded(draft, rates))
    DraftRow.objects.filter(revision=draft).delete()


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
    if len(row.name) > LONGEST_NAME:
        raise ValidationError({"name": f"At most {LONGEST_NAME} characters."})


def checked_prefix(prefix: str) -> str:
    try:
        return parse_prefix(prefix)
    except Refused as refused:
        raise ValidationError({"prefix": refused.message}) from refused
