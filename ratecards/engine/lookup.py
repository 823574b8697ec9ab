"""Longest prefix match: for one number or for many, in a table or through a revision's directory and its chunks.

`load` is always a function that takes the position of a chunk in the directory and returns its decoded table.
"""

import numpy as np

from ratecards.engine import keys as prefix_keys
from ratecards.engine.table import concat


def find(table, number):
    """Return the position of the longest prefix in a table that starts a number (digits as text), or -1."""
    wanted = np.array(prefix_keys.truncations(number), dtype=np.int64)
    places = np.searchsorted(table.keys, wanted)
    found = np.flatnonzero(np.take(table.keys, places, mode="clip") == wanted) if len(table) else ()
    return int(places[found[0]]) if len(found) else -1


def find_many(table, keys):
    """Return for every key (of a number or of a prefix) the position of its longest match in a table, or -1.

    Every row that starts x is the last row not after x or stands above that row: a is before q before x and both
    ends of that stretch start with a, so q does too. So take that row and climb until one covers x.
    """
    if (keys[1:] < keys[:-1]).any():  # in order, neighbours are found near one another: far faster than at random
        order = np.argsort(keys)
        places = np.empty(len(keys), dtype=np.int64)
        places[order] = find_many(table, keys[order])
        return places
    places = np.searchsorted(table.keys, keys, "right") - 1
    open_ = np.flatnonzero(places >= 0)
    while open_.size:
        at = places[open_]
        missed = keys[open_] - table.keys[at] >= table.spans[at]
        open_ = open_[missed]
        places[open_] = table.ancestors[at[missed]]
        open_ = open_[places[open_] >= 0]
    return places


def find_few(table, keys):
    """As `find_many`, by taking digit after digit from each key: for few keys of a table whose ancestors are not known."""
    places = np.full(len(keys), -1, dtype=np.int64)
    rest, units = keys.copy(), prefix_keys.spans(keys)
    open_ = np.arange(len(keys) if len(table) else 0)
    while open_.size:
        wanted = rest[open_]
        at = np.searchsorted(table.keys, wanted)
        found = np.take(table.keys, at, mode="clip") == wanted
        places[open_[found]] = at[found]
        open_ = open_[~found & (wanted > 0)]
        units[open_] *= 11
        rest[open_] -= rest[open_] % units[open_]
    return places


def find_in_revision(directory, load, number):
    """Return (table, position) of the longest match of one number in a revision, or (None, -1); loads one chunk."""
    chunk = directory.chunk_of_key(prefix_keys.encode_number(number))
    for table in (load(chunk), directory.spine) if chunk >= 0 else ():
        place = find(table, number)
        if place >= 0:
            return table, place
    return None, -1


def find_many_in_revision(directory, load, keys):
    """Return (table, positions): of many numbers' keys the longest matches, each touched chunk loaded once.

    The table holds the touched chunks and the rows above them, not the whole revision; -1 is no match.
    """
    touched = np.unique(np.searchsorted(directory.first_keys, keys, "right") - 1)
    touched = [chunk for chunk in touched.tolist() if chunk >= 0]
    home = np.searchsorted(directory.first_keys, directory.spine.keys, "right") - 1
    pieces = []
    for chunk in sorted({*touched, *home.tolist()}):
        pieces.append(load(chunk) if chunk in touched else directory.spine.take(home == chunk))
    table = concat(pieces) if pieces else directory.spine
    return table, find_many(table, keys)
