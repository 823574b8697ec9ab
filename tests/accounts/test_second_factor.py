from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import Client
from django.urls import reverse

from tests.accounts.people import ask_reset, choose, confirm_password, links, log_in, trail, with_password


def totp_code(secret):
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def with_second_factor(client):
    confirm_password(client)
    page = client.get(reverse("mfa_activate_totp"))
    secret = client.session["mfa.totp.secret"]
    assert page.status_code == 200
    assert client.post(reverse("mfa_activate_totp"), {"code": totp_code(secret)}).status_code == 302
    return secret


def test_second_factor_is_asked_at_login_and_on_the_trail(world, django_capture_on_commit_callbacks):
    user = with_password(world.a_admin)
    client, _ = log_in(user.email)
    with django_capture_on_commit_callbacks(execute=True):
        with_second_factor(client)
    again, answer = log_in(user.email)
    assert answer["Location"] == reverse("mfa_authenticate")
    assert again.get("/profile/").status_code == 302
    again.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert again.get("/profile/").status_code == 302
    labels = [entry.label for entry in trail(action="second factor")]
    assert labels == ["totp added", "recovery_codes added"]
    assert trail(action="login", result="denied")[0].reason == "wrong second factor"


def test_recovery_code_logs_in_once(world):
    user = with_password(world.a_admin)
    client, _ = log_in(user.email)
    with_second_factor(client)
    code = client.get(reverse("mfa_download_recovery_codes")).content.decode().split()[0]
    for opens in (True, False):
        again, _ = log_in(user.email)
        again.post(reverse("mfa_authenticate"), {"code": code})
        assert (again.get("/profile/").status_code == 200) == opens


def test_reset_does_not_skip_the_second_factor(world):
    user = with_password(world.a_admin)
    with_second_factor(log_in(user.email)[0])
    ask_reset(user.email)
    choose(Client(), next(path for path in links() if path.startswith("/login/password/")))
    assert log_in(user.email, "a river chosen again 9")[1]["Location"] == reverse("mfa_authenticate")
