"""The columns of plain lines as integers: figures all at once, what does not look like one by its careful parser."""

import numpy as np

from ratecards.engine import keys as prefix_keys
from ratecards.sheets import cell_values, figures

PRICES = frozenset({"cost", "first", "intra", "inter", "connect", "off_cost", "off_first"})
SECONDS = {"mcd": 0, "pulse": 1, "grace": 0}  # the least of each


def prefixes(lines, place):
    """Return (keys of a column of prefixes, the refusals by position; their keys are 0)."""
    keys, good = figures.keys(*lines.cells(place))
    odd = np.flatnonzero(~good)
    if not odd.size:
        return keys, {}
    found, refused = cell_values.prefixes(lines.texts(place, odd))
    keys[odd] = prefix_keys.encode_many(found)
    return keys, {int(odd[position]): why for position, why in refused.items()}


def column(lines, place, layout, known):
    """Return what `known` says of every cell of a column; figures are read without asking, as it would read them."""
    target = layout.mapping[place]
    if target in PRICES:
        found, good = figures.prices(*lines.cells(place), "," if layout.decimal_comma else ".")
    elif target in SECONDS:
        found, good = figures.seconds(*lines.cells(place), SECONDS[target])
    else:
        return lines.values(place, known)
    odd = np.flatnonzero(~good)
    if odd.size:
        found[odd] = np.fromiter(map(known.__getitem__, lines.texts(place, odd)), np.int64, len(odd))
    return found
