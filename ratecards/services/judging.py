"""What an imported list does to the prices before it: classes, largest changes, what its flags contradict, and whether
it is so different that it is held until somebody looks at it."""

import numpy as np

from ratecards.engine import diff
from ratecards.engine import keys as prefix_keys
from ratecards.engine.diff import Change, Difference
from ratecards.engine.numbers import format_units
from ratecards.engine.table import RateTable
from ratecards.models import CardPrivate
from ratecards.services import comparisons
from ratecards.sheets import Dated, SheetResult
from ratecards.sheets.cell_values import FLAGS

LARGEST, SHOWN = 5, 20
FEW = 10  # destinations, of which a share says nothing


def changes(before: RateTable, after: RateTable, limits: CardPrivate) -> tuple[dict, str]:
    """({"counts", "rises", "falls", "bars"} as plain values, why the list is held or "")."""
    found = diff.compare(diff.side_of(before), diff.side_of(after))
    falls, rises = found.largest(LARGEST)
    said = {
        "counts": found.counts(), "falls": [words(one) for one in found.rows(falls)],
        "rises": [words(one) for one in found.rows(rises)], "bars": [list(bar) for bar in comparisons.bars(found)],
    }  # fmt: skip
    return said, why_held(found, len(before), limits)


def words(change: Change) -> dict:
    """One change as a page shows it."""
    return {"prefix": change.prefix, "name": (change.new or change.old).name, "percent": comparisons.percent(change.points),
            "before": format_units(change.before), "after": format_units(change.after)}  # fmt: skip


def why_held(found: Difference, rows: int, limits: CardPrivate) -> str:
    """Why a list goes into quarantine, "" for one within the card's limits. Beside a list of FEW nothing is held."""
    if rows < FEW:
        return ""
    closed = found.counts()["closed"]
    if closed * 100 > rows * limits.vanish_limit:
        return f"{closed} of {rows} destinations would no longer be sold; the card's limit is {limits.vanish_limit} %."
    jump = median_points(found)
    if jump > limits.jump_limit * 100:
        share = "more than any share" if jump == diff.MOST_POINTS else f"{jump // 100} %"
        return f"Half of the prices change by {share} or more; the card's limit is {limits.jump_limit} %."
    return ""


def median_points(found: Difference) -> int:
    """The median size of the price changes, in hundredths of a per cent, over what is sold before and after."""
    counts = found.counts()
    still = counts["unchanged"] + counts["other"] + counts["increased"] + counts["decreased"]
    sizes = np.sort(np.abs(found.points[np.isin(found.kind, (diff.INCREASED, diff.DECREASED))]))
    place = still // 2 - (still - len(sizes))
    return int(sizes[place]) if still and place >= 0 else 0


def contradictions(result: SheetResult, before: RateTable) -> dict:
    """{"count", "lines"}: prefixes whose line says another change than its price makes, the first SHOWN of them."""
    if not result.flags:
        return {}
    count, lines = 0, []
    for place, step in enumerate(result.steps):
        keys, flags = (values[result.flags[2] == step.instant] for values in result.flags[:2])
        old, new = price_then(before, result.steps[:place], keys), price_at(step.table, keys)
        real = np.select(
            [new < 0, old < 0, new > old, new < old], [FLAGS.index(name) for name in ("closed", "new", "increased", "decreased")],
            FLAGS.index("unchanged"),
        )  # fmt: skip
        wrong = np.flatnonzero(real != np.where(flags == FLAGS.index("blocked"), FLAGS.index("closed"), flags))
        count += len(wrong)
        lines += [{"prefix": prefix_keys.decode(keys[at]), "says": FLAGS[flags[at]], "is": FLAGS[real[at]]}
                  for at in wrong[: SHOWN - len(lines)].tolist()]  # fmt: skip
    return {"count": count, "lines": lines} if count else {}


def price_then(before: RateTable, steps: tuple[Dated, ...], keys: np.ndarray) -> np.ndarray:
    """`price_at` of a list after some steps of a sheet."""
    found = price_at(before, keys)
    for step in steps:
        found = np.where(np.isin(keys, step.gone), -1, found)
        found = np.where(np.isin(keys, step.table.keys), price_at(step.table, keys), found)
    return found


def price_at(table: RateTable, keys: np.ndarray) -> np.ndarray:
    """The price of exactly these prefixes, -1 where there is none or it is Blocked."""
    places = np.searchsorted(table.keys, keys)
    listed = np.append(table.keys, -1)[np.minimum(places, len(table))] == keys
    sold = np.append(np.where(table.blocked, -1, table.cost), -1)
    return np.where(listed, sold[np.minimum(places, len(table))], -1)
