"""How many rates of a revision some matches draw, and the first of them."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ratecards.engine import keys as prefix_keys
from ratecards.engine.matches import Draw, chosen
from ratecards.engine.numbers import Refused
from ratecards.models import Revision
from ratecards.store.contents import contents_of, tables_of

EXAMPLES = 5
LIMIT = 10_000_000  # prefixes times expressions: about three seconds


class Drawn(NamedTuple):
    """The number of rates that are drawn, and their first prefixes."""

    count: int
    examples: tuple[str, ...]


def drawn(revision: Revision, draws: Sequence[Draw], most: int = EXAMPLES) -> Drawn:
    """Count what matches draw of a revision, each rate once, with the first `most` prefixes.

    Only chunks in which the answer is in doubt are decoded. Raises Refused (rule_match) where counting would take too
    long for a page; a build counts them.
    """
    contents = contents_of(revision)
    ends = np.append(contents.first_keys[1:], prefix_keys.END)
    whole, open_ = np.zeros((2, len(contents)), dtype=np.bool_)
    work = 0
    for one in draws:
        start = prefix_keys.encode(one.digits)
        end = start + int(prefix_keys.POWERS[prefix_keys.PLACES - len(one.digits)])
        touched = (contents.first_keys < end) & (ends > start)
        if one.pattern or one.exact:
            open_ |= touched
            work += int(contents.counts[touched].sum()) if one.pattern else 0
        else:
            inside = (contents.first_keys >= start) & (ends <= end)
            whole |= inside
            open_ |= touched & ~inside
    if work > LIMIT:
        raise Refused("rule_match", "Too much to count here: the preview of a build counts it.")
    return counted(revision, draws, whole, open_ & ~whole, most)


def counted(revision: Revision, draws: Sequence[Draw], whole, open_, most: int) -> Drawn:
    """`whole` and `open_` are masks over the chunks: those that are drawn entirely, those that must be looked into."""
    contents = contents_of(revision)
    count, examples = int(contents.counts[whole].sum()), []
    first = np.flatnonzero(whole)[:1]
    look = np.union1d(np.flatnonzero(open_), first).tolist()
    for place, table in zip(look, tables_of(revision, look), strict=True):
        keys = table.keys if whole[place] else table.keys[chosen(draws, table.keys)]
        count += 0 if whole[place] else len(keys)
        if len(examples) < most:
            examples += prefix_keys.decode_many(keys[: most - len(examples)])
    return Drawn(count, tuple(examples))
