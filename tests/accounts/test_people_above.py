"""Nobody manages somebody who may do more than himself, not even while that one, or a group of his, is not active."""

import pytest

from accounts.models import Role, User
from accounts.services import users
from tests import factories
from tests.accounts.people import fresh, invitations, roles_of, url
from tests.accounts.test_change_user import data, edit
from tests.roles import as_owner
from tests.world import role

VERBS = ["user_edit", "user_deactivate", "user_activate", "user_send_reset"]


@pytest.mark.parametrize("verb", VERBS)
def test_inactive_superior_cannot_be_managed(world, login, verb):
    answer = login(world.a_user).post(url(verb, world.a_gone.pk), data(world.a_gone, world.roles.readers, name="Mine"))
    assert answer.status_code == 403
    user = fresh(world.a_gone)
    assert (user.name, user.is_active, roles_of(user)) == ("a_gone", False, {"Reseller Manager"})


@pytest.mark.parametrize("verb", VERBS)
def test_superior_whose_group_sleeps_cannot_be_managed(world, login, verb):
    with as_owner():
        Role.objects.filter(pk=world.roles.managers.pk).update(is_active=False)
    answer = login(world.a_user).post(
        url(verb, world.a_admin.pk), data(world.a_admin, world.roles.readers, name="Mine")
    )
    assert answer.status_code == 403
    user = fresh(world.a_admin)
    assert (user.name, user.is_active, roles_of(user)) == ("a_admin", True, {"Reseller Manager"})


def test_inactive_denial_hides_nothing_of_a_superior(world, acting):
    with as_owner():
        shut = role("Shut", "reseller", dict.fromkeys(("customer_card", "customer", "reseller"), ()))
        Role.objects.filter(pk=shut.pk).update(is_active=False)
        world.a_admin.groups.add(shut.group)
    with acting(world.a_user):
        assert not users.may_manage(world.a_admin, world.a_user)


@pytest.mark.parametrize("is_active", [True, False])
def test_denial_of_rights_one_lacks_cannot_be_taken_from_somebody(world, login, is_active):
    with as_owner():
        shut = role("Shut", "reseller", {"reseller": ()})
        Role.objects.filter(pk=shut.pk).update(is_active=is_active)
        world.a_reader.groups.add(shut.group)
    assert edit(login(world.a_user), world.a_reader, world.roles.readers).status_code == 403
    assert roles_of(world.a_reader) == {"Reseller Reader", "Shut"}
    assert edit(login(world.a_admin), world.a_reader, world.roles.readers).status_code == 302
    assert roles_of(world.a_reader) == {"Reseller Reader"}


def test_sleeping_group_of_ones_own_does_not_shut_ones_own_account(world, login):
    with as_owner():
        sleeping = role("Sleeping", "reseller", {"reseller": ("create", "read", "update", "suspend")})
        Role.objects.filter(pk=sleeping.pk).update(is_active=False)
        world.a_user.groups.add(sleeping.group)
    assert edit(login(world.a_user), world.a_user, name="Renamed").status_code == 302
    assert fresh(world.a_user).name == "Renamed"


@pytest.mark.parametrize("verb", ["invitation_withdraw", "invitation_resend"])
def test_invitation_of_a_superior_cannot_be_withdrawn_or_sent_again(world, login, verb):
    with as_owner():
        invitation = factories.InvitationFactory(company=world.companies.a, role=world.roles.managers, name="Boss",
                                                 email="boss@example.test", invited_by=world.admin)  # fmt: skip
    assert login(world.a_user).post(url(verb, invitation.pk)).status_code == 403
    assert invitations() == [invitation] and not invitations()[0].withdrawn_at
    assert login(world.a_admin).post(url(verb, invitation.pk)).status_code == 302
    assert invitations()[0].withdrawn_at


def test_invitation_of_a_superior_cannot_be_replaced(world, login):
    with as_owner():
        invitation = factories.InvitationFactory(company=world.companies.a, role=world.roles.managers, name="Boss",
                                                 email="boss@example.test", invited_by=world.admin)  # fmt: skip
    values = {"name": "Boss", "email": "boss@example.test", "role": world.roles.readers.pk, "time_zone": "UTC",
              "company": world.companies.a.pk}  # fmt: skip
    answer = login(world.a_user).post(url("user_invite"), values)
    assert answer.status_code == 422 and "more rights" in answer.context["form"].errors["email"][0]
    assert invitations() == [invitation] and not invitations()[0].withdrawn_at


# -- groups above ------------------------------------------------------------------------------------------------------


@pytest.fixture
def clerk(world):
    everything = ("create", "read", "update", "delete")
    with as_owner():
        clerks = role("Clerks", "master", {"user": everything[:3], "group": everything})
        return factories.UserFactory(company=world.companies.master, role=clerks)


@pytest.mark.parametrize("verb", ["group_deactivate", "group_activate", "group_delete", "group_clone", "group_edit"])
@pytest.mark.parametrize("is_active", [True, False])
def test_clerk_does_not_touch_a_group_that_gives_more_than_he_has(world, login, clerk, verb, is_active):
    with as_owner():
        unused = role("Above", "master", {"customer": ("read",)})
        Role.objects.filter(pk=unused.pk).update(is_active=is_active)
    modes = {f"mode_{area}": "denied" for area in ("user", "group")}
    assert login(clerk).post(url(verb, unused.pk), {"name": "Above"} | modes).status_code == 403
    with as_owner():
        now = Role.objects.get(name="Above")
        assert now.is_active is is_active and now.areas.get().boxes == ["read"]
        assert not Role.objects.filter(name__startswith="Copy of").exists()


def test_clerk_does_not_shut_the_administrators_out(world, login, clerk):
    client = login(clerk)
    assert client.post(url("group_deactivate", world.roles.admins.pk)).status_code == 403
    assert client.get(url("group_edit", world.roles.admins.pk)).status_code == 403
    with as_owner():
        assert Role.objects.get(pk=world.roles.admins.pk).is_active
        assert User.objects.get(pk=world.admin.pk).is_active
