"""Setup > Settings > Exchange Rates: added by the master, never changed, and what counts now is told."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.utils import timezone

from ratecards.exchange import rates_between
from ratecards.models import ExchangeRate
from ratecards.services.exchange_rates import add_exchange_rate
from tests.ratecards_screens.conftest import newest, number_of, text_of

RATES = "/setup/settings/exchange-rates/"
EURO = {"one": "EUR", "rate": "1.085", "other": "USD", "valid_from": ""}


def added(world, acting, rate, **more):
    with acting(world.admin):
        return add_exchange_rate(actor=world.admin, rate=Decimal(rate), **{"one": "EUR", "other": "USD"} | more)


def states(page) -> list[str]:
    rows = (row.record for row in page.context["table"].paginated_rows)
    return [(str(row.rate.normalize()), bool(row.begun), bool(row.replaced)) for row in rows]


def test_master_adds_a_rate_that_counts_at_once(world, panel):
    answer = panel("admin", RATES + "new/", EURO)
    assert (answer.status_code, answer.url) == (302, RATES)
    row = newest(ExchangeRate)
    assert (row.one, row.other, row.rate, row.owner_id) == ("EUR", "USD", Decimal("1.085"), world.companies.master.pk)
    page = panel("admin", RATES)
    assert "In use" in text_of(page) and "1.085" in text_of(page)


def test_newer_rate_of_a_pair_supersedes_in_either_direction_and_history_stays(world, acting, panel):
    added(world, acting, "1.05")
    added(world, acting, "0.9", one="USD", other="EUR")
    added(world, acting, "1.2", valid_from=timezone.now() + timedelta(days=1))
    assert states(panel("admin", RATES + "?sort=valid_from")) == [
        ("1.05", True, True),
        ("0.9", True, False),
        ("1.2", False, False),
    ]
    with acting(world.admin):
        assert rates_between([("EUR", "USD")]) == {("EUR", "USD"): 1 / Fraction(9, 10)}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"rate": "0"}, "rate"), ({"rate": "-1"}, "rate"), ({"rate": "1e2"}, "rate"), ({"rate": "1,085"}, "rate"), ({"rate": ""}, "rate"),
        ({"rate": "0.00000000001"}, "rate"), ({"other": "EUR"}, "other"), ({"one": "XXX"}, "one"), ({"one": ""}, "one"),
        ({"valid_from": "2020-01-01T00:00"}, "valid_from"), ({"valid_from": "2999-01-01T00:00"}, "valid_from"), ({"valid_from": "soon"}, "valid_from"),
    ],
)  # fmt: skip
def test_what_is_no_rate_is_said_on_its_field_and_nothing_is_added(world, panel, change, field):
    before = number_of(ExchangeRate)
    page = panel("admin", RATES + "new/", EURO | change)
    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert number_of(ExchangeRate) == before


def test_two_rates_of_a_pair_for_one_instant_are_refused(world, acting, panel):
    at = (timezone.now() + timedelta(days=1)).replace(second=0, microsecond=0)
    added(world, acting, "1.1", valid_from=at)
    page = panel("admin", RATES + "new/", EURO | {"valid_from": f"{timezone.localtime(at):%Y-%m-%dT%H:%M}"})
    assert page.status_code == 422
    assert "valid_from" in page.context["form"].errors


def test_reseller_reads_and_never_adds(world, acting, panel):
    added(world, acting, "1.05")
    assert "New exchange rate" not in text_of(panel("a_admin", RATES))
    assert panel("a_admin", RATES + "new/", EURO).status_code == 403


def test_list_is_narrowed_to_a_currency(world, acting, panel):
    added(world, acting, "1.05")
    added(world, acting, "1.3", one="GBP")
    assert len(states(panel("admin", RATES + "?currency=gb"))) == 1


def test_statements_do_not_grow_with_rates(world, acting, statements):
    added(world, acting, "1.05")
    before = len(statements("admin", RATES))
    for number in range(5):
        added(world, acting, f"1.{number + 1}")
    assert len(statements("admin", RATES)) == before <= 12
