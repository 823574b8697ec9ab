"""A revision's table of contents and its decoded chunks, for who may see them in this unit of work."""

from collections.abc import Iterable, Iterator, Sequence

from accounts import acl
from ratecards import timeline
from ratecards.engine import chunks, directory
from ratecards.engine.chunks import Damaged, Part
from ratecards.engine.directory import Directory
from ratecards.engine.table import RateTable
from ratecards.models import Chunk, Revision
from ratecards.opening import open_cards, reopen
from ratecards.store.recent import Recent

TABLES = Recent(256)  # chunks of at most 4096 rows: some 60 MB when all are full
DIRECTORIES = Recent(64)
FETCH = 128  # chunks a statement


def contents_of(revision: Revision) -> Directory:
    """The directory of a revision, after asking both locks once in this unit.

    Raises Revision.DoesNotExist for one that the unit may not read, Damaged for one that cannot be.
    """
    unit = acl.current()
    known = unit.cache.setdefault("contents", {}) if unit else {}
    if revision.pk not in known:
        known[revision.pk] = read_contents(revision)
    return known[revision.pk]


def forget_contents(revision: Revision) -> None:
    """After a draft was written: this unit reads it anew."""
    if unit := acl.current():
        unit.cache.get("contents", {}).pop(revision.pk, None)


def read_contents(revision: Revision) -> Directory:
    seen = timeline.seen_revisions(revision.card)
    if revision.card_id not in open_cards([revision.card_id]) or (seen is not None and revision.pk not in seen):
        raise Revision.DoesNotExist(f"no revision {revision.pk}")
    rows = Revision.objects.filter(pk=revision.pk, card=revision.card_id)
    address = (revision.card_id, bytes(rows.values_list("digest", flat=True).get()))
    found = DIRECTORIES.get(address)
    if found is None:
        found = opened(revision, address[1], rows.values_list("directory", flat=True).get())
    return found


def opened(revision: Revision, digest: bytes, data) -> Directory:
    """The table of contents that was stored as `data`, kept for the next who asks.

    Raises Damaged, naming the revision, for what cannot be read or has not the digest that it was published with.
    """
    try:
        found = directory.decode(data)
        if found.content != digest:
            raise Damaged("its table of contents has not the digest that it was published with")
    except Damaged as damage:
        raise unreadable(revision, damage) from damage
    DIRECTORIES.put((revision.card_id, digest), found)
    return found


def tables_of(revision: Revision, positions: Iterable[int], *, keep=True) -> Iterator[RateTable]:
    """Yield the decoded chunks at some positions of a revision, in their order; `keep` them for the next who asks.

    Raises Damaged, naming the revision, for a chunk that is gone or is not what was written.
    """
    contents, positions = contents_of(revision), list(positions)
    for start in range(0, len(positions), FETCH):
        part = positions[start : start + FETCH]
        known = {place: TABLES.get((revision.card_id, contents.digests[place])) for place in part}
        payloads = fetch(revision, [contents.digests[place] for place in part if known[place] is None])
        for place in part:
            if known[place] is None:
                known[place] = decoded(revision, contents, place, payloads)
                if keep:
                    TABLES.put((revision.card_id, contents.digests[place]), known[place])
            yield known[place]


def fetch(revision: Revision, pairs: list[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """{digest: payload} of the parts of some chunks; asked twice, with the cards opened anew, if any is missing."""
    wanted = {digest for pair in pairs for digest in pair}
    found: dict[bytes, bytes] = {}
    for attempt in range(2 if wanted else 0):
        if attempt:
            reopen()
        rows = Chunk.objects.filter(card=revision.card_id, digest__in=list(wanted))
        found = {bytes(digest): bytes(payload) for digest, payload in rows.values_list("digest", "payload")}
        if found.keys() == wanted:
            break
    return found


def whole_parts(revision: Revision, pairs: Sequence[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """{digest: payload} of the parts of some chunks as they are stored; Damaged, naming the revision, unless each is
    there and has its digest."""
    payloads = fetch(revision, list(pairs))
    try:
        for digest in {digest for pair in pairs for digest in pair}:
            if chunks.digest_of(chunks.inflate(payloads[digest])) != digest:
                raise Damaged("the content of a stored part does not have its digest")
    except KeyError as missing:
        raise unreadable(revision, "a chunk is missing") from missing
    except Damaged as damage:
        raise unreadable(revision, damage) from damage
    return payloads


def decoded(revision: Revision, contents: Directory, place: int, payloads: dict[bytes, bytes]) -> RateTable:
    try:
        shape, prices = (Part(digest, payloads[digest]) for digest in contents.digests[place])
        table = chunks.decode(shape, prices)
        if len(table) != contents.counts[place] or table.keys[0] != contents.first_keys[place]:
            raise Damaged("a chunk is not the one that its table of contents tells of")
    except KeyError as missing:
        raise unreadable(revision, "a chunk is missing") from missing
    except Damaged as damage:
        raise unreadable(revision, damage) from damage
    return table


def unreadable(revision: Revision, why) -> Damaged:
    return Damaged(f"revision {revision.number} of card {revision.card.code} cannot be read: {why}")
