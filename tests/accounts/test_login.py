import re

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.accounts.people import fresh, log_in, trail, with_password
from tests.roles import as_owner

IDENTITY = [
    "account_logout", "account_change_password", "mfa_index", "mfa_activate_totp", "mfa_generate_recovery_codes",
    "usersessions_list",
]  # fmt: skip
PUBLIC = [
    "account_login", "account_inactive", "account_reset_password", "account_reset_password_done",
    "account_reset_password_from_key_done",
]  # fmt: skip


def test_fields_are_login_and_password(world):
    page = Client().get("/login/").content.decode()
    assert set(re.findall(r'<input[^>]* name="([a-z]+)"', page)) >= {"login", "password"}


def test_login_opens_the_panel(world):
    client, answer = log_in(with_password(world.a_admin).email)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get("/profile/").status_code == 200


def test_login_ignores_the_case_of_the_address(world):
    assert log_in(with_password(world.a_admin).email.upper())[1].status_code == 302


def test_login_changes_the_session_key(world):
    client = Client()
    client.get("/login/")
    session = client.session
    session["planted"] = True
    session.save()
    before = client.session.session_key
    log_in(with_password(world.a_admin).email, client=client)
    assert client.session.session_key != before


def test_wrong_password_and_unknown_address_get_the_same_answer(world):
    with_password(world.a_admin)
    pages = []
    for email in (world.a_admin.email, "nobody.here@example.test"):
        answer = log_in(email, "wrong password")[1]
        token = r'name="csrfmiddlewaretoken" value="[^"]*"'
        pages.append((answer.status_code, re.sub(token, "", answer.content.decode()).replace(email, "")))
    assert pages[0] == pages[1]


def test_inactive_user_does_not_get_in(world):
    client, answer = log_in(with_password(world.a_gone).email)
    assert answer["Location"] == "/login/inactive/"
    assert client.get("/profile/").status_code == 302


def test_login_failure_and_logout_are_on_the_trail(world):
    user = with_password(world.a_admin)
    log_in(user.email, "wrong password")
    client, _ = log_in(user.email)
    client.post("/logout/")
    entries = [
        (entry.action, entry.result, entry.actor, entry.address) for entry in trail(action__in=["login", "logout"])
    ]
    assert entries == [
        ("login", "denied", None, "127.0.0.1"),
        ("login", "ok", user.pk, "127.0.0.1"),
        ("logout", "ok", user.pk, "127.0.0.1"),
    ]
    assert trail(action="login", result="denied")[0].label == user.email


def test_logout_needs_a_post_and_ends_the_session(world):
    client, _ = log_in(with_password(world.a_admin).email)
    client.get("/logout/")
    assert client.get("/profile/").status_code == 200
    client.post("/logout/")
    assert client.get("/profile/").status_code == 302


def test_sixth_wrong_password_is_refused_without_asking(world):
    user = with_password(world.a_admin)
    for _ in range(5):
        log_in(user.email, "wrong password")
    assert log_in(user.email)[1].status_code == 200  # the right one too, for a while


def test_nobody_can_sign_up(world):
    for method in ("get", "post"):
        answer = getattr(Client(), method)(reverse("account_signup"), {"email": "new@example.test"})
        assert answer["Location"] == "/login/"


def test_every_identity_page_opens_for_the_person_and_sends_others_to_the_login(world):
    client, _ = log_in(with_password(world.a_reader).email)
    for name in IDENTITY:
        answer = client.get(reverse(name))
        assert answer.status_code == 200 or answer["Location"].startswith("/profile/confirm/"), name
        assert Client().get(reverse(name))["Location"].startswith("/login/"), name


def test_every_public_page_opens_for_anybody(world):
    for name in PUBLIC:
        assert Client().get(reverse(name)).status_code == 200, name


def test_identity_pages_read_no_table_of_tenants(world):
    client, _ = log_in(with_password(world.a_admin).email)
    with CaptureQueriesContext(connection) as asked:
        for name in IDENTITY:
            client.get(reverse(name))
    assert not [query["sql"] for query in asked if "resellers_" in query["sql"] or "accounts_role" in query["sql"]]


def test_suspended_company_gets_its_page_after_login(world):
    client, answer = log_in(with_password(world.closed_admin).email)
    assert answer.status_code == 302
    page = client.get("/profile/")
    assert page.status_code == 403
    assert "No access" in page.content.decode()
    assert client.get(reverse("account_change_password")).status_code == 200


def test_user_of_inactive_groups_sees_only_the_page_that_says_so(world):
    client, _ = log_in(with_password(world.a_dormant).email)
    for path in ("/", "/profile/", "/setup/settings/users/"):
        page = client.get(path)
        assert page.status_code == 403 and "No access" in page.content.decode(), path
    assert client.get(reverse("account_change_password")).status_code == 200


def test_sessions_page_ends_every_other_session(world):
    user = with_password(world.a_admin)
    here, there = log_in(user.email)[0], log_in(user.email)[0]
    assert there.get("/profile/").status_code == 200
    assert here.post(reverse("usersessions_list")).status_code == 302
    assert there.get("/profile/").status_code == 302
    assert here.get("/profile/").status_code == 200


def test_login_role_can_change_nothing_of_a_user_but_password_and_last_login(world):
    wanted = {
        "is_staff": True,
        "is_superuser": True,
        "is_active": True,
        "company_id": 1,
        "email": "x@x.test",
        "name": "x",
    }
    for field, value in wanted.items():
        user = fresh(world.a_gone)
        setattr(user, field, value)
        with pytest.raises(ProgrammingError), transaction.atomic():
            user.save(update_fields=[field])
    with as_owner():
        assert not fresh(world.a_gone).is_staff
