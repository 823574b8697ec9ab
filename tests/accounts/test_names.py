"""Names are one line of characters that can be seen, wherever somebody types one."""

import pytest

from accounts.models import Role
from tests.accounts.people import fresh, invitations, seen, url
from tests.accounts.test_change_group import create
from tests.accounts.test_change_user import edit
from tests.roles import as_owner

ODD = ["Two\nlines", "Two\rlines", "Ta\tb", "Be\x07ll", "Line\u2028separator", "Para\u2029graph", "Zero\u200bwidth",
       "Ad\u202emin", "Nel\x85line", "B\ufeffom"]  # fmt: skip


@pytest.mark.parametrize("name", ODD)
def test_person_is_neither_invited_nor_renamed_so(world, login, name):
    client = login(world.a_admin)
    values = {"name": name, "email": "n@example.test", "role": world.roles.readers.pk, "time_zone": "UTC",
              "company": world.companies.a.pk}  # fmt: skip
    for answer in (client.post(url("user_invite"), values),
                   edit(client, world.a_user, world.roles.resellers, name=name)):  # fmt: skip
        assert answer.status_code == 422 and "in one line" in answer.context["form"].errors["name"][0]
    assert not invitations() and fresh(world.a_user).name == "a_user"


@pytest.mark.parametrize("name", ODD[:2])
def test_group_is_not_named_so(world, login, name):
    answer = create(login(world.admin), name=name)
    assert answer.status_code == 422 and "in one line" in answer.context["form"].errors["name"][0]
    with as_owner():
        assert not Role.objects.filter(name=name).exists()


@pytest.mark.parametrize("path", ["/setup/advanced/reseller-accounts/{}/edit/", "/management/customers/{}/edit/"])
def test_company_and_customer_are_not_named_so(world, login, path):
    thing = world.companies.a if "reseller" in path else world.customers["a_0"]
    client, path = login(world.admin), path.format(thing.pk)
    values = {"name": "Two\u2028lines", "email": "o@example.test", "currency": "USD", "time_zone": "UTC",
              "status": "active", "debit_limit": "0"}  # fmt: skip
    answer = client.post(path, seen(client, path) | values)
    assert answer.status_code == 422 and "in one line" in answer.context["form"].errors["name"][0]
    with as_owner():
        assert type(thing).objects.get(pk=thing.pk).name == thing.name


@pytest.mark.parametrize("name", ["Zoë O’Neil", "李小龍", "Åsa  von der Åsen-Ærø", "أحمد"])
def test_names_of_the_world_are_taken(world, login, name):
    assert edit(login(world.a_admin), world.a_user, world.roles.resellers, name=name).status_code == 302
    assert fresh(world.a_user).name == name
