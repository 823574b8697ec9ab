"""Choosing a company: a select while there are few, suggestions and a text field beyond that, and no other's company."""

import re

import pytest

from accounts.forms import chooser
from resellers.models import Customer
from tests.factories import CompanyFactory
from tests.roles import as_owner

NEW, CHOOSE = "/management/customers/new/", "/setup/advanced/reseller-accounts/choose/"
VALUES = {"name": "Harbour", "email": "", "status": "active", "debit_limit": "0", "notes": "", "currency": "USD"}


@pytest.fixture
def crowded(world, monkeypatch):
    """More companies below A than a select shows."""
    monkeypatch.setattr(chooser, "FEW", 3)
    with as_owner():
        return [CompanyFactory(parent=world.companies.a, name=f"Branch {letter}") for letter in "abcd"]


def field_of(page) -> str:
    return re.search(r'<input[^>]*name="company"[^>]*>', page.content.decode()).group()


def test_few_companies_are_a_select(world, login):
    assert '<select name="company"' in login(world.a_admin).get(NEW).content.decode()


def test_many_companies_are_a_search_that_shows_the_chosen_one(crowded, world, login):
    field = field_of(login(world.a_admin).get(NEW, {"company": crowded[0].pk}))
    assert f'value="Branch a · {crowded[0].pk}"' in field
    assert f'hx-get="{CHOOSE}?field=company"' in field


def test_suggestion_number_and_exact_name_are_taken(crowded, world, login):
    client = login(world.a_admin)
    for name, typed in (("One", f"Branch b · {crowded[1].pk}"), ("Two", str(crowded[1].pk)), ("Three", "branch B")):
        assert client.post(NEW, VALUES | {"name": name, "company": typed}).status_code == 302
        with as_owner():
            assert Customer.objects.get(name=name).company == crowded[1]


@pytest.mark.parametrize("typed", ["Branch", "", "nobody · 99999999", "9" * 40, "<b>"])
def test_what_is_no_company_is_refused_and_stays_in_the_field(crowded, world, login, typed):
    page = login(world.a_admin).post(NEW, VALUES | {"company": typed})
    assert page.status_code == 422
    assert "company" in page.context["form"].errors
    assert page.context["form"]["company"].value() == typed
    assert "<b>" not in field_of(page)


def test_company_of_others_is_neither_suggested_nor_taken(crowded, world, login):
    client, other = login(world.a_admin), world.companies.b
    assert str(other) not in client.get(CHOOSE, {"field": "company", "company": ""}).content.decode()
    for typed in (str(other.pk), f"{other} · {other.pk}", str(other)):
        assert client.post(NEW, VALUES | {"company": typed}).status_code == 422


def test_suggestions_are_few_and_fit_what_was_typed(crowded, world, login):
    options = login(world.a_admin).get(CHOOSE, {"field": "company", "company": "ranch C"}).content.decode()
    assert re.findall(r'value="([^"]+)"', options) == [f"Branch c · {crowded[2].pk}"]
    with as_owner():
        for number in range(25):
            CompanyFactory(parent=world.companies.a, name=f"Office {number}")
    assert (
        login(world.a_admin).get(CHOOSE, {"field": "company", "company": "office"}).content.decode().count("<option")
        == 20
    )
