"""Layouts of rate sheets that a company confirmed, by name."""

from functools import partial

from accounts.services import layouts
from ratecards.models import ImportTemplate, RateCard
from ratecards.sheets.formats import normal

KEPT = ("format", "mapping", "decimal_comma", "rate_unit", "from_start", "mcd", "pulse", "codes", "cut", "lead", "dates", "zone",
        "closed", "full")  # fmt: skip
RIGHTS = tuple(f"{kind}_card.import_rates" for kind, _ in RateCard.KINDS)
SHELF = layouts.Shelf(ImportTemplate, KEPT, normal, RIGHTS, "import_template_name_unique")

applied = partial(layouts.applied, SHELF)  # (layout, actor)
keep_template = partial(layouts.keep_template, SHELF)  # (name, layout, *, actor)
forget_template = partial(layouts.forget_template, SHELF)  # (template, *, actor)
