"""How a card is built: the choices of its owner, checked before anything is computed."""

from dataclasses import dataclass

from ratecards.engine.numbers import Refused, shown
from ratecards.engine.rounding import check_method, step_of
from ratecards.engine.table import PRICES

WAYS = ("maximum", "minimum", "average")
PRESENTATIONS = ("single", "split")
INCREMENTS = ("safe", "maximum")


@dataclass(frozen=True)
class Options:
    """How a card is built; every default is the one that does not sell below cost.

    compact, collapse   "maximum", "minimum" or "average": across parents, and across the prices of one parent's row
    presentation        "single" (cost) or "split" (cost, intra, inter; a parent of one price gives it for all three)
    increments          "safe" (never below cost) or "maximum"
    decimals, rounding  of the price, unless a rule says other decimals
    shrink              drop rows that say the same as the row above them
    uncovered_at_cost   sell a price column that no rule applies to at cost, instead of refusing the build
    covered_by_all      sell only what every parent has an answer for
    """

    compact: str = "maximum"
    collapse: str = "maximum"
    presentation: str = "single"
    increments: str = "safe"
    decimals: int = 4
    rounding: str = "half_up"
    shrink: bool = False
    uncovered_at_cost: bool = False
    covered_by_all: bool = False

    @property
    def columns(self):
        """The price columns that the child presents."""
        return PRICES if self.presentation == "split" else PRICES[:1]


def check_options(options):
    """Raise Refused (option, rounding_method, rounding_decimals) unless every choice is one of those offered."""
    check_method(options.rounding)
    step_of(options.decimals)
    for title, allowed in (
        ("compact", WAYS),
        ("collapse", WAYS),
        ("presentation", PRESENTATIONS),
        ("increments", INCREMENTS),
    ):
        if (given := getattr(options, title)) not in allowed:
            raise Refused("option", f"{shown(str(given))} is not a choice for {title}: choose {', '.join(allowed)}.")
