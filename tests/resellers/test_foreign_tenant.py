"""Another tenant's row and a row that never was: the same answer on every address with an id, and nothing happens."""

import re

import pytest

from resellers import urls
from resellers.models import Company, Customer
from tests.resellers.conftest import NEW_COMPANY, NEW_CUSTOMER
from tests.roles import as_owner

# Those of a company or a customer; a template has only a button to forget it (test_customer_templates.py).
ROUTES = [str(one.pattern) for one in urls.urlpatterns
          if "<int:pk>" in str(one.pattern) and one.name != "customer_template_delete"]  # fmt: skip
NEVER = 987_654_321
# (user, a company and a customer he may not see): beside, above, and from the outside of a whole subtree
STRANGERS = [("b_admin", "a"), ("b_admin", "a1"), ("a_admin", "b"), ("a1_admin", "a"), ("a_admin", "closed")]
DATA = NEW_COMPANY | NEW_CUSTOMER | {"reason": "x", "role": "1", "name": "Taken over"}


def address(route: str, pk: int) -> str:
    return "/" + route.replace("<int:pk>", str(pk))


def without_tokens(answer) -> str:
    return re.sub(r'(name="csrfmiddlewaretoken" value|content|nonce)="[^"]*"', "", answer.content.decode())


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(("user", "tenant"), STRANGERS)
@pytest.mark.parametrize("route", ROUTES)
def test_foreign_reseller_gets_404(world, login, route, user, tenant, method):
    is_customer = route.startswith(urls.CUSTOMERS)
    pk = world.customers[f"{tenant}_0"].pk if is_customer else getattr(world.companies, tenant).pk
    client = login(getattr(world, user))
    answer = getattr(client, method)(address(route, pk), DATA if method == "post" else {})
    never = getattr(client, method)(address(route, NEVER), DATA if method == "post" else {})
    assert answer.status_code == never.status_code == 404
    assert without_tokens(answer) == without_tokens(never)
    with as_owner():
        assert not Company.objects.filter(name="Taken over").exists()
        assert not Customer.objects.filter(name="Taken over").exists()


@pytest.mark.parametrize("route", ROUTES)
def test_anonymous_is_sent_to_login(db, login, route):
    answer = login().get(address(route, NEVER))
    assert answer.status_code == 302 and answer.url.startswith("/login/")


@pytest.mark.parametrize("pk", [0, 2**63, 10**40])
def test_numbers_no_row_can_have_are_404(world, login, pk):
    for route in ROUTES:
        assert login(world.admin).get(address(route, pk)).status_code == 404
