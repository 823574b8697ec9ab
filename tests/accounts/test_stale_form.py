"""A form that was opened before somebody else's change does not undo it."""

import pytest

from accounts.areas import AREAS
from tests.accounts.people import fresh, roles_of, seen, set_row, url
from tests.accounts.test_change_group import data as group_data
from tests.accounts.test_change_group import rows
from tests.accounts.test_change_user import data as user_data
from tests.accounts.test_change_user import edit
from tests.roles import as_owner

WORDS = "Somebody changed this meanwhile"


def refused(answer):
    assert answer.status_code == 422
    assert WORDS in answer.context["form"].non_field_errors()[0]
    assert WORDS in answer.content.decode()
    return True


def test_groups_taken_meanwhile_are_not_given_back(world, login):
    path = url("user_edit", world.a_user.pk)
    parent = login(world.admin)
    old = seen(parent, path)
    assert edit(login(world.a_admin), world.a_user, world.roles.readers).status_code == 302
    assert refused(parent.post(path, old | user_data(world.a_user, world.roles.resellers, name="Late")))
    assert roles_of(world.a_user) == {"Reseller Reader"} and fresh(world.a_user).name == "a_user"


def test_name_changed_meanwhile_is_not_changed_back(world, login):
    client, path = login(world.a_admin), url("user_edit", world.a_user.pk)
    old = seen(client, path)
    with as_owner():
        type(world.a_user).objects.filter(pk=world.a_user.pk).update(name="By herself")
    assert refused(client.post(path, old | user_data(world.a_user, world.roles.readers)))
    assert fresh(world.a_user).name == "By herself" and roles_of(world.a_user) == {"Default Reseller"}


def test_refused_form_stays_refused_until_it_is_opened_anew(world, login):
    client, path = login(world.a_admin), url("user_edit", world.a_user.pk)
    old = seen(client, path) | user_data(world.a_user, world.roles.readers, name="Late")
    edit(client, world.a_user, world.roles.readers)
    answer = client.post(path, old)
    again = {"seen": answer.context["form"]["seen"].value()}
    assert refused(client.post(path, old | again))
    assert client.post(path, old | seen(client, path)).status_code == 302


@pytest.mark.parametrize("field", [{}, {"seen": ""}, {"seen": "0" * 64}, {"seen": ["\x00"]}])
def test_form_without_what_it_showed_is_refused(world, login, field):
    client = login(world.a_admin)
    path = url("user_edit", world.a_user.pk)
    assert refused(client.post(path, field | user_data(world.a_user, world.roles.readers)))
    assert roles_of(world.a_user) == {"Default Reseller"}


def test_area_denied_meanwhile_is_not_opened_again(world, login):
    client, readers = login(world.admin), world.roles.readers
    path = url("group_edit", readers.pk)
    page = client.get(path)
    old = {field.html_name: field.value() for field in page.context["form"] if field.value() not in (None, [])}
    assert f'name="seen" value="{old["seen"]}"' in page.content.decode()
    set_row(readers, "customer")
    assert refused(client.post(path, old))
    assert rows(readers)["customer"] == []


@pytest.mark.parametrize("change", [{"default_boxes": ["read"]}, {"known_areas": list(AREAS)}, {"name": "Renamed"}])
def test_default_and_name_changed_meanwhile_are_seen(world, login, change):
    client, readers = login(world.admin), world.roles.readers
    path = url("group_edit", readers.pk)
    old = seen(client, path)
    with as_owner():
        type(readers).objects.filter(pk=readers.pk).update(**change)
    before = rows(readers)
    values = group_data(name="Late")
    assert refused(client.post(path, old | values))
    assert rows(readers) == before
