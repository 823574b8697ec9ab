"""What ends a look: the button, logout, time, and every change of what either side is. Nothing brings it back."""

import uuid
from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import acl
from accounts.models import Role, SupportAccess, User
from accounts.viewing import SLOT
from resellers.models import Company
from tests.accounts.people import log_in, set_row, trail, with_password
from tests.roles import as_owner
from tests.route_table import live
from tests.view_as.looks import END, OVER, begin, eyes, is_over


def change(model, pk, **values):
    with as_owner():
        model.objects.filter(pk=pk).update(**values)


def test_button_ends_it(world, look, looks):
    client = look(world.a_admin)
    answer = client.post(END)
    assert (answer.status_code, answer["Location"]) == (302, f"/setup/settings/users/{world.a_admin.pk}/")
    assert eyes(client) == world.admin.email and looks()[0].ended_at
    assert trail(action="view_as_end")[0].actor == world.admin.pk


def test_ending_nothing_is_harmless(world, login):
    client = login(world.a_admin)
    assert client.post(END)["Location"] == "/"
    assert client.get(END).status_code == 405
    assert eyes(client) == world.a_admin.email


def test_logout_ends_it(world, look, looks):
    client = look(world.a_admin)
    assert client.post("/logout/").status_code == 302
    assert eyes(client) == "" and looks()[0].ended_at
    assert trail(action="logout")[-1].actor == world.admin.pk


def test_half_an_hour_ends_it(world, login, looks):
    client, now = login(world.admin), timezone.now()
    with as_owner():
        SupportAccess.objects.create(
            key=uuid.uuid4(), viewer=world.admin, user=world.a_admin, company=world.companies.a, reason="A look of yesterday",
            started_at=now - timedelta(minutes=31), ends_at=now - timedelta(minutes=1))  # fmt: skip
    session = client.session
    session[SLOT] = str(looks()[0].key)
    session.save()
    assert is_over(client, world.admin)
    assert looks()[0].ended_at == looks()[0].ends_at


def test_it_lasts_thirty_minutes_and_no_longer(world, look, looks):
    look(world.a_admin)
    assert looks()[0].ends_at - looks()[0].started_at == timedelta(minutes=30)
    for change in (
        {"ends_at": timezone.now() + timedelta(days=1)},
        {"started_at": timezone.now() - timedelta(minutes=1)},
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), as_owner():
            SupportAccess.objects.update(**change)


@pytest.mark.parametrize("side", ["admin", "a_admin"])
def test_password_change_of_either_side_ends_it(world, look, side):
    client = look(world.a_admin)
    user = with_password(getattr(world, side))
    if side == "admin":
        assert eyes(client) == "" and client.get("/profile/")["Location"].startswith("/login/")
        fresh, _ = log_in(user.email)
        assert eyes(fresh) == world.admin.email
    else:
        assert is_over(client, world.admin)


@pytest.mark.parametrize("side", ["admin", "a_admin"])
def test_deactivation_of_either_side_ends_it(world, look, side):
    client = look(world.a_admin)
    change(User, getattr(world, side).pk, is_active=False)
    assert is_over(client, world.admin) if side == "a_admin" else eyes(client) == ""


@pytest.mark.parametrize("side", ["admin", "a_admin"])
def test_deactivation_undone_brings_nothing_back(world, look, side):
    client = look(world.a_admin)
    for is_active in (False, True):
        change(User, getattr(world, side).pk, is_active=is_active)
    assert is_over(client, world.admin)


def test_lost_right_ends_it(world, look):
    client = look(world.a_admin)
    set_row(world.roles.admins, "reseller", "read", "update")
    assert is_over(client, world.admin)


def test_lost_right_to_read_ends_it(world, look):
    client = look(world.a_admin)
    set_row(world.roles.admins, "customer")
    assert is_over(client, world.admin)


def test_deactivated_group_of_the_viewer_ends_it(world, look):
    with as_owner():
        world.admin.groups.add(world.roles.auditors.group)
    client = look(world.a_admin)
    change(Role, world.roles.admins.pk, is_active=False)
    assert is_over(client, world.admin)


@pytest.mark.parametrize(("side", "spare"), [("admin", "auditors"), ("a_admin", "resellers")])
def test_group_taken_from_either_side_ends_it_for_good(world, look, side, spare):
    user, role = getattr(world, side), {"admin": world.roles.admins, "a_admin": world.roles.managers}[side]
    with as_owner():
        user.groups.add(getattr(world.roles, spare).group)
    client = look(world.a_admin)
    with as_owner():
        user.groups.remove(role.group)
        user.groups.add(role.group)
    assert is_over(client, world.admin)


@pytest.mark.parametrize("company", ["a", "a1"])
def test_suspension_of_the_company_or_of_one_above_ends_it_for_good(world, look, company):
    client = look(world.a1_admin)
    for status in ("suspended", "active"):
        change(Company, getattr(world.companies, company).pk, status=status)
    assert is_over(client, world.admin)


def test_who_is_viewed_cannot_become_one_of_the_carriers_own(world, look):
    """Staff belongs to the carrier, and the record of the look holds him in the company he was viewed in."""
    look(world.b_reader)
    for values in ({"is_staff": True}, {"is_superuser": True}, {"company": world.companies.master, "is_staff": True}):
        with pytest.raises(DatabaseError), transaction.atomic():
            change(User, world.b_reader.pk, **values)


def test_other_company_suspended_changes_nothing(world, look):
    client = look(world.a_admin)
    change(Company, world.companies.b.pk, status="suspended")
    assert eyes(client) == world.a_admin.email


def test_database_alone_ends_it_too(world, look, looks):
    """Without the first lock: acl.enter asks for the look itself."""
    look(world.a_admin)
    with acl.acting_as(world.a_admin, real=world.admin) as unit:
        assert unit.read_only
    change(SupportAccess, looks()[0].pk, ended_at=timezone.now())
    with pytest.raises(acl.NoScope), transaction.atomic():
        acl.enter(world.a_admin, real=world.admin)


def test_ended_look_cannot_be_opened_again(world, look, looks):
    look(world.a_admin).post(END)
    with pytest.raises(DatabaseError, match="stays ended"), transaction.atomic():
        change(SupportAccess, looks()[0].pk, ended_at=None)


def test_session_of_another_viewer_cannot_use_the_key(world, look, looks, login):
    look(world.a_admin)
    set_row(world.roles.auditors, "reseller", "read", "view_as")
    client = login(world.support)
    session = client.session
    session[SLOT] = str(looks()[0].key)
    session.save()
    assert is_over(client, world.support)
    assert looks()[0].ended_at is None  # it is not his to end


def test_what_is_posted_into_a_look_that_ended_is_not_done_as_the_viewer(world, look):
    client = look(world.a_admin)
    change(User, world.a_admin.pk, is_active=False)
    answer = client.post("/profile/", {"name": "Somebody Else", "time_zone": "UTC"})
    assert answer.status_code == 302 and OVER in client.get("/").content.decode()
    with as_owner():
        assert User.objects.get(pk=world.admin.pk).name == "admin"


def test_download_goes_on_no_longer_than_the_look(world, look):
    client = look(world.a_admin)
    path = reverse("ratecards:card_download", kwargs=live(world, "a"))
    assert b"44" in b"".join(client.get(path).streaming_content)
    begun = client.get(path)
    client.post(END)
    with pytest.raises(acl.NoScope), transaction.atomic():
        b"".join(begun.streaming_content)


def test_cookies_of_before_and_of_within_are_dead(world, login):
    client = login(world.admin)
    keys = [client.session.session_key]
    begin(client, world.a_admin)
    keys.append(client.session.session_key)
    client.post(END)
    keys.append(client.session.session_key)
    assert len(set(keys)) == 3
    for number, key in enumerate(keys):
        copy = Client()
        copy.cookies["sid"] = key
        assert eyes(copy) == (world.admin.email if number == 2 else "")


def test_session_stays_on_the_list_of_sessions_and_ends_with_it(world):
    client, _ = log_in(with_password(world.admin).email)
    begin(client, world.a_admin)
    (session,) = UserSession.objects.filter(user=world.admin)
    assert session.session_key == client.session.session_key
    session.end()
    assert eyes(client) == ""


def test_form_of_one_pair_of_eyes_is_refused_by_the_other(world):
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.force_login(world.admin)
    start = f"/setup/settings/users/{world.a_admin.pk}/view-as/"
    token = client.get(start).context["csrf_token"]
    assert client.post(start, {"reason": "Ticket 4711 again", "csrfmiddlewaretoken": str(token)}).status_code == 302
    within = str(client.get("/profile/").context["csrf_token"])
    assert client.post(END, {"csrfmiddlewaretoken": str(token)}).status_code == 403
    assert client.post(END, {"csrfmiddlewaretoken": within}).status_code == 302
    refused = client.post("/profile/", {"name": "Meant for a_admin", "time_zone": "UTC", "csrfmiddlewaretoken": within})
    assert refused.status_code == 403
