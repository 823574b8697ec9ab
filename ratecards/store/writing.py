"""Writing a draft's content, and taking away what no revision of the card needs any more.

Whoever writes or removes chunks of a card holds the lock on the card's row: a chunk that one transaction finds stored
already cannot be removed by another before that one commits.
"""

import logging
from collections.abc import Iterable
from typing import NamedTuple

from django.db import transaction

from ratecards.engine import chunks, directory
from ratecards.engine.chunks import Damaged
from ratecards.engine.directory import Directory, build_directory
from ratecards.engine.table import RateTable
from ratecards.models import Chunk, DraftRow, RateCard, Revision
from ratecards.opening import open_cards
from ratecards.store.contents import FETCH, contents_of, forget_contents, whole_parts

BATCH = 200  # rows a statement

log = logging.getLogger(__name__)


def lock_card(pk: int) -> RateCard:
    """The card, locked until the transaction ends; RateCard.DoesNotExist unless it is the unit's own."""
    return RateCard.objects.select_for_update(no_key=True).get(pk=pk)


class Encoded(NamedTuple):
    """A table as it is stored: its table of contents, and by digest the payload of every part, or at least of every one
    that the draft it is written to has not yet."""

    contents: Directory
    parts: dict[bytes, bytes]


def encoded(table: RateTable) -> Encoded:
    """The long part of writing, which needs neither database nor lock."""
    pieces = chunks.encode(table)
    return Encoded(build_directory(table, pieces), parts_of(pieces))


def parts_of(pieces: Iterable[chunks.Chunk]) -> dict[bytes, bytes]:
    """{digest: payload} of some chunks."""
    return {part.digest: part.payload for piece in pieces for part in (piece.shape, piece.prices)}


def write(revision: Revision, content: RateTable | Encoded) -> Revision:
    """Make a table the whole content of a draft; chunks that the card has already are not stored again.

    Raises Revision.DoesNotExist unless it is a draft of the unit's own.
    """
    contents, parts = content if isinstance(content, Encoded) else encoded(content)
    with transaction.atomic():
        lock_card(revision.card_id)
        open_cards([revision.card_id])
        before = known_digests(Revision.objects.get(pk=revision.pk, state=Revision.DRAFT))
        store_parts(revision, parts)
        revision.rows, revision.digest, revision.directory = contents.rows, contents.content, directory.encode(contents)
        revision.save(update_fields=["rows", "digest", "directory"])
        remove_parts(revision.card_id, before - {digest for pair in contents.digests for digest in pair})
    forget_contents(revision)
    return revision


def copy(source: Revision, draft: Revision) -> Revision:
    """Let a draft begin with the content of another revision of its card and the changes over it: both list the same
    chunks, nothing is stored again, at any size. Raises Revision.DoesNotExist for a source that has gone or is not the unit's own."""
    with transaction.atomic():
        lock_card(draft.card_id)
        fresh = Revision.objects.get(pk=source.pk, card=draft.card_id)
        draft.rows, draft.digest, draft.directory = fresh.rows, bytes(fresh.digest), bytes(fresh.directory)
        draft.save(update_fields=["rows", "digest", "directory"])
        carry_changes(fresh, draft)
    forget_contents(draft)
    return draft


def copy_to_card(source: Revision, draft: Revision) -> Revision:
    """Let a draft of another card begin with the content of a published revision: its chunks are stored for that card
    as they are, each compared with its digest but none decoded, which takes a sixth of writing the rates anew.

    Raises Revision.DoesNotExist for a source that the unit may not read, Damaged for one that is not what was written.
    """
    with transaction.atomic():
        lock_card(draft.card_id)
        listed = contents_of(source).digests
        for start in range(0, len(listed), FETCH):
            store_parts(draft, whole_parts(source, listed[start : start + FETCH]))
        fresh = Revision.objects.get(pk=source.pk)
        draft.rows, draft.digest, draft.directory = fresh.rows, bytes(fresh.digest), bytes(fresh.directory)
        draft.save(update_fields=["rows", "digest", "directory"])
    forget_contents(draft)
    return draft


def carry_changes(source: Revision, draft: Revision) -> None:
    changes = list(draft_rows(source))
    for change in changes:
        change.pk, change.revision = None, draft
    DraftRow.objects.bulk_create(changes, batch_size=500)


def drop(revision: Revision) -> None:
    """Delete a revision with its draft rows, and those of its chunks that no other revision of the card needs.

    The database refuses a published revision that was ever live.
    """
    with transaction.atomic():
        lock_card(revision.card_id)
        open_cards([revision.card_id])
        digests, card = known_digests(revision), revision.card_id
        revision.delete()
        remove_parts(card, digests)
    forget_contents(revision)


def store_parts(revision: Revision, parts: dict[bytes, bytes]) -> None:
    digests = list(parts)
    stored = Chunk.objects.filter(card=revision.card_id, digest__in=digests)
    known = {bytes(digest) for digest in stored.values_list("digest", flat=True)}
    new = [
        Chunk(card_id=revision.card_id, owner_id=revision.owner_id, digest=digest, payload=parts[digest])
        for digest in digests
        if digest not in known
    ]
    Chunk.objects.bulk_create(new, batch_size=BATCH, ignore_conflicts=True)


def remove_parts(card: int, digests: set[bytes]) -> None:
    """Delete those of the chunks that no revision of the card lists; none while a revision cannot tell what it lists."""
    if not digests:
        return
    for revision in Revision.objects.filter(card=card).only("directory", "number", "card"):
        try:
            digests = digests - digests_of(revision)
        except Damaged as damage:
            return log.error("chunks of card %s stay: revision %s is damaged: %s", card, revision.number, damage)
    gone = list(digests)
    for start in range(0, len(gone), BATCH):
        Chunk.objects.filter(card=card, digest__in=gone[start : start + BATCH]).delete()


def digests_of(revision: Revision) -> set[bytes]:
    """The digests of all parts of a revision; Damaged when its table of contents cannot be read."""
    if not revision.directory:
        return set()
    return {digest for pair in directory.decode(revision.directory).digests for digest in pair}


def known_digests(revision: Revision) -> set[bytes]:
    """The digests that go with a revision; none when nobody can tell: what is not known is not removed."""
    try:
        return digests_of(revision)
    except Damaged as damage:
        log.error("revision %s of card %s is damaged: %s", revision.number, revision.card_id, damage)
        return set()


def draft_rows(revision: Revision):
    """The changes laid over a draft by hand, by prefix."""
    return DraftRow.objects.filter(revision=revision).order_by("prefix")
