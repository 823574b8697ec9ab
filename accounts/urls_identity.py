"""Login, second factor, password and sessions: allauth's pages under the names it reverses, each declared one by one.

What is not mounted does not exist: no sign-up, no second e-mail address, no login by code.
"""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.usersessions import views as sessions
from django.urls import path, re_path

from accounts import access
from accounts.views import login

urlpatterns = [
    # before anybody is known
    path("login/", access.public(account.login), name="account_login"),
    path("login/second-factor/", access.public(mfa.authenticate), name="mfa_authenticate"),
    path("login/inactive/", access.public(account.account_inactive), name="account_inactive"),
    path("login/sign-up/", access.public(login.sign_up), name="account_signup"),
    path("login/password/", access.public(account.password_reset), name="account_reset_password"),
    path("login/password/sent/", access.public(account.password_reset_done), name="account_reset_password_done"),
    re_path(
        r"^login/password/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$", access.public(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "login/password/done/", access.public(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    # the person himself
    path("logout/", access.identity(account.logout), name="account_logout"),
    path("profile/confirm/", access.identity(account.reauthenticate), name="account_reauthenticate"),
    path("profile/confirm/second-factor/", access.identity(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("profile/password/", access.identity(account.password_change), name="account_change_password"),
    path("profile/password/first/", access.identity(account.password_set), name="account_set_password"),
    path("profile/second-factor/", access.identity(mfa.index), name="mfa_index"),
    path("profile/second-factor/app/", access.identity(totp.activate_totp), name="mfa_activate_totp"),
    path("profile/second-factor/app/remove/", access.identity(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("profile/second-factor/codes/", access.identity(recovery.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "profile/second-factor/codes/new/", access.identity(recovery.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "profile/second-factor/codes/download/", access.identity(recovery.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
    path("profile/sessions/", access.identity(sessions.list_usersessions), name="usersessions_list"),
]  # fmt: skip
