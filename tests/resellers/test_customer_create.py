from decimal import Decimal

import pytest

from resellers.models import Customer
from tests import factories
from tests.resellers.conftest import CUSTOMERS, NEW_CUSTOMER
from tests.roles import as_owner
from tests.world import role

NEW = CUSTOMERS + "new/"


def made() -> Customer | None:
    with as_owner():
        return Customer.objects.select_related("company").filter(name="Fjord Calls").first()


@pytest.fixture
def post(login):
    """post(user, **changes) -> the answer to the filled form, the company being the user's own."""

    def as_user(user, **changes):
        return login(user).post(NEW, NEW_CUSTOMER | {"company": user.company_id} | changes)

    return as_user


def test_reseller_makes_a_customer_of_its_own(world, post):
    answer = post(world.b_admin, email="noc@fjord.test", notes="Large")
    customer = made()
    assert answer.status_code == 302 and answer.url == f"{CUSTOMERS}{customer.pk}/"
    assert (customer.company, customer.currency, customer.debit_limit) == (world.companies.b, "EUR", Decimal("250.5"))
    assert (customer.email, customer.notes, customer.status) == ("noc@fjord.test", "Large", "active")


@pytest.mark.parametrize(("user", "company"), [("admin", "b"), ("admin", "master"), ("a_admin", "a1")])
def test_those_above_make_one_for_a_company_below(world, post, user, company):
    company = getattr(world.companies, company)
    assert post(getattr(world, user), company=company.pk).status_code == 302
    assert made().company == company


FOREIGN = [("a_admin", "b"), ("a_admin", "master"), ("a1_admin", "a"), ("b_admin", "a")]


@pytest.mark.parametrize(("user", "company"), FOREIGN)
def test_a_foreign_company_is_no_choice(world, post, user, company):
    answer = post(getattr(world, user), company=getattr(world.companies, company).pk)
    assert answer.status_code == 422 and "company" in answer.context["form"].errors
    assert made() is None


def test_a_name_taken_in_the_company_is_said_of_the_name(world, post):
    answer = post(world.b_admin, name="CUSTOMER B 0")
    assert answer.status_code == 422
    assert answer.context["form"].errors["name"] == ["The company has a customer of this name already."]
    assert 'value="CUSTOMER B 0"' in answer.content.decode()


def test_the_name_of_another_companys_customer_is_free(world, post):
    assert post(world.b_admin, name="Customer a 0").status_code == 302


NO_SUMS = ["1e3", "NaN", "Infinity", "-inf", "1,5", "0x10", "１２", "1.23456", "9" * 13, "", "1 000", "--1"]


@pytest.mark.parametrize("amount", NO_SUMS)
def test_an_amount_is_a_plain_number(world, post, amount):
    answer = post(world.b_admin, debit_limit=amount)
    assert answer.status_code == 422 and "debit_limit" in answer.context["form"].errors
    assert made() is None


@pytest.mark.parametrize("amount", ["0", "-12.5", "999999999999.9999", "007"])
def test_amounts_are_kept_to_the_last_digit(world, post, amount):
    assert post(world.b_admin, debit_limit=amount).status_code == 302
    assert made().debit_limit == Decimal(amount)


WRONG = [("name", ""), ("name", "x" * 151), ("email", "nobody"), ("currency", "ZZZ"), ("status", "gone"),
         ("company", ""), ("company", "x"), ("company", "99999999999999999999"), ("notes", "x" * 10001)]  # fmt: skip


@pytest.mark.parametrize(("field", "value"), WRONG)
def test_wrong_input_is_said_of_its_field(world, post, field, value):
    answer = post(world.b_admin, **{field: value})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]


def test_the_right_to_customers_alone_is_enough(world, post):
    with as_owner():
        seller = role("Sells", "reseller", {"customer": ("read", "create")})
        person = factories.UserFactory(company=world.companies.b, role=seller)
    assert post(person).status_code == 302


def test_readers_and_support_are_refused(world, post):
    answer = post(world.a_reader)
    assert answer.status_code == 403
    assert "This needs the right “Customers: create”." in answer.content.decode()
    assert post(world.support).status_code == 403
    assert made() is None
