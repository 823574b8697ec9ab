"""Layouts of sheets of customers that a company confirmed, by name."""

from functools import partial

from accounts.services import layouts
from resellers.models import CustomerTemplate
from resellers.sheets.recognition import normal

SHELF = layouts.Shelf(
    CustomerTemplate, ("mapping", "decimal_comma"), normal, ("customer.create",), "customer_template_name_unique"
)

applied = partial(layouts.applied, SHELF)  # (layout, actor)
keep_template = partial(layouts.keep_template, SHELF)  # (name, layout, *, actor)
forget_template = partial(layouts.forget_template, SHELF)  # (template, *, actor)
