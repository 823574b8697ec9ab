"""Changed rows folded into the chunks of a price list: only the chunks that they lie in are decoded and written anew.

A run of chunks is written anew from a border that stays one up to the next that does: a mixed key that says so, LEAST
rows after the border before. From there on all borders are what they were, for each depends on those before alone. So
the outcome is, byte for byte, what encoding the whole changed list gives.
"""

import numpy as np

from ratecards.engine import chunks
from ratecards.engine import keys as prefix_keys
from ratecards.engine.directory import Directory
from ratecards.engine.table import COLUMNS, concat, empty, from_columns, stack


def fold(contents, load, gone, rows):
    """Return (directory, the chunks that were written anew) of a list without the rows at the sorted keys `gone`, and
    with those of a table in place of, or beside, those of the same prefix; no key is in both.

    `contents` is the list's directory; `load` gives the decoded chunks of a range of positions.
    """
    hidden = np.union1d(gone, rows.keys)
    entries, anew, written, place = [], [], [], 0
    touched = touched_chunks(contents, gone, rows.keys)
    while place < max(len(contents), 1):
        if place not in touched and len(contents):
            entries.append((contents.digests[place], contents.first_keys[place], contents.counts[place]))
            place += 1
            continue
        end, table = _run(contents, load, hidden, rows, touched, place)
        pieces = chunks.encode(table)
        entries += [((piece.shape.digest, piece.prices.digest), piece.first_key, piece.rows) for piece in pieces]
        anew.append((range(place, end), table))
        written += pieces
        place = max(end, 1)
    return _directory(contents, entries, anew), written


def touched_chunks(contents, gone, keys):
    """Return the positions of the chunks that change when some keys go and some come, all sorted."""
    places = np.searchsorted(contents.first_keys, np.union1d(gone, keys), "right") - 1
    touched = set(np.maximum(places, 0).tolist())
    without_first = np.flatnonzero(np.isin(contents.first_keys, gone)).tolist()
    return touched | {place - 1 for place in without_first if place}  # what began there joins the chunk before


def joined_over(table, rates):
    """Return a table with the rows of another in place of, or beside, those of the same prefix; both present the same."""
    return joined([table.take(~np.isin(table.keys, rates.keys)), rates])


def joined(tables):
    """Return the rows of tables in any order as one; Refused (rate_duplicate) where a prefix is in two."""
    whole = stack(tables)
    return from_columns(whole.keys, names=whole.names, name=whole.name, **{one: getattr(whole, one) for one in COLUMNS})


def _run(contents, load, hidden, rows, touched, place):
    """Return (the end of the run that begins at a chunk, its rows as they are now)."""
    end, pieces = place, []
    while True:
        more = end
        while more < len(contents) and (more in touched or more == end):
            more += 1
        pieces += load(range(end, more))
        end = more
        bounds = (contents.first_keys[place] if place else 0,
                  contents.first_keys[end] if end < len(contents) else prefix_keys.END)  # fmt: skip
        stored = concat(pieces) if pieces else empty(rows.presented)
        table = joined(
            [stored.take(~np.isin(stored.keys, hidden)), rows.take(slice(*np.searchsorted(rows.keys, bounds)))]
        )
        if end >= len(contents) or chunks.begins_after(table.keys, contents.first_keys[end]):
            return end, table


def _directory(contents, entries, anew):
    """Return the directory of the changed list; above a border stands what stood above it, or a row of a run."""
    digests, first_keys, counts = zip(*entries, strict=True) if entries else ((), (), ())
    first_keys = np.array(first_keys, dtype=np.int64)
    spine = contents.spine
    homes = np.searchsorted(contents.first_keys, spine.keys, "right") - 1
    again = [place for run, _ in anew for place in run]
    tables = [spine.take(~np.isin(homes, again)), *(table for _, table in anew)]
    above = [table.take(_above(table, first_keys)) for table in tables]
    return Directory(tuple(digests), first_keys, np.array(counts, dtype=np.int64), joined(above))


def _above(table, first_keys):
    """Return which rows stand above the first row of some chunk (bool)."""
    following = np.append(first_keys, prefix_keys.END)[np.searchsorted(first_keys, table.keys, "right")]
    return following < table.keys + table.spans
