"""Measuring: two ways of doing one thing side by side, and the memory that one of them takes."""

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

PAIRS = 5
LEAST = 0.5  # seconds that each side of a pair is run for: shorter ones are repeated, taking turns


@dataclass(frozen=True)
class Figure:
    """One row. `ratio` is in `unit` ("x": ours to limit); `met` says whether it keeps the target.

    `more` says that a greater ratio is better (times faster). `low` and `high` are the extremes of the pairs.
    """

    name: str
    ratio: float
    low: float
    high: float
    target: float
    unit: str = "x"
    more: bool = False
    limit_s: float | None = None
    ours_s: float | None = None
    peak_mb: float | None = None

    @property
    def met(self) -> bool:
        return self.ratio >= self.target if self.more else self.ratio <= self.target

    def as_dict(self) -> dict:
        """For JSON: the fixed names first, what does not apply left out."""
        rounded = {name: round(getattr(self, name), 6) for name in ("ratio", "low", "high", "target")}
        further = {
            name: round(value, 6)
            for name in ("limit_s", "ours_s", "peak_mb")
            if (value := getattr(self, name)) is not None
        }
        return {"name": self.name, **rounded, "met": self.met, "unit": self.unit, **further}

    def __str__(self):
        sign, word = ("≥" if self.more else "≤"), ("met" if self.met else "MISSED")
        value = f"{self.ratio:.3g} {self.unit} ({self.low:.3g} … {self.high:.3g})"
        times = f"{self.ours_s * 1000:.3g} ms against {self.limit_s * 1000:.3g} ms" if self.limit_s else ""
        times = times or (f"{self.ours_s * 1000:.3g} ms" if self.ours_s else "")
        memory = f"{self.peak_mb:.0f} MB" if self.peak_mb else ""
        return f"{self.name:<32} {value:<28} {sign} {self.target:<6g} {word:<7} {', '.join(filter(None, (times, memory)))}".rstrip()


def exact(name: str, value: float, target: float, unit: str, **more) -> Figure:
    """What is counted and not timed: bytes, statements, per cent."""
    return Figure(name, value, value, value, target, unit, **more)


def compared(name: str, ours: Callable, limit: Callable, target: float, *, more=False, share=1, **rest) -> Figure:
    """The median of the ratios of five interleaved pairs; `more`: how many times faster ours is than the limit.

    `share`: the limit does one part in so many of what ours does, and its time counts so many times.

    Both run once before, so that neither pays for what is done the first time. Shorter ones than LEAST take
    turns until that time is filled, and each pair counts the best of them.
    """
    first = max(seconds(ours), seconds(limit))
    turns = 1 if first > LEAST else max(1, round(LEAST / max(seconds(ours), seconds(limit), 1e-6)))
    pairs = [(mine, theirs * share) for mine, theirs in (pair(ours, limit, turns, first) for first in range(PAIRS))]
    ratios = sorted((theirs / mine if more else mine / theirs) for mine, theirs in pairs)
    middle = statistics.median(ratios)
    mine, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
    return Figure(name, middle, ratios[0], ratios[-1], target, more=more, limit_s=theirs, ours_s=mine, **rest)


def pair(ours: Callable, limit: Callable, turns: int, first: int) -> tuple[float, float]:
    """(seconds of ours, of the limit), the best of `turns` runs of each: what others took of the machine is no cost of
    ours. Who begins changes with `first`."""
    mine, theirs = [], []
    for turn in range(turns):
        sides = [(mine, ours), (theirs, limit)]
        for taken, work in sides if (first + turn) % 2 else reversed(sides):
            taken.append(seconds(work))
    return min(mine), min(theirs)


def seconds(work: Callable) -> float:
    """Wall-clock time of one call; the collector of garbage works before and after, not meanwhile."""
    gc.collect(0)
    gc.disable()
    try:
        began = time.perf_counter()
        work()
        return time.perf_counter() - began
    finally:
        gc.enable()
