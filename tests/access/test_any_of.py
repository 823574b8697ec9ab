"""The lookup of many ids: the rows and the plan of `__in`, with one parameter."""

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from resellers.models import Company, Customer
from tests.roles import as_owner


@pytest.mark.parametrize(
    ("model", "path"), [(Customer, "company"), (Customer, "pk"), (Customer, "company__parent"), (Company, "pk")]
)
def test_rows_are_those_of_in(world, model, path):
    ids = [world.companies.a.pk, world.companies.b.pk, world.customers["a1_0"].pk, 2**60]
    with as_owner():
        for make in (model.objects.filter, model.objects.exclude):
            by_any, by_in = (make(**{f"{path}__{name}": ids}).order_by("pk") for name in ("any_of", "in"))
            assert list(by_any) == list(by_in) != []


def test_many_ids_are_one_parameter_and_the_same_condition(world):
    ids = range(1, 300)
    sql, params = Customer.objects.filter(company__any_of=ids).query.sql_with_params()
    assert sql.count("%s") == len(params) == 1
    with as_owner():
        plans = [Customer.objects.filter(**{f"company__{name}": ids}).explain() for name in ("any_of", "in")]
    assert plans[0] == plans[1]


def test_none_opens_no_row_and_asks_nothing(world):
    with CaptureQueriesContext(connection) as captured:
        assert not Customer.objects.filter(Q(pk__in=()) | Q(company__any_of=())).exists()
    assert not captured.captured_queries


@pytest.mark.parametrize("wrong", ["x", "1} or {2", None])
def test_what_is_no_number_is_an_error(world, wrong):
    with pytest.raises((TypeError, ValueError)):
        Customer.objects.filter(company__any_of=[wrong]).exists()
