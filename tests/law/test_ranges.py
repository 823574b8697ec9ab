"""Searching by the beginning of a name is a range on a C-collated column: behind row security LIKE finds no index."""

import inspect
import re

import pytest
from django.db import connection
from django_filters import FilterSet

from accounts import access, filters, filters_information
from ratecards import filters as card_filters
from resellers import filters as company_filters
from resellers.filters import CustomerFilter
from resellers.models import Customer
from resellers.services.imported import LOOK_UP

LIKE = re.compile(
    r"__i?(?:contains|startswith|endswith|regex)\b|lookup_expr=\"i?(?:contains|startswith|endswith|regex)\""
)
# Where LIKE is meant, and what keeps it small.
MEANT = {
    "PersonFilter": "contains, in name and e-mail; the people of one subtree",
    "GroupFilter": "contains; the groups of the carrier, some dozens",
    "JobFilter": "contains; a company's own jobs",
    "AuditFilter": "the beginning of an address; behind it the people found, by their ids",
    "ExchangeRateFilter": "the beginning of a currency's code; the one table of the master",
    "PrefixSetFilter": "contains; a company's own prefix sets",
    "CarrierFilter": "contains; the carriers of the master",
    "CardFilter": "contains over the private or the public name, which no one column holds; a company's own cards",
}
SETS = sorted({one for module in (filters, filters_information, card_filters, company_filters)
               for _, one in inspect.getmembers(module, inspect.isclass)
               if issubclass(one, FilterSet) and one.__module__ == module.__name__}, key=lambda one: one.__name__)  # fmt: skip


@pytest.mark.parametrize("filter_set", SETS, ids=lambda one: one.__name__)
def test_a_list_is_searched_by_ranges_or_says_why_not(filter_set):
    assert bool(LIKE.search(inspect.getsource(filter_set))) == (filter_set.__name__ in MEANT)


@pytest.mark.parametrize("user", ["b_admin", "a_admin", "admin"])
def test_the_search_for_customers_is_an_index_condition_in_every_role(world, acting, user):
    """With sequential reading made dear, what is no condition of an index stands in the plan as a filter."""
    person = getattr(world, user)
    with acting(person), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        rows = CustomerFilter({"name": "customer b"}, queryset=access.visible(person, Customer)).qs
        plan = rows.order_by("search_name", "id").explain()
    conditions = [line for line in plan.splitlines() if "Index Cond" in line and "search_name" in line]
    assert len(conditions) == 1 and ">=" in conditions[0] and "<" in conditions[0], plan


@pytest.mark.parametrize("user", ["b_admin", "a_admin", "admin"])
def test_a_name_of_a_sheet_is_looked_up_by_company_and_name_in_every_role(world, acting, user):
    """No plan may read a company's customers for each line: whatever the statistics say, one index has both conditions."""
    person = getattr(world, user)
    with acting(person), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        cursor.execute(f"EXPLAIN {LOOK_UP}", [["Customer B 0", "Nobody"], person.company_id])
        plan = "\n".join(line for (line,) in cursor.fetchall())
    conditions = [line for line in plan.splitlines() if "Index Cond" in line and "company_id = " in line]
    assert len(conditions) == 1 and "search_name" in conditions[0], plan
