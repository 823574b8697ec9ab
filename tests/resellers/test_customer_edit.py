from decimal import Decimal

import pytest

from accounts.models import AuditEntry
from resellers.models import Customer
from tests.resellers.conftest import CUSTOMERS, save
from tests.roles import as_owner

CHANGED = {"name": "Renamed", "email": "new@b.test", "status": "inactive", "debit_limit": "-5", "notes": "Stopped"}


def path(customer) -> str:
    return f"{CUSTOMERS}{customer.pk}/edit/"


def fresh(customer) -> Customer:
    with as_owner():
        return Customer.objects.get(pk=customer.pk)


@pytest.mark.parametrize("user", ["b_admin", "admin"])
def test_the_company_and_those_above_change_a_customer(world, login, user):
    answer = save(login(getattr(world, user)), path(world.customers["b_0"]), CHANGED)
    assert answer.status_code == 302
    customer = fresh(world.customers["b_0"])
    assert (customer.name, customer.email, customer.status) == ("Renamed", "new@b.test", "inactive")
    assert (customer.debit_limit, customer.notes) == (Decimal(-5), "Stopped")


def test_company_and_currency_are_shown_with_the_reason_and_cannot_be_posted(world, login):
    client, customer = login(world.admin), world.customers["b_0"]
    page = client.get(path(customer)).content.decode()
    assert "can never change" in page and "Company b" in page
    assert 'name="currency"' not in page and 'name="company"' not in page
    smuggled = {"currency": "EUR", "company": world.companies.a.pk}
    assert save(client, path(customer), CHANGED | smuggled).status_code == 302
    assert (fresh(customer).currency, fresh(customer).company_id) == ("USD", world.companies.b.pk)


def test_a_name_taken_is_said_of_the_name_and_nothing_changes(world, login):
    answer = save(login(world.b_admin), path(world.customers["b_0"]), CHANGED | {"name": "customer b 1"})
    assert answer.status_code == 422
    assert answer.context["form"].errors["name"] == ["The company has a customer of this name already."]
    assert "Edit Customer b 0" in answer.content.decode()
    assert fresh(world.customers["b_0"]).status == "active"


def test_saving_what_is_there_is_no_change_in_the_trail(world, login):
    customer = world.customers["b_0"]
    form = login(world.b_admin).get(path(customer)).context["form"]
    data = {name: form[name].value() for name in form.fields}
    assert save(login(world.b_admin), path(customer), data).status_code == 302
    with as_owner():
        assert not AuditEntry.objects.filter(table="resellers_customer", row=str(customer.pk), action="update").exists()


def test_without_the_right_it_is_forbidden(world, login):
    for user, customer in (("a_reader", "a_0"), ("support", "b_0")):
        assert save(login(getattr(world, user)), path(world.customers[customer]), CHANGED).status_code == 403
        assert fresh(world.customers[customer]).name != "Renamed"


def test_change_made_meanwhile_is_not_undone(world, login):
    client, where = login(world.b_admin), path(world.customers["b_0"])
    old = {"seen": client.get(where).context["form"]["seen"].value()}
    assert save(login(world.admin), where, CHANGED).status_code == 302
    answer = client.post(where, old | CHANGED | {"name": "Late", "status": "active"})
    assert answer.status_code == 422 and "changed this meanwhile" in answer.content.decode()
    assert (fresh(world.customers["b_0"]).name, fresh(world.customers["b_0"]).status) == ("Renamed", "inactive")
