"""The rows of tests/test_every_url.py: one for each route, named as in the urlconfs."""

from tests.routes import EVERYBODY, IDENTITY, PUBLIC, Route

STAFF = "admin support superuser"
WRITERS = "admin a_admin a_user a1_admin b_admin"  # boxes create and update of what a default reseller has
MANAGERS = "admin a_admin a1_admin b_admin"  # every box a reseller may hold
ADMIN = "admin"


def company(world, key):
    return {"pk": getattr(world.companies, key).pk}


def child(world, key):
    return {"pk": getattr(world.companies, {"a": "a1"}.get(key, key)).pk}


def customer(world, key):
    return {"pk": world.customers[f"{key}_0"].pk}


def user(world, key):
    return {"pk": getattr(world, f"{key}_reader").pk}


def invitation(world, key):
    return {"pk": world.invitations[key].pk}


def role(world, key):
    return {"pk": world.roles.resellers.pk}


def job(world, key):
    return {"key": str(world.jobs[key].key)}


def entry(world, key):
    return {"pk": world.entry.pk}


def dead_token(world, key):
    return {"token": "x" * 43}


OWN_ROW = {"a1_admin": 403}  # nobody changes his own company

ROUTES = {
    "dashboard": Route(EVERYBODY),
    "healthz": PUBLIC,
    "readyz": PUBLIC,
    # login, for everybody
    "account_login": PUBLIC,
    "account_inactive": PUBLIC,
    "account_signup": PUBLIC,
    "account_reset_password": PUBLIC,
    "account_reset_password_done": PUBLIC,
    "account_reset_password_from_key": Route(EVERYBODY, lambda world, key: {"uidb36": "1", "key": "set-password"}, public=True),
    "account_reset_password_from_key_done": PUBLIC,
    "mfa_authenticate": PUBLIC,
    "accounts:invitation_accept": Route(EVERYBODY, dead_token, public=True, status=404),
    # the person himself; some pages lead on or are not there, for these people have neither password nor second factor
    "account_logout": IDENTITY,
    "account_reauthenticate": Route(EVERYBODY, identity=True, status=403),
    "mfa_reauthenticate": Route(EVERYBODY, identity=True, status=403),
    "account_change_password": IDENTITY,
    "account_set_password": IDENTITY,
    "mfa_index": IDENTITY,
    "mfa_activate_totp": IDENTITY,
    "mfa_deactivate_totp": Route(EVERYBODY, identity=True, status=404),
    "mfa_view_recovery_codes": Route(EVERYBODY, identity=True, status=404),
    "mfa_generate_recovery_codes": IDENTITY,
    "mfa_download_recovery_codes": Route(EVERYBODY, identity=True, status=404),
    "usersessions_list": IDENTITY,
    "accounts:profile": Route(EVERYBODY),
    # users
    "accounts:user_list": Route(EVERYBODY),
    "accounts:user_invite": Route(WRITERS),
    "accounts:invitation_list": Route(EVERYBODY),
    "accounts:invitation_resend": Route(WRITERS, invitation, post=True),
    "accounts:invitation_withdraw": Route(WRITERS, invitation, post=True),
    "accounts:user_detail": Route(EVERYBODY, user),
    "accounts:user_edit": Route(WRITERS, user),
    "accounts:user_deactivate": Route(WRITERS, user),
    "accounts:user_activate": Route(WRITERS, user, post=True),
    "accounts:user_send_reset": Route(WRITERS, user, post=True),
    # groups
    "accounts:group_list": Route(EVERYBODY),
    "accounts:group_create": Route(ADMIN),
    "accounts:group_create_default_reseller": Route(ADMIN, post=True),
    "accounts:group_detail": Route(EVERYBODY, role, shared=True),
    "accounts:group_edit": Route(ADMIN, role, shared=True),
    "accounts:group_clone": Route(ADMIN, role, shared=True, post=True),
    "accounts:group_deactivate": Route(ADMIN, role, shared=True),
    "accounts:group_activate": Route(ADMIN, role, shared=True, post=True),
    "accounts:group_delete": Route(ADMIN, role, shared=True),
    # information
    "accounts:audit_list": Route(STAFF),
    "accounts:audit_detail": Route(STAFF, entry, shared=True),
    "accounts:job_list": Route(EVERYBODY),
    "accounts:job_detail": Route(EVERYBODY, job),
    "accounts:job_progress": Route(EVERYBODY, job),
    "accounts:job_retry": Route(WRITERS, job, post=True),
    "accounts:outbox_list": Route(STAFF, status=404),
    # reseller accounts
    "resellers:reseller_list": Route(EVERYBODY),
    "resellers:reseller_create": Route(MANAGERS),
    "resellers:reseller_detail": Route(EVERYBODY, company),
    "resellers:reseller_users": Route(EVERYBODY, company),
    "resellers:reseller_user_create": Route(WRITERS, company),
    "resellers:reseller_customers": Route(EVERYBODY, company),
    "resellers:reseller_edit": Route(MANAGERS, child, special=OWN_ROW),
    "resellers:reseller_suspend": Route(MANAGERS, child, special=OWN_ROW),
    "resellers:reseller_resume": Route(MANAGERS, child, special=OWN_ROW),
    "resellers:reseller_close": Route(MANAGERS, child, special=OWN_ROW),
    # customers
    "resellers:customer_list": Route(EVERYBODY),
    "resellers:customer_create": Route(WRITERS),
    "resellers:customer_detail": Route(EVERYBODY, customer),
    "resellers:customer_edit": Route(WRITERS, customer),
}
