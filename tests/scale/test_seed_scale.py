"""The synthetic world: as many rows as asked for, under the law of the database, the same for the same seed."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from accounts.models import User
from connexcs.bench import world
from connexcs.embedded import Trouble
from connexcs.scale import Size, prices, seed_world
from ratecards import store
from ratecards.models import CardAssignment, CardGrant, RateCard, Revision
from resellers.models import Company, CompanyClosure, CompanyGrant, Customer
from tests.database import clone_database

pytestmark = pytest.mark.xdist_group("scale")
SIZE = Size(companies=30, customers=2_000, cards=30, rates=3_000, seed=7)


@pytest.fixture(scope="module")
def seeded(django_db_setup, django_db_blocker):
    """(what was made, the database); queries inside run as the owner."""
    with django_db_blocker.unblock(), clone_database("scale") as name:
        with world.renamed(name):
            made = seed_world(SIZE)
        one = world.connected(name, SIZE)
        with one.through(one.owner):
            yield made, one
        one.close()


def company(word):
    return Company.objects.get(name=f"Scale 7 {word}")


def test_it_makes_as_much_as_was_asked_for(seeded):
    counts = seeded[0].counts
    assert (counts["companies"], counts["customers"], counts["cards"]) == (30 + 1, 2_000, 30)
    assert Revision.objects.order_by("-rows").first().rows == 3_000


def test_a_fifth_of_the_customers_is_the_big_companys_and_200_the_small_ones(seeded):
    assert Customer.objects.filter(company=company("Big")).count() == 400
    assert Customer.objects.filter(company=company("Small")).count() == 200


def test_a_tenth_of_the_companies_stands_below_the_root_in_two_levels(seeded):
    depths = CompanyClosure.objects.filter(ancestor=company("Root")).values_list("depth", flat=True)
    assert sorted(depths) == [0, 1, 2, 2]


def test_the_grants_are_those_of_companies_and_live_assignments(seeded):
    owned = set(Company.objects.values_list("pk", "tenant_group"))
    assert set(CompanyGrant.objects.values_list("content_object", "group")) == owned
    live = CardAssignment.objects.filter(ended_at=None).values_list("card", "company__tenant_group")
    assert set(CardGrant.objects.values_list("content_object", "group")) == set(live)
    assert CardGrant.objects.count() > RateCard.objects.count()


def test_every_row_stands_in_the_trail(seeded):
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM accounts_auditentry WHERE \"table\" = 'resellers_customer'")
        assert cursor.fetchone() == (2_000,)


def test_the_largest_card_holds_the_list_of_its_seed(seeded):
    revision = Revision.objects.select_related("card").order_by("-rows").first()
    assert store.load(revision) == prices.price_list(3_000, 7)


def test_each_login_has_the_printed_password_and_nobody_else_one(seeded):
    made, _ = seeded
    assert {User.objects.defer(None).get(email=email).check_password(made.password) for email, *_ in made.logins} == {
        True
    }
    others = User.objects.defer(None).exclude(email__in=[email for email, *_ in made.logins])
    assert set(others.values_list("password", flat=True)) == {"!"}


def test_the_same_seed_is_not_loaded_twice(seeded):
    _, one = seeded
    with world.renamed(one.owner.settings_dict["NAME"]), pytest.raises(Trouble, match="seed 7 is here already"):
        seed_world(SIZE)


def test_another_seed_stands_beside_it_and_the_same_seed_makes_the_same_names(seeded):
    _, one = seeded
    before = names(7)
    with world.renamed(one.owner.settings_dict["NAME"]):
        seed_world(Size(companies=10, customers=100, cards=10, rates=100, seed=8))
    assert names(7) == before
    with clone_database("again") as other:
        with world.renamed(other):
            seed_world(SIZE)
        again = world.connected(other, SIZE)
        with again.through(again.owner):
            assert names(7) == before
        again.close()


def names(seed):
    """Customers, cards and prices, without the ids that another database gives."""
    customers = Customer.objects.filter(company__name__startswith=f"Scale {seed} ").values_list(
        "company__name", "name", "status"
    )
    cards = RateCard.objects.filter(public_name__startswith=f"Scale {seed} ").values_list(
        "public_name", "code", "owner__name"
    )
    digests = Revision.objects.filter(card__public_name__startswith=f"Scale {seed} ").values_list(
        "card__code", "digest"
    )
    return sorted(customers), sorted(cards), sorted((code, bytes(digest)) for code, digest in digests)


@pytest.mark.parametrize("wrong", [{"companies": 1}, {"customers": 10**9}, {"rates": 0}])
def test_sizes_out_of_range_are_refused_in_words(wrong):
    with pytest.raises(Trouble, match=f"--{next(iter(wrong))} must be a number from"):
        Size(**({"companies": 20, "customers": 1000, "cards": 20, "rates": 1000} | wrong))


@pytest.mark.parametrize("rates", [100, 4_321])
def test_a_price_list_has_exactly_that_many_prefixes(rates):
    table = prices.price_list(rates, 1)
    assert len(table) == rates and (table.keys[1:] > table.keys[:-1]).all()
    assert (table.cost > 0).all() and (table.ancestors >= 0).any()


def test_a_changed_list_has_new_prices_for_whole_destinations_alone():
    table = prices.price_list(10_000, 1)
    changed = prices.repriced(table, 0.01)
    touched = set(table.name[changed.cost != table.cost].tolist())
    share = (changed.cost != table.cost).mean()
    assert 0.01 <= share < 0.12
    assert {name for name in touched if (changed.cost == table.cost)[table.name == name].any()} == set()


def test_the_command_says_what_is_wrong(capsys):
    with pytest.raises((CommandError, Trouble), match="--companies must be"):
        call_command("seed_scale", companies=1, stdout=io.StringIO())
