"""Prices as files, a batch at a time, to whoever may have them at the moment that each batch is sent."""

from collections.abc import Iterator
from datetime import UTC

from django.core.exceptions import PermissionDenied

from accounts import access, acl, audit
from ratecards import queries, store, timeline
from ratecards.downloads import FORMATS, Head
from ratecards.engine.table import Row
from ratecards.models import Activation, RateCard, Revision
from ratecards.services.cards import PUBLIC

BATCH = 10_000  # rates in one unit of work


class Changed(Exception):
    """The draft was changed while it was sent: what was sent is no file."""


def export(revision: Revision, form: str, *, actor, request=None) -> Iterator[bytes]:
    """Record the export, then return the file in pieces, to be sent after the request's unit ended; `form` is of FORMATS.

    Right: export on the card as the actor has it; of an assigned card only the files that its owner offers. Every batch
    is a unit of work of its own that asks again, so that a card taken away ends a running download: it breaks off with
    PermissionDenied or Revision.DoesNotExist and is never a complete-looking part. A draft is sent with the changes made
    by hand, and breaks off with Changed when it gets others meanwhile. `request` is needed in a unit that only reads.
    """
    check(revision, actor, form)
    rows = len(store.Prices(revision))
    audit.record("export", request=request, actor=actor, thing=revision, company=revision.owner_id,
                 changes={"rows": rows, "format": form})  # fmt: skip
    return pieces(revision, form, actor, rows)


def check(revision: Revision, actor, form: str = "csv") -> None:
    """The actor may have this file now, or PermissionDenied; a card out of his sight is RateCard.DoesNotExist."""
    card = RateCard.objects.get(pk=revision.card_id)
    if form not in offered(card, actor):
        raise PermissionDenied("needs the right to export, and a file that the owner offers")
    access.visible(actor, RateCard).get(pk=card.pk)


def offered(card: RateCard, actor) -> list[str]:
    """The formats in which the actor may download the card's prices: all of an own one, else what its owner chose."""
    if not access.may(actor, f"{queries.family_of(card, actor)}.export"):
        return []
    is_own = queries.is_own(card, actor) or actor.company.is_master
    return [form for form in FORMATS if is_own or form in card.public_options]


def pieces(revision: Revision, form: str, actor, rows: int) -> Iterator[bytes]:
    with acl.acting_as(actor, read_only=True):
        check(revision, actor, form)
        head = head_of(revision)
    yield from FORMATS[form].pieces(head, batches(revision, form, actor, rows))


def batches(revision: Revision, form: str, actor, rows: int) -> Iterator[list[Row]]:
    for start in range(0, rows, BATCH):
        with acl.acting_as(actor, read_only=True):
            check(revision, actor, form)
            prices = store.Prices(revision)
            if len(prices) != rows:
                raise Changed(f"revision {revision.pk} had {rows} rates, now {len(prices)}")
            batch = prices.rows(start, start + BATCH)
        yield batch


def head_of(revision: Revision) -> Head:
    """What a file tells beside its rates; the card's public name or code, whoever asks: files are passed on."""
    card = RateCard.objects.get(pk=revision.card_id)
    live = timeline.standing([card.pk]).filter(revision=revision).order_by("live_from").first()
    began = live.live_from if isinstance(live, Activation) else revision.created_at
    return Head(
        code=card.code, name=str(card), number=revision.number, card={name: getattr(card, name) for name in PUBLIC},
        day=f"{began.astimezone(UTC):%Y-%m-%d}", created_at=f"{revision.created_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        grace=store.Prices(revision).has_grace(),
    )  # fmt: skip
