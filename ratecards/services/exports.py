"""Prices as a CSV file in ConnexCS columns, a batch at a time: importing it gives the same prices again."""

import csv
import io
from collections.abc import Iterator

from django.core.exceptions import PermissionDenied

from accounts import access, acl, audit
from ratecards import queries, store
from ratecards.engine.numbers import format_units
from ratecards.engine.table import Row
from ratecards.models import RateCard, Revision
from ratecards.sheets import inert
from ratecards.store.contents import contents_of

BATCH = 10_000  # rates in one unit of work


def export_csv(revision: Revision, *, actor, request=None) -> Iterator[str]:
    """Record the export, then return the file as pieces of text, to be sent after the request's unit ended.

    Right: export on the card as the actor has it. Every batch is a unit of work of its own that asks again, so that a
    card taken away ends a running download: it breaks off with PermissionDenied or Revision.DoesNotExist and is never a
    complete-looking part. `request` is needed in a unit that only reads. No cell can run as a formula.
    """
    check(revision, actor)
    rows = store.count(revision)
    audit.record(
        "export", request=request, actor=actor, thing=revision, company=revision.owner_id, changes={"rows": rows}
    )
    return pieces(revision, actor, rows)


def check(revision: Revision, actor) -> None:
    """The actor may export this card now, or PermissionDenied; a card out of his sight is RateCard.DoesNotExist."""
    card = RateCard.objects.get(pk=revision.card_id)
    if not access.may(actor, f"{queries.family_of(card, actor)}.export"):
        raise PermissionDenied("needs the right to export")
    access.visible(actor, RateCard).get(pk=card.pk)


def pieces(revision: Revision, actor, rows: int) -> Iterator[str]:
    grace = any(row.grace for batch in batches(revision, actor, rows) for row in batch)
    columns = columns_of(presented_in(revision, actor), grace)
    yield text([columns])
    for batch in batches(revision, actor, rows):
        yield text([cells(row, columns) for row in batch])


def batches(revision: Revision, actor, rows: int) -> Iterator[list[Row]]:
    for start in range(0, rows, BATCH):
        with acl.acting_as(actor, read_only=True):
            check(revision, actor)
            batch = store.rows(revision, start, start + BATCH)
        yield batch


def presented_in(revision: Revision, actor) -> tuple[str, ...]:
    """The price columns that the revision itself has, whatever its card presents by now."""
    with acl.acting_as(actor, read_only=True):
        check(revision, actor)
        return contents_of(revision).spine.presented


def columns_of(presented: tuple[str, ...], grace: bool) -> list[str]:
    split = ["intra", "inter"] if len(presented) > 1 else []
    return ["prefix", "name", *split, "cost", "mcd", "pulse", "rate_connect", *(["grace"] if grace else []), "status"]


def cells(row: Row, columns: list[str]) -> list[str]:
    """The cells of one rate; figures in plain decimal notation."""
    values = {
        "prefix": row.prefix, "name": inert(row.name), "cost": format_units(row.cost), "mcd": str(row.mcd),
        "pulse": str(row.pulse), "rate_connect": format_units(row.connect), "grace": str(row.grace),
        "intra": format_units(row.intra or 0), "inter": format_units(row.inter or 0),
        "status": "Blocked" if row.blocked else "",
    }  # fmt: skip
    return [values[column] for column in columns]


def text(lines: list[list[str]]) -> str:
    target = io.StringIO()
    csv.writer(target, lineterminator="\n").writerows(lines)
    return target.getvalue()
