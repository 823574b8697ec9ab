import pytest

from tests import factories
from tests.resellers.conftest import RESELLERS, columns, listed
from tests.roles import as_owner


def path(company) -> str:
    return f"{RESELLERS}{company.pk}/customers/"


def test_the_customers_of_that_company_alone_are_listed(world, login):
    expected = ["Customer a1 0", "Customer a1 1", "Customer a1 2"]
    assert listed(login(world.admin).get(path(world.companies.a1))) == expected
    assert listed(login(world.a_admin).get(path(world.companies.a1))) == expected


@pytest.mark.parametrize("name", ["a", "b", "a1"])
def test_a_reseller_reads_its_own_without_a_column_for_the_company(world, login, name):
    answer = login(getattr(world, f"{name}_admin")).get(path(getattr(world.companies, name)))
    assert listed(answer) == [f"Customer {name} {n}" for n in range(3)] and "company" not in columns(answer)


def test_the_button_for_a_new_one_presets_the_company(world, login):
    client = login(world.admin)
    link = f"/management/customers/new/?company={world.companies.a1.pk}"
    assert link in client.get(path(world.companies.a1)).content.decode()
    assert f'<option value="{world.companies.a1.pk}" selected>' in client.get(link).content.decode()


def test_statements_do_not_grow_with_rows(world, login, statements):
    client = login(world.admin)
    before = statements(client, path(world.companies.b))
    with as_owner():
        factories.CustomerFactory.create_batch(40, company=world.companies.b)
    after = statements(client, path(world.companies.b))
    assert len(before) == len(after) <= 12
