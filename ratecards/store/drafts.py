"""A draft as it will be published: its chunks with the changes made by hand laid over them."""

import numpy as np

from ratecards.engine import keys as prefix_keys
from ratecards.engine.numbers import Refused
from ratecards.engine.table import COLUMNS, RateTable, Row, from_columns, from_rows, unify_names
from ratecards.models import DraftRow, Revision
from ratecards.store.reading import load
from ratecards.store.writing import draft_rows

SPLIT = ("intra", "inter")


def effective(draft: Revision) -> RateTable:
    """The table that publishing the draft would give.

    Raises Refused (rate_column), naming the prefix, for a changed row whose price columns are not the draft's.
    """
    return overlaid(load(draft), list(draft_rows(draft)))


def joined_over(table: RateTable, rates: RateTable) -> RateTable:
    """A table with the rows of another in place of, or beside, those of the same prefix; both present the same."""
    return joined(table.take(~np.isin(table.keys, rates.keys)), rates)


def overlaid(table: RateTable, changes: list[DraftRow]) -> RateTable:
    """A table with changed rows in place of, or beside, those of the same prefix, and without the removed ones."""
    if not changes:
        return table
    changed = prefix_keys.encode_many([change.prefix for change in changes])
    kept = table.take(~np.isin(table.keys, changed))
    rows = [row_of(change, table.presented) for change in changes if not change.removed]
    return joined(kept, from_rows(rows)) if rows else kept


def joined(one: RateTable, other: RateTable) -> RateTable:
    names, name = unify_names([one, other])
    columns = {
        column: None if getattr(one, column) is None else np.concatenate([getattr(one, column), getattr(other, column)])
        for column in COLUMNS
    }
    keys = np.concatenate([one.keys, other.keys])
    return from_columns(keys, names=names, name=np.concatenate(name), **columns)


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
