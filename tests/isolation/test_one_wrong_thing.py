"""One thing is wrong (a grant, a membership, a forgotten filter, a broken request): nobody sees more than before."""

from io import StringIO

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Count
from psycopg2.errors import FeatureNotSupported

from accounts import access, acl
from accounts.models import User
from ratecards.models import CardAssignment, RateCard
from resellers.models import Company, Customer
from resellers.views import customers as customer_views
from tests.crawl import text_of
from tests.isolation.conftest import everything
from tests.roles import as_owner
from tests.route_table import ROUTES
from tests.test_every_url import address

LISTS = ["resellers:customer_list", "accounts:user_list", "ratecards:customer_card_list", "resellers:reseller_list"]
OUT_OF_GROUP = """ALTER TABLE accounts_user_groups DISABLE TRIGGER USER;
    DELETE FROM accounts_user_groups WHERE user_id = %s AND group_id = %s"""
WRONG_GRANT = """ALTER TABLE resellers_companygrant DISABLE TRIGGER USER;
    INSERT INTO resellers_companygrant (group_id, permission_id, content_object_id)
    SELECT %s, permission_id, %s FROM resellers_companygrant LIMIT 1"""
WRONG_COMPANY = "ALTER TABLE accounts_user DISABLE TRIGGER USER; UPDATE accounts_user SET company_id = %s WHERE id = %s"


def change(sql, *values):
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(sql, values)


def rows_of(response) -> list:
    table = response.context["table"]
    return [row.record for row in table.paginated_rows]


def test_role_group_without_the_group_of_the_company_sees_no_row(world, login):
    """The right is held and the company is open, yet no grant says which rows: none, and not all."""
    change(OUT_OF_GROUP, world.a_admin.pk, world.companies.a.tenant_group_id)
    client = login(world.a_admin)
    for name in LISTS:
        response = client.get(address(name, ROUTES[name], world))
        assert response.status_code == 200 and rows_of(response) == [], name
    for name, route in ROUTES.items():
        if route.object and not (route.post or route.public or route.shared) and "a_admin" in route.opens.split():
            assert client.get(address(name, route, world)).status_code in (403, 404), name
    assert "Customer a 0" not in text_of(client.get("/"))


def test_wrong_grant_shows_no_row_of_the_other_company(world, login):
    """guardian opens B to the people of A; row security, which asks the membership, does not."""
    change(WRONG_GRANT, world.companies.a.tenant_group_id, world.companies.b.pk)
    client = login(world.a_admin)
    assert {row.company_id for row in rows_of(client.get("/management/customers/"))} == {
        world.companies.a.pk,
        world.companies.a1.pk,
    }
    assert (
        client.get(address("resellers:customer_detail", ROUTES["resellers:customer_detail"], world, "b")).status_code
        == 404
    )


def test_wrong_membership_shows_no_row_of_the_other_company(world, login):
    """Row security would open B to him who was put there; guardian, which asks the groups, does not."""
    change(WRONG_COMPANY, world.companies.b.pk, world.a_user.pk)
    user = User.objects.get(pk=world.a_user.pk)
    client = login(user)
    for name in LISTS[:3]:
        assert "b_" not in text_of(client.get(address(name, ROUTES[name], world))).replace("b_b", ""), name
    assert rows_of(client.get("/management/customers/")) == []


@pytest.mark.parametrize("name", ["a_gone", "closed_admin"])
def test_inactive_people_and_shut_companies_resolve_to_nothing(world, name):
    user = getattr(world, name)
    with as_owner():
        assert access.scope(user) == access.NOTHING and not access.rights_of(user).held
        for model in (Customer, Company, User, RateCard):
            assert not access.visible(user, model).exists()


def test_inactive_superuser_with_a_live_session_is_out(world, login):
    client = login(world.superuser)
    assert client.get("/").status_code == 200
    with as_owner():
        User.objects.filter(pk=world.superuser.pk).update(is_active=False)
    assert client.get("/").status_code == 302
    assert access.scope(User(is_superuser=True, is_active=False)) == access.NOTHING


def test_tenants_take_turns_on_one_connection_and_faults_carry_nothing_over(world, login, monkeypatch):
    first, second = login(world.a_admin), login(world.b_admin)
    honest = customer_views.listing

    def broken(*args, **kwargs):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")

    for fault in (None, broken, lambda *args, **kwargs: 1 / 0, None):
        if fault:
            monkeypatch.setattr(customer_views, "listing", fault)
            with transaction.atomic():  # in production the request has a transaction of its own
                assert first.get("/management/customers/").status_code == 500
                transaction.set_rollback(True)
            monkeypatch.setattr(customer_views, "listing", honest)
        for client, company in ((second, world.companies.b), (first, world.companies.a), (second, world.companies.b)):
            found = {row.company_id for row in rows_of(client.get("/management/customers/"))}
            assert company.pk in found and found <= {company.pk, world.companies.a1.pk}
            assert (world.companies.a1.pk in found) == (client is first)


FORGOTTEN = {
    "all": lambda: {row.company_id for row in Customer.objects.all()},
    "raw SQL": lambda: {row.company_id for row in Customer.objects.raw("SELECT * FROM resellers_customer")},
    "aggregate": lambda: set(Customer.objects.values_list("company").annotate(Count("pk")).values_list("company", flat=True)),
    "prefetch": lambda: {one.company_id for company in Company.objects.prefetch_related("customers") for one in company.customers.all()},
    "select_related": lambda: {row.company.pk for row in Customer.objects.select_related("company")},
    "reverse key": lambda: {one.company_id for card in RateCard.objects.all() for one in card.assignments.all()} - {None},
    "values through keys": lambda: set(Customer.objects.values_list("company__users__company", flat=True)),
}  # fmt: skip


@pytest.mark.parametrize("how", FORGOTTEN)
def test_query_that_forgets_the_filter_finds_own_rows_alone(world, acting, how):
    with acting(world.a_admin):
        assert FORGOTTEN[how]() <= {world.companies.a.pk, world.companies.a1.pk}
    with acting(world.b_admin):
        assert FORGOTTEN[how]() == {world.companies.b.pk}


SMUGGLED = {
    "a card of B for A": "INSERT INTO ratecards_cardassignment (card_id, owner_id, company_id) VALUES ({b_card}, {b}, {a})",
    "a card of B as one's own": "INSERT INTO ratecards_cardassignment (card_id, owner_id, company_id) VALUES ({b_card}, {a}, {a})",
    "a customer of B's": "INSERT INTO resellers_customer (company_id, name, email, status, currency, debit_limit, notes, created_at) "
                         "VALUES ({b}, 'X', '', 'active', 'USD', 0, '', now())",
    "a parent through B's assignment": "INSERT INTO ratecards_cardparent (card_id, owner_id, assignment_id, position) "
                                       "VALUES ({a_card}, {a}, {b_assignment}, 9)",
    "a rule of B's card": "INSERT INTO ratecards_profitrule (card_id, owner_id, position, columns, match, type, value, status) "
                          "VALUES ({b_card}, {a}, 9, '{{cost}}', '^', 'percent', 1, 'profit')",
    "a company under B": "INSERT INTO resellers_company (parent_id, is_master, name, email, status, currency, time_zone, created_at) "
                         "VALUES ({b}, false, 'X', 'x@example.test', 'active', 'USD', 'UTC', now())",
    "own customer to B": "UPDATE resellers_customer SET company_id = {b} WHERE id = {customer}",
    "own company under B": "UPDATE resellers_company SET parent_id = {b} WHERE id = {a1}",
    "a grant": "INSERT INTO resellers_companygrant (group_id, permission_id, content_object_id) SELECT group_id, permission_id, {b} "
               "FROM resellers_companygrant LIMIT 1",
    "a flag": "UPDATE accounts_user SET is_superuser = true WHERE company_id = {a}",
}  # fmt: skip


@pytest.mark.parametrize("what", SMUGGLED)
def test_key_of_another_company_is_not_smuggled_into_an_own_row(world, acting, what):
    values = names(world)
    with pytest.raises(DatabaseError), acting(world.a_admin), connection.cursor() as cursor:
        cursor.execute(SMUGGLED[what].format(**values))
        acl.settle()


def names(world) -> dict:
    b_card = world.cards["Private retail b"]
    with as_owner():
        assignment = CardAssignment.objects.get(card=b_card, company=world.companies.b).pk
    return {"a": world.companies.a.pk, "b": world.companies.b.pk, "a1": world.companies.a1.pk, "b_card": b_card.pk, "b_assignment": assignment,
            "a_card": world.cards["Private retail a"].pk, "customer": world.customers["a_0"].pk}  # fmt: skip


@pytest.mark.parametrize(
    "sql",
    [
        "TRUNCATE resellers_customer",
        "COPY resellers_customer FROM PROGRAM 'true'",
        "SET row_security = off; TABLE resellers_customer",
    ],
)
def test_no_tenant_goes_round_the_policies(world, acting, sql):
    before = everything([Customer])
    with pytest.raises(DatabaseError), acting(world.a_admin), connection.cursor() as cursor:
        cursor.execute(sql)
    assert everything([Customer]) == before


def test_rows_copied_in_are_refused_under_a_policy(world, acting):
    """PostgreSQL copies into no table with policies; what is loaded goes through a statement that they hold for."""
    with (
        pytest.raises(FeatureNotSupported, match="row-level security"),
        acting(world.a_admin),
        connection.cursor() as cursor,
    ):
        cursor.copy_expert(
            "COPY resellers_customer (company_id, name, email, status, currency, debit_limit, notes, created_at) FROM STDIN",
            StringIO(),
        )
