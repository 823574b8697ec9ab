"""Changing somebody: name, groups, active or not, and who may not."""

import pytest
from allauth.usersessions.models import UserSession
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client

from accounts import acl
from accounts.models import User
from accounts.services import users
from tests.accounts.people import PASSWORD, fresh, links, roles_of, seen, trail, url, with_password
from tests.roles import as_owner
from tests.world import role


def data(user, *roles, **fields):
    return {"name": user.name, "time_zone": "UTC", "groups": [role.pk for role in roles]} | fields


def edit(client, user, *roles, **fields):
    path = url("user_edit", user.pk)
    return client.post(path, seen(client, path) | data(user, *roles, **fields))


def test_name_time_zone_and_groups_are_saved(world, login):
    answer = edit(login(world.a_admin), world.a_user, world.roles.readers, name="New Name", time_zone="Asia/Tokyo")
    assert answer["Location"] == url("user_detail", world.a_user.pk)
    user = fresh(world.a_user)
    assert (user.name, user.time_zone) == ("New Name", "Asia/Tokyo")
    assert roles_of(user) == {"Reseller Reader"}


def test_change_of_groups_holds_from_the_next_request(world, login):
    client = login(world.a_user)
    assert client.get(url("user_invite")).status_code == 200
    edit(login(world.a_admin), world.a_user, world.roles.readers)
    assert client.get(url("user_invite")).status_code == 403


def test_tenant_group_of_the_company_stays(world, login):
    edit(login(world.admin), world.a_user, world.roles.readers)
    with as_owner():
        assert world.companies.a.tenant_group_id in world.a_user.groups.values_list("pk", flat=True)


def test_user_without_group_is_refused_on_the_field(world, login):
    answer = edit(login(world.a_admin), world.a_user)
    assert answer.status_code == 422
    assert "a user without a group could do nothing" in answer.content.decode()
    assert roles_of(world.a_user) == {"Default Reseller"}


def test_database_refuses_a_user_without_group(world):
    with pytest.raises(IntegrityError) as refused, as_owner(), transaction.atomic():
        world.a_user.groups.remove(world.roles.resellers.group)
        acl.settle()
    assert acl.constraint_of(refused.value) == "user_has_group"
    assert "Choose at least one group" in acl.hint_of(refused.value)


@pytest.mark.parametrize("field", ["is_staff", "is_superuser", "is_active", "company", "email", "password"])
def test_other_columns_cannot_be_posted(world, login, field):
    before = vars(fresh(world.a_user)).copy()
    edit(login(world.a_admin), world.a_user, world.roles.resellers, **{field: "1", "user_permissions": "1"})
    after = vars(fresh(world.a_user))
    assert {k: v for k, v in after.items() if k != "_state"} == {k: v for k, v in before.items() if k != "_state"}


@pytest.mark.parametrize("name", ["user_detail", "user_edit", "user_deactivate", "user_activate", "user_send_reset"])
def test_foreign_reseller_gets_404_and_changes_nothing(world, login, name):
    for actor, user in ((world.b_admin, world.a_user), (world.a1_admin, world.a_user), (world.a_admin, world.admin)):
        assert login(actor).post(url(name, user.pk), data(user)).status_code == 404
        assert fresh(user).is_active and roles_of(user)
    assert not mail.outbox


@pytest.mark.parametrize("name", ["user_edit", "user_deactivate", "user_activate", "user_send_reset"])
def test_reader_and_support_are_refused(world, login, name):
    for actor in (world.a_reader, world.support):
        assert login(actor).post(url(name, world.a_user.pk), data(world.a_user, world.roles.readers)).status_code == 403
    assert fresh(world.a_user).is_active and roles_of(world.a_user) == {"Default Reseller"}


def test_groups_that_cannot_be_given_are_refused(world, login):
    client = login(world.a_user)  # may manage users, with fewer rights than a manager
    for wanted in (world.roles.managers, world.roles.admins, world.roles.dormant):
        assert edit(client, world.a_reader, wanted).status_code == 422, wanted
    assert roles_of(world.a_reader) == {"Reseller Reader"}
    assert edit(login(world.admin), world.a_reader, world.roles.admins).status_code == 422


def test_service_refuses_what_the_form_does_not_offer(world, acting):
    with acting(world.a_user), pytest.raises(PermissionDenied):
        users.set_groups(world.a_reader, [world.roles.managers], actor=world.a_user)
    with acting(world.a_admin), pytest.raises(ValidationError):
        users.set_groups(world.a_reader, [], actor=world.a_admin)


def test_database_refuses_what_the_service_would_not_do(world, acting):
    foreign = [world.roles.admins.pk, world.companies.b.tenant_group_id, world.companies.master.tenant_group_id]
    for group in foreign:
        with pytest.raises(DatabaseError), acting(world.a_admin), transaction.atomic():
            world.a_reader.groups.add(group)
    for values in ({"is_staff": True}, {"company": world.companies.b}, {"email": "x@x.test"}):
        with pytest.raises(DatabaseError), acting(world.a_admin), transaction.atomic():
            User.objects.filter(pk=world.a_reader.pk).update(**values)


def test_nobody_changes_his_own_groups(world, login, acting):
    answer = edit(login(world.a_admin), world.a_admin, world.roles.readers, name="Renamed")
    assert answer.status_code == 302
    assert fresh(world.a_admin).name == "Renamed"
    assert roles_of(world.a_admin) == {"Reseller Manager"}
    with acting(world.a_admin), pytest.raises(PermissionDenied):
        users.set_groups(world.a_admin, [world.roles.readers], actor=world.a_admin)


def test_somebody_with_more_rights_cannot_be_managed(world, login):
    client = login(world.a_user)
    for name in ("user_edit", "user_deactivate", "user_send_reset"):
        assert client.post(url(name, world.a_admin.pk), data(world.a_admin, world.roles.readers)).status_code == 403, (
            name
        )
    assert fresh(world.a_admin).is_active and roles_of(world.a_admin) == {"Reseller Manager"}
    assert not mail.outbox


def test_leaving_a_group_that_denies_cannot_widen_beyond_the_actor(world, acting):
    with as_owner():
        shut = role("Shut", "reseller", {"customer_card": ()})
        world.a_reader.groups.add(shut.group, world.roles.managers.group)
        managers = world.roles.managers
        managers.areas.exclude(area="customer_card").delete()
    with acting(world.a_user):
        assert users.may_manage(world.a_reader, world.a_user)
    with pytest.raises(PermissionDenied), acting(world.a_user):
        users.set_groups(world.a_reader, [managers], actor=world.a_user)
    assert roles_of(world.a_reader) == {"Reseller Reader", "Shut", "Reseller Manager"}


# -- active or not -----------------------------------------------------------------------------------------------------


@pytest.fixture
def post(login, django_capture_on_commit_callbacks):
    def send(actor, name, user):
        with django_capture_on_commit_callbacks(execute=True):
            return login(actor).post(url(name, user.pk))

    return send


def test_deactivated_user_is_out_at_the_next_request_and_stays_out(world, post):
    client = Client()
    client.post("/login/", {"login": with_password(world.a_user).email, "password": PASSWORD})
    assert client.get(url("profile")).status_code == 200
    post(world.a_admin, "user_deactivate", world.a_user)
    assert client.get(url("profile")).status_code == 302
    assert not UserSession.objects.filter(user=world.a_user).exists()
    post(world.a_admin, "user_activate", world.a_user)
    assert fresh(world.a_user).is_active
    assert client.get(url("profile")).status_code == 302  # the old session does not come back to life


def test_question_comes_before_deactivating(world, login):
    assert "Every session ends" in login(world.a_admin).get(url("user_deactivate", world.a_user.pk)).content.decode()
    assert fresh(world.a_user).is_active
    assert login(world.a_admin).get(url("user_activate", world.a_user.pk)).status_code == 405


def test_nobody_deactivates_himself(world, post):
    assert post(world.a_admin, "user_deactivate", world.a_admin).status_code == 403
    assert fresh(world.a_admin).is_active


def test_activating_gives_no_more_rights_than_the_actor_has(world, post):
    assert post(world.a_user, "user_activate", world.a_gone).status_code == 403
    assert not fresh(world.a_gone).is_active
    post(world.a_admin, "user_activate", world.a_gone)
    assert fresh(world.a_gone).is_active


def test_company_may_lose_its_last_user_by_the_hand_of_its_parent(world, post):
    post(world.a_admin, "user_deactivate", world.a1_admin)
    assert not fresh(world.a1_admin).is_active


def test_reset_mail_goes_to_the_user_alone(world, post):
    answer = post(world.a_admin, "user_send_reset", world.a_user)
    assert answer["Location"] == url("user_detail", world.a_user.pk)
    assert [message.to for message in mail.outbox] == [[world.a_user.email]]
    assert any(path.startswith("/login/password/") for path in links())
    assert [(entry.actor, entry.row) for entry in trail(action="reset mail")] == [
        (world.a_admin.pk, str(world.a_user.pk))
    ]


def test_change_of_groups_is_on_the_trail(world, login):
    edit(login(world.a_admin), world.a_user, world.roles.readers)
    entries = {(entry.action, entry.label) for entry in trail(table="accounts_user_groups", actor=world.a_admin.pk)}
    assert entries == {("delete", "role:Default Reseller"), ("create", "role:Reseller Reader")}
