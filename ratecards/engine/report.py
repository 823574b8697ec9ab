"""What the owner of a card must know about a build: what was left out, and where it may lose money."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ratecards.engine import keys as prefix_keys
from ratecards.engine.billing import Unsafe
from ratecards.engine.lookup import find_many

EXAMPLES = 20


class Below(NamedTuple):
    """A row that sells below its dearest parent, in price units (the cost rounded up to a unit)."""

    prefix: str
    column: str
    price: int
    dearest: int


class Under(NamedTuple):
    """A prefix that is not sold itself, so that its calls are sold by a shorter one.

    `cost` is what the parents ask for it, in price units rounded up to a unit; None where they block it.
    """

    prefix: str
    cost: int | None
    sold_by: str
    price: int


@dataclass(frozen=True)
class Report:
    """The counts of a build, and its warnings, each as a number and its first examples in prefix order.

    merged           prefixes of all parents, with `literal_rows` that only a rule's digits brought in
    not_drawn        prefixes without a rule (or, if so chosen, not covered by all parents)
    removed, blocked, priced, shrunk, rows    what became of the others; `rows` are in the card
    unmatched        positions of the rules that made no row and removed none
    below            rows sold below their dearest parent
    dearer           prefixes not sold that cost more than the shorter prefix which now sells their calls, or are
                     Blocked by all parents
    removed_under    removed prefixes whose calls a shorter prefix sells
    unsafe           increments that may bill less than a parent
    """

    parents: tuple[int, ...]
    merged: int
    literal_rows: int
    not_drawn: int
    removed: int
    blocked: int
    priced: int
    shrunk: int
    rows: int
    unmatched: tuple[int, ...]
    below: int
    below_examples: tuple[Below, ...]
    dearer: int
    dearer_examples: tuple[Under, ...]
    removed_under: int
    removed_under_examples: tuple[Under, ...]
    unsafe: tuple[Unsafe, ...]


def make_report(merged, planned, prices, full, kept, sold, removed, unsafe, shrunk):
    """Return the `Report`; `full` is the card before it shrinks, the masks are over the merged prefixes."""
    counts = np.bincount(planned.drawn + 1, minlength=len(planned.rules) + 1)[1:]
    for makers in planned.makers.values():
        counts += np.bincount(makers + 1, minlength=len(planned.rules) + 1)[1:]
    below, below_examples = _below(merged, prices, sold)
    unsold = np.flatnonzero(~kept)
    dearer, sold_by = _sold_by(merged, prices, full, unsold)
    under = (sold_by >= 0) & removed[unsold]
    return Report(
        parents=tuple(len(parent.table) for parent in merged.parents),
        merged=len(merged.keys),
        literal_rows=merged.literal_rows,
        not_drawn=int(np.sum(~kept & ~removed)),
        removed=int(np.sum(removed)),
        blocked=int(np.sum(kept & ~sold)),
        priced=int(np.sum(sold)),
        shrunk=shrunk,
        rows=len(full) - shrunk,
        unmatched=tuple(np.flatnonzero(counts == 0).tolist()),
        below=below,
        below_examples=below_examples,
        dearer=int(np.sum(dearer)),
        dearer_examples=_examples(merged, prices, full, unsold[dearer], sold_by[dearer]),
        removed_under=int(np.sum(under)),
        removed_under_examples=_examples(merged, prices, full, unsold[under], sold_by[under]),
        unsafe=tuple(unsafe),
    )


def _below(merged, prices, sold):
    """Return (number of rows below their dearest parent in any column, the first examples)."""
    any_below = np.zeros(len(merged.keys), dtype=np.bool_)
    examples = []
    for column, found in prices.items():
        lower = sold & (found.price < found.dearest)
        any_below |= lower
        for at in np.flatnonzero(lower)[:EXAMPLES].tolist():
            prefix = prefix_keys.decode(merged.keys[at])
            examples.append(Below(prefix, column, int(found.price[at]), int(found.dearest[at])))
    return int(np.sum(any_below)), tuple(sorted(examples)[:EXAMPLES])


def _sold_by(merged, prices, full, unsold):
    """Return (which unsold prefixes cost more than what sells their calls, the row of the card that does or -1)."""
    sold_by = find_many(full, merged.keys[unsold])
    if not len(full):
        return np.zeros(len(unsold), dtype=np.bool_), sold_by
    sold_by = np.where(full.blocked[sold_by], -1, sold_by)
    dearer = np.zeros(len(unsold), dtype=np.bool_)
    for column, found in prices.items():
        cost = found.cost[unsold]
        dearer |= (cost < 0) | (cost > getattr(full, column)[sold_by])
    return dearer & (sold_by >= 0), sold_by


def _examples(merged, prices, full, unsold, sold_by):
    examples = []
    for at, row in zip(unsold[:EXAMPLES].tolist(), sold_by[:EXAMPLES].tolist(), strict=True):
        cost = int(prices["cost"].cost[at])
        seller = full.row(row)
        examples.append(
            Under(prefix_keys.decode(merged.keys[at]), cost if cost >= 0 else None, seller.prefix, seller.cost)
        )
    return tuple(examples)
