"""Copying, shutting and deleting groups: what a group gave ends at once, and one that is used stays."""

from accounts.services.invitations import open_invitation
from tests.accounts.people import url
from tests.accounts.test_change_group import create, group, rows
from tests.roles import as_owner


def test_copy_holds_the_same_and_nobody(world, login):
    login(world.admin).post(url("group_clone", world.roles.managers.pk))
    copy = group("Copy of Reseller Manager")
    assert rows(copy) == rows(world.roles.managers)
    with as_owner():
        assert not copy.group.user_set.exists()


def test_deactivated_group_gives_nothing_from_the_next_request(world, login):
    client, admin = login(world.a_reader), login(world.admin)
    assert client.get(url("user_list")).status_code == 200
    assert (
        "Users without another active group"
        in admin.get(url("group_deactivate", world.roles.readers.pk)).content.decode()
    )
    admin.post(url("group_deactivate", world.roles.readers.pk))
    assert "No access" in client.get(url("user_list")).content.decode()
    admin.post(url("group_activate", world.roles.readers.pk))
    assert client.get(url("user_list")).status_code == 200


def test_used_group_cannot_be_deleted(world, login):
    client = login(world.admin)
    client.post(url("group_delete", world.roles.readers.pk))
    assert group("Reseller Reader")
    create(client)
    sales = group()
    with as_owner():
        open_invitation(company=world.companies.a, role=sales, email="x@example.test", name="X")
    assert "so it stays" in client.post(url("group_delete", sales.pk), follow=True).content.decode()


def test_unused_group_is_deleted_and_its_name_is_free(world, login):
    client = login(world.admin)
    create(client, mode_customer="own", boxes_customer=["read"])
    assert client.post(url("group_delete", group().pk))["Location"] == url("group_list")
    assert group() is None
    assert create(client).status_code == 302
