import pytest

from resellers.models import Customer
from tests import factories
from tests.resellers.conftest import CUSTOMERS, columns, listed
from tests.roles import as_owner


def test_master_sees_the_customers_of_all(world, login):
    assert len(listed(login(world.admin).get(CUSTOMERS))) == 15


def test_parent_sees_its_own_and_those_below(world, login):
    assert listed(login(world.a_admin).get(CUSTOMERS)) == [
        *(f"Customer a {n}" for n in range(3)), *(f"Customer a1 {n}" for n in range(3))]  # fmt: skip


def test_reseller_sees_its_own_alone(world, login):
    answer = login(world.b_admin).get(CUSTOMERS)
    assert listed(answer) == [f"Customer b {n}" for n in range(3)]
    assert "Total rows: <strong>3</strong>" in answer.content.decode()
    assert "Customer a" not in answer.content.decode()


def test_the_company_is_shown_to_who_sees_more_than_one(world, login):
    for user, sees_it in ((world.admin, True), (world.a_admin, True), (world.a1_admin, False), (world.b_admin, False)):
        assert ("company" in columns(login(user).get(CUSTOMERS))) is sees_it


def test_search_is_by_the_beginning_in_any_case_and_stays_inside(world, login):
    client = login(world.a_admin)
    assert listed(client.get(CUSTOMERS, {"name": "CUSTOMER A1"})) == [f"Customer a1 {n}" for n in range(3)]
    assert listed(client.get(CUSTOMERS, {"name": "Customer b"})) == []
    assert listed(client.get(CUSTOMERS, {"name": "%"})) == []


def test_status_filter_and_sort(world, login):
    with as_owner():
        Customer.objects.filter(pk=world.customers["b_1"].pk).update(status="penalty", debit_limit=-5)
    client = login(world.b_admin)
    assert listed(client.get(CUSTOMERS, {"status": "penalty"})) == ["Customer b 1"]
    assert listed(client.get(CUSTOMERS, {"sort": "debit_limit"}))[0] == "Customer b 1"
    assert listed(client.get(CUSTOMERS, {"sort": "-created_at"})) == ["Customer b 2", "Customer b 1", "Customer b 0"]


NONSENSE = ["?status=gone", "?sort=notes", "?sort=company__notes", "?page=-1", "?company=2", "?name=%00"]


@pytest.mark.parametrize("address", NONSENSE)
def test_nonsense_in_the_address_changes_nothing(world, login, address):
    answer = login(world.b_admin).get(CUSTOMERS + address)
    assert answer.status_code == 200
    assert listed(answer) == [f"Customer b {n}" for n in range(3)]


def test_an_empty_list_says_how_to_begin(world, login):
    with as_owner():
        company = factories.CompanyFactory(name="Fresh", parent=world.companies.master)
        person = factories.UserFactory(company=company, role=world.roles.managers)
    page = login(person).get(CUSTOMERS).content.decode()
    assert "No customers yet" in page and CUSTOMERS + "new/" in page


@pytest.mark.parametrize("user", ["admin", "a_admin", "b_admin"])
def test_statements_do_not_grow_with_rows(world, login, statements, user):
    client = login(getattr(world, user))
    before = statements(client, CUSTOMERS)
    with as_owner():
        for company in (world.companies.a1, world.companies.b):
            factories.CustomerFactory.create_batch(40, company=company)
    after = statements(client, CUSTOMERS)
    assert len(before) == len(after) <= 12
