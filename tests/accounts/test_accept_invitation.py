"""The page behind the link: one use, one account, nothing from the request but name and password."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import Invitation, User
from accounts.services.invitations import open_invitation
from tests.accounts.people import PASSWORD, fresh, invitations, roles_of, trail, url
from tests.roles import as_owner

EMAIL = "invited@example.test"


@pytest.fixture
def open_link(world):
    """open_link(**fields) -> path of a live invitation into company A by a_admin."""

    def make(**fields):
        values = {"company": world.companies.a, "role": world.roles.readers, "email": EMAIL, "name": "Invited",
                  "invited_by": world.a_admin, "time_zone": "Asia/Tokyo"}  # fmt: skip
        with as_owner():
            return url("invitation_accept", open_invitation(**values | fields)[1])

    return make


def answers(**fields):
    return {"name": "My Name", "password1": PASSWORD, "password2": PASSWORD} | fields


def person():
    with as_owner():
        return User.objects.select_related("company").filter(email=EMAIL).first()


def test_page_shows_company_and_address(open_link, client):
    page = client.get(open_link()).content.decode()
    assert "Company a" in page and EMAIL in page and 'value="Invited"' in page


def test_accepting_makes_the_user_and_logs_in(world, open_link, client):
    answer = client.post(open_link(), answers())
    assert answer.status_code == 302
    user = person()
    assert (user.name, user.company, user.time_zone) == ("My Name", world.companies.a, "Asia/Tokyo")
    assert roles_of(user) == {"Reseller Reader"}
    assert client.get(url("profile")).status_code == 200
    assert Client().post("/login/", {"login": EMAIL, "password": PASSWORD}).status_code == 302
    assert [entry.actor for entry in trail(action="accept")] == [user.pk]


def test_posted_role_company_and_staff_are_ignored(world, open_link, client):
    client.post(open_link(), answers(role=world.roles.admins.pk, company=world.companies.master.pk, is_staff="on",
                                     is_superuser="on", email="o@example.test", groups=world.roles.admins.pk))  # fmt: skip
    user = person()
    assert user.company == world.companies.a and not user.is_staff and not user.is_superuser
    assert roles_of(user) == {"Reseller Reader"}


def test_support_auditor_comes_from_the_invitation_alone(world, open_link, client):
    client.post(
        open_link(company=world.companies.master, role=world.roles.auditors, invited_by=world.admin, is_staff=True),
        answers(),
    )
    assert person().is_staff


def test_link_works_once(open_link, client):
    path = open_link()
    client.post(path, answers())
    again = Client()
    assert again.get(path).status_code == 404
    assert again.post(path, answers(name="Second")).status_code == 404
    assert person().name == "My Name"


def dead(world, how):
    with as_owner():
        if how == "expired":
            Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))
        elif how == "withdrawn":
            Invitation.objects.update(withdrawn_at=timezone.now())
        elif how == "inviter gone":
            User.objects.filter(pk=world.a_admin.pk).update(is_active=False)
        elif how == "inviter suspended":
            type(world.companies.a).objects.filter(pk=world.companies.a.pk).update(status="suspended")
        elif how == "address taken":
            User.objects.filter(pk=world.b_admin.pk).update(email=EMAIL.upper())


@pytest.mark.parametrize("how", ["expired", "withdrawn", "inviter gone", "inviter suspended", "address taken"])
def test_dead_link_makes_nobody_and_every_death_looks_the_same(world, open_link, client, how):
    path = open_link()
    dead(world, how)
    before = count_users()
    page = client.post(path, answers())
    assert page.status_code == 404 and "This link does not work" in page.content.decode()
    assert page.content == Client().get(url("invitation_accept", "never-was")).content
    assert count_users() == before


def count_users():
    with as_owner():
        return User.objects.count()


@pytest.mark.parametrize("token", ["x", "x" * 5000, "%00", "%F0%9F%98%80", "a%20b"])
def test_odd_secrets_get_the_plain_page(world, client, token):
    assert client.get(f"/invitation/{token}/").status_code == 404


@pytest.mark.parametrize(
    "fields",
    [{"password1": "short", "password2": "short"}, {"password2": "something else 9"}, {"name": " "},
     {"password1": EMAIL, "password2": EMAIL}, {"password1": "password123", "password2": "password123"}],
)  # fmt: skip
def test_bad_answers_say_so_and_keep_the_link(open_link, client, fields):
    path = open_link()
    assert client.post(path, answers(**fields)).status_code == 422
    assert person() is None
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("password", [" leading and trailing ", "x9" * 200, "\U0001f40e four words of emoji"])
def test_password_is_taken_as_it_is_typed(open_link, client, password):
    client.post(open_link(), answers(password1=password, password2=password))
    for typed, opens in ((password, True), (password.strip()[:-1], False)):
        answer = Client().post("/login/", {"login": EMAIL, "password": typed})
        assert (answer.status_code == 302) == opens


def test_somebody_logged_in_is_asked_to_log_out_first(world, open_link, login):
    client, path = login(world.b_admin), open_link()
    assert "Log out first" in client.get(path).content.decode()
    client.post(path, answers())
    assert person() is None
    assert str(world.b_admin.pk) == client.session["_auth_user_id"]


def test_secret_is_not_in_page_title_or_referrer(open_link, client):
    path = open_link()
    page = client.get(path)
    assert page["Referrer-Policy"] == "strict-origin"
    assert path.split("/")[2] not in page.content.decode()


def test_nothing_is_mailed_by_opening_a_link(open_link, client):
    client.get(open_link())
    assert not mail.outbox and len(invitations()) == 1


def test_password_is_nowhere_on_the_trail(open_link, client):
    client.post(open_link(), answers())
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM accounts_auditentry WHERE changes::text LIKE %s", [f"%{PASSWORD}%"])
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT count(*) FROM accounts_auditentry WHERE changes::text LIKE '%%md5$%%'")
        assert cursor.fetchone() == (0,)
    assert fresh(person()).has_usable_password()
