"""What differs between two revisions, for people: narrowed, ordered, in classes, and as a CSV file."""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from accounts import acl, audit
from accounts.sheets import inert
from accounts.sheets.csv_file import text
from ratecards.engine.diff import KINDS, MOST_POINTS, STEPS, Change, Difference
from ratecards.engine.numbers import format_units
from ratecards.models import Revision
from ratecards.services.exports import check

LARGEST, LOOKED_AT = 5, 2_000
BATCH = 10_000  # prefixes between two questions whether the actor may still have them
HEADER = ["prefix", "name", "change", "before", "after", "percent", "mcd_before", "mcd_after", "pulse_before",
          "pulse_after", "connect_before", "connect_after"]  # fmt: skip


class Bar(NamedTuple):
    """One class of the histogram: its words, how many prefixes, and whether prices rise in it."""

    label: str
    count: int
    rises: bool


def bars(found: Difference) -> list[Bar]:
    """The histogram from the largest falls to the largest rises."""
    falls, rises = found.histogram()
    down, up = classes("−"), classes("+")
    return [
        *reversed([Bar(label, count, False) for label, count in zip(down, falls, strict=True)]),
        *(Bar(label, count, True) for label, count in zip(up, rises, strict=True)),
    ]


def classes(sign: str) -> list[str]:
    """The words of the classes of one direction, the smallest changes first."""
    low, high = f"0 to {sign}{STEPS[0]} %", f"{sign}{STEPS[-1]} % or more"
    between = [f"{sign}{one} to {sign}{other} %" for one, other in pairwise(STEPS)]
    return [low, *between, high]


def largest(found: Difference) -> tuple[list[Change], list[Change]]:
    """The largest falls and the largest rises, one of each destination: its other prefixes mostly change alike."""
    return tuple(one_each(found.rows(places)) for places in found.largest(LOOKED_AT))


def one_each(changes: list[Change]) -> list[Change]:
    names = {}
    for change in changes:
        names.setdefault((change.new or change.old).name or change.prefix, change)
    return list(names.values())[:LARGEST]


def chosen(found: Difference, kind: str, prefix: str, sort: str) -> np.ndarray:
    """The positions of one kind ("": all) below a prefix, in prefix order, by largest rise or by largest fall."""
    places = np.arange(*found.below(prefix))
    if kind:
        places = places[found.kind[places] == KINDS.index(kind)]
    if sort:
        points = found.points[places]
        places = places[np.argsort(points if sort == "falls" else -points, kind="stable")]
    return places


def percent(points: int) -> str:
    """Hundredths of a per cent as text with a sign: 1234 -> "+12.34"; "" for the rise of a price of 0."""
    if points == MOST_POINTS:
        return ""
    whole, part = divmod(abs(points), 100)
    sign = "+" if points > 0 else "−" if points < 0 else ""
    return f"{sign}{whole}.{part:02d}"


def export_difference(
    found: Difference, places: np.ndarray, old: Revision, new: Revision, *, actor, request
) -> Iterator[str]:
    """Record the export, then return the difference as pieces of a CSV file, to be sent after the request's unit ended.

    Right: export on the card as the actor has it, asked again for every batch: a card taken away ends a running
    download, which breaks off and is never a complete-looking part. Prices in plain decimal notation.
    """
    check(new, actor)
    audit.record("export", request=request, actor=actor, thing=new, company=new.owner_id,
                 changes={"compared": [old.number, new.number], "rows": len(places)})  # fmt: skip
    return pieces(found, places, new, actor)


def pieces(found: Difference, places: np.ndarray, revision: Revision, actor) -> Iterator[str]:
    yield text([HEADER])
    for start in range(0, len(places), BATCH):
        with acl.acting_as(actor, read_only=True):
            check(revision, actor)
        yield text([cells(change) for change in found.rows(places[start : start + BATCH])])


def cells(change: Change) -> list[str]:
    """The cells of one prefix; empty where it is not sold."""
    row = change.new or change.old
    figures = []
    for name in ("mcd", "pulse", "connect"):
        for side, price in ((change.old, change.before), (change.new, change.after)):
            value = getattr(side, name) if side and price >= 0 else None
            figures.append("" if value is None else format_units(value) if name == "connect" else str(value))
    prices = [format_units(price) if price >= 0 else "" for price in (change.before, change.after)]
    share = percent(change.points).replace("−", "-") if change.kind in ("increased", "decreased") else ""
    return [change.prefix, inert(row.name), change.kind, *prices, share, *figures]
