"""Two revisions of a card against one another, drafts with the changes laid over them."""

from collections.abc import Sequence

from ratecards.engine import chunks, diff
from ratecards.engine.chunks import Part
from ratecards.engine.diff import Difference, Side
from ratecards.engine.table import RateTable
from ratecards.models import Revision
from ratecards.store.contents import contents_of, tables_of
from ratecards.store.drafts import folded
from ratecards.store.recent import Recent
from ratecards.store.writing import draft_rows

DIFFERENCES = Recent(2)
KEPT = 400_000  # prefixes of a difference that stays in memory, some 70 MB; a larger one is computed again


def compare(old: Revision, new: Revision, column: str = "cost", *, as_called: bool = True) -> Difference:
    """What differs between two revisions of one card by one price column: for a caller, or row by row.

    Only chunks that one of them has and the other has not are read. Raises Revision.DoesNotExist and Damaged as every
    reader does, and ValueError for a column that one of them does not present.
    """
    contents = [contents_of(revision) for revision in (old, new)]  # asks both locks, whatever is kept
    if any(column not in one.spine.presented for one in contents):
        raise ValueError(f"no price column {column} in both revisions")
    changed = [is_changed(revision) for revision in (old, new)]
    address = (old.card_id, *(one.content for one in contents), column, as_called)
    found = None if any(changed) else DIFFERENCES.get(address)
    if found is None:
        one, two = (side(revision, laid) for revision, laid in zip((old, new), changed, strict=True))
        found = diff.compare(one, two, column, effective=as_called)
        if not any(changed) and len(found) <= KEPT:
            DIFFERENCES.put(address, found)
    return found


def columns_of(old: Revision, new: Revision) -> tuple[str, ...]:
    """The price columns that both revisions present."""
    presented = contents_of(new).spine.presented
    return tuple(column for column in contents_of(old).spine.presented if column in presented)


def is_changed(revision: Revision) -> bool:
    return revision.state == Revision.DRAFT and draft_rows(revision).exists()


def side(revision: Revision, changed: bool) -> Side:
    """One revision for the engine, a changed draft as it would be published: only chunks with changes are made anew.

    What is compared is decoded once, and not kept.
    """
    stored = contents_of(revision)
    if not changed:
        return Side(stored, lambda places: list(tables_of(revision, places, keep=False)))
    contents, parts = folded(revision)
    place_of = {pair: place for place, pair in enumerate(stored.digests)}

    def load(places: Sequence[int]) -> list[RateTable]:
        pairs = [contents.digests[place] for place in places]
        kept = [pair for pair in pairs if pair in place_of]
        tables = dict(zip(kept, tables_of(revision, [place_of[pair] for pair in kept], keep=False), strict=True))
        return [tables[pair] if pair in tables else decoded_pair(parts, pair) for pair in pairs]

    return Side(contents, load)


def decoded_pair(parts: dict[bytes, bytes], pair: tuple[bytes, bytes]) -> RateTable:
    return chunks.decode(*(Part(digest, parts[digest]) for digest in pair))
