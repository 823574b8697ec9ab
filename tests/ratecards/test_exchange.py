"""Exchange rates: what the table says at an instant, and cards built from parents of another currency."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from ratecards import exchange, freshness, queries, store
from ratecards.models import CardAssignment, ExchangeRate, RevisionPrivate
from ratecards.services import assignments, builds, revisions, rules
from tests.ratecards.conftest import built, customer_card, own, prices_of, provider_card, published


def rate(world, acting, one, other, value, **ago):
    with acting(world.admin):
        return ExchangeRate.objects.create(
            owner=world.companies.master,
            one=one,
            other=other,
            rate=Decimal(value),
            valid_from=timezone.now() - timedelta(**ago),
        )


@pytest.fixture
def euro(world, acting):
    """A card in dollars from one parent in euros and one in dollars, compacted by the lower price."""
    with acting(world.admin):
        one, two = provider_card(world.admin, "Euro", currency="EUR"), provider_card(world.admin, "Dollar")
        published(one, {"44": "0.0100"}, world.admin)
        published(two, {"44": "0.0105"}, world.admin)
        card = customer_card(world.admin, "Both", public_name="Both", compact="minimum", price_precision=6)
        rules.set_parents(card, [own(one), own(two)], actor=world.admin)
        rules.add_rule(card, actor=world.admin, match="^", type="percent", value=Decimal(0))
    return card


def prices(card, user, acting):
    with acting(user):
        return prices_of(store.load(revisions.active_revision(card)))


def test_currency_is_converted_before_prices_are_compared(euro, world, acting):
    """0.0100 EUR are 0.01085 USD: the parent that looks cheaper is the dearer one."""
    rate(world, acting, "EUR", "USD", "1.085", days=1)
    assert built(euro, world.admin).state == "done"
    assert prices(euro, world.admin, acting) == {"44": "0.0105"}


def worth(one, other, at=None):
    return exchange.rates_between([(one, other)], at).get((one, other))


def test_missing_rate_is_refused_with_both_currencies(euro, world, acting):
    rate(world, acting, "GBP", "USD", "1.3", days=1)
    with (
        acting(world.admin),
        pytest.raises(ValidationError, match="is in EUR, this card in USD, and there is no exchange rate"),
    ):
        builds.build_card(euro, actor=world.admin)


def test_rate_of_tomorrow_is_none_today(euro, world, acting):
    rate(world, acting, "EUR", "USD", "1.085", days=-1)
    with acting(world.admin):
        assert worth("EUR", "USD") is None
        assert worth("EUR", "USD", timezone.now() + timedelta(days=2)) == Fraction("1.085")


def test_latest_rate_counts_in_either_direction_and_the_other_is_exact(world, acting):
    rate(world, acting, "EUR", "USD", "1.085", days=3)
    rate(world, acting, "USD", "EUR", "0.9", days=1)
    with acting(world.a_admin):
        assert worth("USD", "EUR") == Fraction(9, 10)
        assert worth("EUR", "USD") == Fraction(10, 9)
        assert worth("EUR", "USD", timezone.now() - timedelta(days=2)) == Fraction("1.085")
        assert worth("EUR", "EUR") == 1
        assert worth("EUR", "GBP") is None, "never over a third currency"


def test_new_rate_makes_the_card_stale_and_the_old_build_keeps_its_snapshot(euro, world, acting):
    rate(world, acting, "EUR", "USD", "1.085", days=2)
    built(euro, world.admin)
    rate(world, acting, "EUR", "USD", "1.01", days=1)
    with acting(world.admin):
        assert freshness.sync_state([euro])[euro.pk].state == "stale"
        recipe = RevisionPrivate.objects.get(revision__card=euro).recipe
    assert [one["rate"] for one in recipe["parents"]] == ["217/200", "1"]
    built(euro, world.admin)
    assert prices(euro, world.admin, acting) == {"44": "0.0101"}


def test_reseller_builds_with_the_rates_of_the_master(euro, world, acting):
    rate(world, acting, "EUR", "USD", "1.085", days=1)
    built(euro, world.admin)
    with acting(world.admin):
        given = assignments.assign_card(euro, world.companies.a, actor=world.admin)
    rate(world, acting, "GBP", "USD", "1.25", days=1)
    with acting(world.a_admin):
        card = customer_card(world.a_admin, "In pounds", currency="GBP", price_precision=8)
        rules.set_parents(card, [CardAssignment.objects.get(pk=given.pk)], actor=world.a_admin)
        rules.add_rule(card, actor=world.a_admin, match="^", type="percent", value=Decimal(0))
    assert built(card, world.a_admin).state == "done"
    assert prices(card, world.a_admin, acting) == {"44": "0.0084"}


def test_only_the_master_appends_and_nobody_changes(world, acting):
    made = rate(world, acting, "EUR", "USD", "1.085", days=1)
    for who, write in (
        (world.a_admin, lambda: ExchangeRate.objects.create(owner=world.companies.a, one="EUR", other="GBP", rate=1, valid_from=timezone.now())),
        (world.admin, lambda: ExchangeRate.objects.filter(pk=made.pk).update(rate=2)),
        (world.admin, lambda: ExchangeRate.objects.filter(pk=made.pk).delete()),
    ):  # fmt: skip
        with acting(who), pytest.raises(DatabaseError), transaction.atomic():
            write()


@pytest.mark.parametrize("wrong", [{"rate": 0}, {"rate": -1}, {"other": "EUR"}, {"one": "eur"}])
def test_database_takes_no_impossible_rate(world, acting, wrong):
    values = {"owner": world.companies.master, "one": "EUR", "other": "USD", "rate": 1, "valid_from": timezone.now()}
    with acting(world.admin), pytest.raises(IntegrityError), transaction.atomic():
        ExchangeRate.objects.create(**values | wrong)


def test_states_of_cards_of_another_currency_take_one_statement_more(euro, world, acting, django_assert_num_queries):
    rate(world, acting, "EUR", "USD", "1.085", days=1)
    with acting(world.admin), django_assert_num_queries(6):
        assert queries.states([euro], world.admin)[euro.pk].sync.state == "unbuilt"
