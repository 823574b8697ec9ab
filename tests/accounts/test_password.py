"""One's own password: changed by whom knows it, reset by whom reads the mail."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from tests.accounts.people import PASSWORD, ask_reset, choose, confirm_password, links, log_in, trail, with_password


def change(client, old=PASSWORD, new="another quiet river 8"):
    data = {"oldpassword": old, "password1": new, "password2": new}
    return client.post(reverse("account_change_password"), data)


def test_password_change_keeps_this_session_and_ends_the_others(world):
    user = with_password(world.a_admin)
    here, there = log_in(user.email)[0], log_in(user.email)[0]
    assert change(here).status_code == 302
    assert here.get("/profile/").status_code == 200
    assert there.get("/profile/").status_code == 302
    assert log_in(user.email, "another quiet river 8")[1].status_code == 302


def test_password_change_needs_the_old_one_and_a_good_new_one(world):
    user = with_password(world.a_admin)
    client, _ = log_in(user.email)
    for old, new in [
        ("wrong", "another quiet river 8"),
        (PASSWORD, "short"),
        (PASSWORD, "password123"),
        (PASSWORD, user.email),
    ]:
        assert change(client, old, new).status_code == 200, new
    assert log_in(user.email)[1].status_code == 302


def test_password_change_is_on_the_trail_without_the_password(world):
    user = with_password(world.a_admin)
    client, _ = log_in(user.email)
    change(client)
    entry = trail(action="update", table="accounts_user", row=str(user.pk), actor=user.pk)[-1]
    assert entry.changes == {"password": ["***", "***"]}


def test_spaces_around_a_password_count(world):
    user = with_password(world.a_admin)
    client, _ = log_in(user.email)
    change(client, new="  another quiet river 8 ")
    assert log_in(user.email, "another quiet river 8")[1].status_code == 200
    assert log_in(user.email, "  another quiet river 8 ")[1].status_code == 302


def test_reset_works_by_mail_once(world):
    user = with_password(world.a_admin)
    ask_reset(user.email)
    path = next(path for path in links() if path.startswith("/login/password/"))
    assert mail.outbox[-1].to == [user.email]
    assert choose(Client(), path)["Location"] == reverse("account_reset_password_from_key_done")
    assert log_in(user.email, "a river chosen again 9")[1].status_code == 302
    assert "Location" not in Client().get(path)  # the second time it leads nowhere


def test_reset_leaves_no_second_address_that_forbids_a_second_factor(world):
    user = with_password(world.a_admin)
    ask_reset(user.email)
    choose(Client(), next(path for path in links() if path.startswith("/login/password/")))
    client, _ = log_in(user.email, "a river chosen again 9")
    confirm_password(client, "a river chosen again 9")
    assert client.get(reverse("mfa_activate_totp")).status_code == 200


@pytest.mark.parametrize("who", ["known", "unknown", "inactive"])
def test_reset_gives_everybody_the_same_answer(world, who):
    email = {"known": world.a_admin.email, "unknown": "nobody@example.test", "inactive": world.a_gone.email}[who]
    answer = ask_reset(email)
    assert (answer.status_code, answer["Location"]) == (302, reverse("account_reset_password_done"))
    assert len(mail.outbox) == 1
    assert any(path.startswith("/login/password/") for path in links()) == (who == "known")


def test_reset_mail_of_an_unknown_address_offers_no_sign_up(world):
    ask_reset("nobody@example.test")
    assert not links()
    assert "by invitation only" in mail.outbox[-1].body


def test_reset_never_names_a_foreign_host(world):
    answer = Client().post(
        reverse("account_reset_password"), {"email": world.a_admin.email}, headers={"host": "evil.test"}
    )
    assert answer.status_code == 400
    assert not mail.outbox
