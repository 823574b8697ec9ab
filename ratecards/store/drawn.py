"""How many rates of a revision some matches draw, and the first of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ratecards.engine import keys as prefix_keys
from ratecards.engine.matches import Draw, chosen, spans_of
from ratecards.engine.numbers import Refused
from ratecards.models import Revision
from ratecards.store.contents import contents_of, tables_of

EXAMPLES = 5
MOST_WORK = 10_000_000  # rates decoded, and rates times expressions: about two seconds


class Drawn(NamedTuple):
    """The number of rates that are drawn, and their first prefixes."""

    count: int
    examples: tuple[str, ...]


@dataclass
class Work:
    """What counting may cost one page, in whatever it counts: a page must not take long, whatever was typed."""

    left: int = MOST_WORK

    def take(self, amount: int) -> None:
        """Raise Refused (rule_match) for more than is left: a build counts that."""
        if amount > self.left:
            raise Refused("rule_match", "Too much to count here: the preview of a build counts it.")
        self.left -= amount


def drawn(revision: Revision, draws: Sequence[Draw], most: int = EXAMPLES, *, work: Work | None = None) -> Drawn:
    """Count what matches draw of a revision, each rate once, with the first `most` prefixes.

    Only chunks in which the answer is in doubt are decoded. Raises Refused (rule_match) for more than the `work` left.
    """
    contents = contents_of(revision)
    begins, ends = contents.first_keys, np.append(contents.first_keys[1:], prefix_keys.END)[: len(contents)]
    starts, stops = spans_of(tuple(draws))
    around = np.searchsorted(
        starts, begins, "right"
    )  # the stretches lie apart: only the last of these can hold a chunk
    whole = np.append(0, stops)[around] >= ends
    open_ = np.searchsorted(starts, ends) > np.searchsorted(stops, begins, "right")
    amount = 0
    for one in draws:
        if one.pattern:
            start = prefix_keys.encode(one.digits)
            end = start + int(prefix_keys.POWERS[prefix_keys.PLACES - len(one.digits)])
            touched = (begins < end) & (ends > start) & ~whole
            open_ |= touched
            amount += int(contents.counts[touched].sum())
    open_ &= ~whole
    (work or Work()).take(amount + int(contents.counts[open_].sum()))
    return counted(revision, draws, whole, open_, most)


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
