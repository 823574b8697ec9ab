"""Reading prices: the whole list, any page of it, the rate of one number or of many."""

import numpy as np

from ratecards.engine import keys as prefix_keys
from ratecards.engine import lookup
from ratecards.engine.table import COLUMNS, RateTable, Row, concat
from ratecards.models import Revision
from ratecards.store.contents import contents_of, tables_of


def load(revision: Revision) -> RateTable:
    """The whole price list as one table, in price units and seconds."""
    contents = contents_of(revision)
    tables = list(tables_of(revision, range(len(contents)), keep=False))
    return concat(tables) if tables else contents.spine


def count(revision: Revision) -> int:
    """How many rates a revision has, without reading them."""
    return contents_of(revision).rows


def rows(revision: Revision, start: int, stop: int) -> list[Row]:
    """The rates from row number `start` up to `stop` in prefix order; only the chunks they lie in are decoded."""
    contents = contents_of(revision)
    start, stop = max(start, 0), min(stop, contents.rows)
    if start >= stop:
        return []
    first, last = contents.chunk_of_row(start)[0], contents.chunk_of_row(stop - 1)[0]
    found = []
    for place, table in enumerate(tables_of(revision, range(first, last + 1)), first):
        offset = int(contents.starts[place])
        found += table.rows(max(start - offset, 0), stop - offset)
    return found


def rows_at(revision: Revision, places: np.ndarray) -> list[Row]:
    """The rates at some row numbers, in the order given; each chunk they lie in is fetched and decoded once."""
    contents = contents_of(revision)
    homes = np.searchsorted(contents.starts, places, "right") - 1
    touched = np.unique(homes).tolist()
    tables = dict(zip(touched, tables_of(revision, touched), strict=True))
    inside = places - contents.starts[homes]
    return [row_at(tables[home], place) for home, place in zip(homes.tolist(), inside.tolist(), strict=True)]


def below(revision: Revision, prefix: str) -> tuple[int, int]:
    """The row numbers [start, stop) of all rates whose prefix begins with these digits, for `rows`.

    Raises Refused (prefix_characters, prefix_length) for what is no prefix.
    """
    first = prefix_keys.encode(prefix)
    end = first + int(prefix_keys.POWERS[prefix_keys.PLACES - len(prefix)])
    return row_before(revision, first), row_before(revision, end)


def row_before(revision: Revision, key: int) -> int:
    """The number of rates whose key is below `key`; decodes one chunk."""
    contents = contents_of(revision)
    place = contents.chunk_of_key(key - 1)
    if place < 0:
        return 0
    (table,) = tables_of(revision, [place])
    return int(contents.starts[place]) + int(np.searchsorted(table.keys, key, "left"))


def named(revision: Revision, text: str) -> np.ndarray:
    """The row numbers of all rates whose name contains a text, in small or capital letters; reads the whole list."""
    wanted, found = text.casefold(), []
    contents = contents_of(revision)
    for place, table in enumerate(tables_of(revision, range(len(contents)), keep=False)):
        fits = np.array([wanted in name.casefold() for name in table.names], dtype=np.bool_)
        found.append(np.flatnonzero(fits[table.name]) + int(contents.starts[place]))
    return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)


def find(revision: Revision, number: str) -> Row | None:
    """The rate of the longest prefix that starts a number, which may be Blocked; None: nothing starts it.

    With the chunk decoded and the revision opened in this unit it asks the database nothing. Raises Refused
    (prefix_characters) for what is not digits.
    """

    def chunk(place: int) -> RateTable:
        (table,) = tables_of(revision, [place])
        return table

    table, place = lookup.find_in_revision(contents_of(revision), chunk, number)
    return row_at(table, place) if table is not None else None


def row_at(table: RateTable, place: int) -> Row:
    """One row of a table, figure by figure: ten times faster than a slice of one, which matters for single look-ups."""
    columns = (getattr(table, column) for column in COLUMNS)
    figures = [None if column is None else column[place].item() for column in columns]
    return Row(prefix_keys.decode(table.keys[place]), table.names[table.name[place]], *figures)


def find_many(revision: Revision, numbers: list[str]) -> tuple[RateTable, np.ndarray]:
    """(table, positions): for every number the row of the table that rates it, -1 for none; see `charge.charge_many`.

    The table holds the chunks that were touched, each decoded once. Raises Refused as `find` does.
    """
    contents, keys = contents_of(revision), prefix_keys.encode_numbers(numbers)
    touched = np.unique(np.searchsorted(contents.first_keys, keys, "right") - 1).tolist()
    touched = [place for place in touched if place >= 0]
    tables = dict(zip(touched, tables_of(revision, touched), strict=True))
    return lookup.find_many_in_revision(contents, tables.__getitem__, keys)
