"""A draft as it will be published: its chunks with the changes made by hand laid over them."""

import numpy as np

from ratecards.engine import folding
from ratecards.engine import keys as prefix_keys
from ratecards.engine.numbers import Refused
from ratecards.engine.table import RateTable, Row, empty, from_rows
from ratecards.models import DraftRow, Revision
from ratecards.store.contents import contents_of, tables_of
from ratecards.store.reading import load
from ratecards.store.writing import Encoded, draft_rows, parts_of

SPLIT = ("intra", "inter")


def effective(draft: Revision) -> RateTable:
    """The table that publishing the draft would give.

    Raises Refused (rate_column), naming the prefix, for a changed row whose price columns are not the draft's.
    """
    return overlaid(load(draft), list(draft_rows(draft)))


def folded(draft: Revision, rates: RateTable | None = None) -> Encoded:
    """What publishing the draft, with these rates over its changes, would store; only the chunks that change are read.

    Raises Refused as `effective` does.
    """
    contents, changes = contents_of(draft), list(draft_rows(draft))
    rows = [row_of(change, contents.spine.presented) for change in changes if not change.removed]
    table = from_rows(rows) if rows else empty(contents.spine.presented)
    gone = prefix_keys.encode_many(change.prefix for change in changes if change.removed)
    if rates is not None:
        table, gone = folding.joined_over(table, rates), np.setdiff1d(gone, rates.keys)
    directory, pieces = folding.fold(contents, lambda places: list(tables_of(draft, places, keep=False)), gone, table)
    return Encoded(directory, parts_of(pieces))


def to_fold(draft: Revision) -> int:
    """The number of rates in the chunks that the changes of a draft lie in: what publishing it has to write anew."""
    contents = contents_of(draft)
    found = list(draft_rows(draft).values_list("prefix", "removed"))
    gone, kept = (
        prefix_keys.encode_many(prefix for prefix, removed in found if removed == wanted) for wanted in (True, False)
    )
    touched = folding.touched_chunks(contents, gone, kept) if found and len(contents) else ()
    return int(contents.counts[list(touched)].sum()) if touched else 0


def overlaid(table: RateTable, changes: list[DraftRow]) -> RateTable:
    """A table with changed rows in place of, or beside, those of the same prefix, and without the removed ones."""
    if not changes:
        return table
    changed = prefix_keys.encode_many([change.prefix for change in changes])
    kept = table.take(~np.isin(table.keys, changed))
    rows = [row_of(change, table.presented) for change in changes if not change.removed]
    return folding.joined([kept, from_rows(rows)]) if rows else kept


def row_of(change: DraftRow, presented: tuple[str, ...]) -> Row:
    """A change as a row of a table that presents these price columns; Blocked rows carry no figures."""
    prices = {}
    for column in SPLIT:
        given = getattr(change, column)
        if column not in presented and given is not None:
            raise Refused("rate_column", f"The prefix {change.prefix} has an {column} price, this card has none.")
        if column in presented and given is None and not change.blocked:
            raise Refused("rate_column", f"The prefix {change.prefix} has no {column} price.")
        prices[column] = (given or 0) if column in presented else None
    return Row(change.prefix, change.name, change.cost, connect=change.connect, mcd=change.mcd, pulse=change.pulse,
               grace=change.grace, blocked=change.blocked, **prices)  # fmt: skip
