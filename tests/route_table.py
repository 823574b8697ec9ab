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


def asked_customer(world, key):
    return {"kind": "customer", "key": str(world.customers[f"{key}_0"].pk)}


def dead_token(world, key):
    return {"token": "x" * 43}


def card(world, key):
    return {"code": world.cards[f"Private retail {key}"].code}


def live(world, key):
    return card(world, key) | {"number": 1}


def draft(world, key):
    return card(world, key) | {"number": 2}


def rule(world, key):
    return card(world, key) | {"pk": world.rules[world.cards[f"Private retail {key}"].pk].pk}


def prefix_set(world, key):
    return {"pk": world.sets[key].pk}


def assignment(world, key):
    return {"code": world.cards["Private wholesale a"].code, "pk": world.assignment.pk}


def nothing_there(world, key):
    return card(world, key) | {"key": "00000000-0000-4000-8000-000000000000"}


def no_bulk(world, key):
    return {"bulk": "00000000-0000-4000-8000-000000000000"}


def no_job(world, key):
    return {"key": "00000000-0000-4000-8000-000000000000"}


def no_customers(world, key):
    return {"upload": "00000000-0000-4000-8000-000000000000"}


def no_template(world, key):
    return {"pk": 2**40}


def no_upload(world, key):
    return card(world, key) | {"upload": "00000000-0000-4000-8000-000000000000"}


def no_activation(world, key):
    return card(world, key) | {"pk": 2**40}


def carrier(world, key):
    return {"pk": world.carrier.pk}


# Cards are always own: the master looks at the prices of another company's card and no further.
PRICES_ONLY = {"admin": 404, "support": 404, "superuser": 404}
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
    "account_reset_password_from_key": Route(
        EVERYBODY, lambda world, key: {"uidb36": "1", "key": "set-password"}, public=True
    ),
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
    "accounts:view_as_start": Route(ADMIN, user, identity=True, shared=True),
    "accounts:view_as_end": Route(EVERYBODY, identity=True, status=405),
    "accounts:support_access_list": Route(EVERYBODY),
    # groups
    "accounts:group_list": Route(EVERYBODY),
    "accounts:group_create": Route(ADMIN),
    "accounts:group_create_default_reseller": Route(ADMIN, post=True),
    "accounts:group_detail": Route(EVERYBODY, role, shared=True),
    "accounts:group_edit": Route(ADMIN, role, shared=True),
    "accounts:group_clone": Route(ADMIN, role, shared=True, post=True),
    "accounts:group_deactivate": Route(ADMIN, role, shared=True),
    "accounts:group_activate": Route(ADMIN, role, shared=True),
    "accounts:group_delete": Route(ADMIN, role, shared=True),
    # information
    "accounts:audit_list": Route(STAFF),
    "accounts:access_proof": Route(STAFF),
    "accounts:audit_detail": Route(STAFF, entry, shared=True),
    "accounts:job_list": Route(EVERYBODY),
    "accounts:job_detail": Route(EVERYBODY, job),
    "accounts:job_progress": Route(EVERYBODY, job),
    "accounts:job_retry": Route(WRITERS, job, post=True),
    "accounts:who_sees": Route(WRITERS, asked_customer),
    "accounts:outbox_list": Route(STAFF, status=404),
    # reseller accounts
    "resellers:reseller_list": Route(EVERYBODY),
    "resellers:company_choose": Route(EVERYBODY),
    "resellers:reseller_create": Route(MANAGERS),
    "resellers:reseller_detail": Route(EVERYBODY, company),
    "resellers:reseller_users": Route(EVERYBODY, company),
    "resellers:reseller_user_create": Route(WRITERS, company),
    "resellers:reseller_customers": Route(EVERYBODY, company),
    "resellers:reseller_access": Route(WRITERS, company),
    "resellers:reseller_edit": Route(MANAGERS, child, special=OWN_ROW),
    "resellers:reseller_suspend": Route(MANAGERS, child, special=OWN_ROW),
    "resellers:reseller_resume": Route(MANAGERS, child, special=OWN_ROW),
    "resellers:reseller_close": Route(MANAGERS, child, special=OWN_ROW),
    # customers
    "resellers:customer_list": Route(EVERYBODY),
    "resellers:customer_create": Route(WRITERS),
    "resellers:customer_detail": Route(EVERYBODY, customer),
    "resellers:customer_edit": Route(WRITERS, customer),
    "resellers:customer_export": Route(WRITERS),
    "resellers:customer_import": Route(WRITERS),
    "resellers:customer_template_delete": Route(WRITERS, no_template, post=True),
    "resellers:customer_import_preview": Route(WRITERS, no_customers, status=404),
    "resellers:customer_import_job": Route(WRITERS, no_job, status=404),
    "resellers:customer_import_confirm": Route(WRITERS, no_job, post=True),
    "resellers:customer_import_correct": Route(WRITERS, no_job, status=404),
    "resellers:customer_import_refused": Route(WRITERS, no_job, status=404),
    # carriers: the master's alone
    "ratecards:carrier_list": Route(STAFF),
    "ratecards:carrier_create": Route(ADMIN),
    "ratecards:carrier_edit": Route(ADMIN, carrier, shared=True),
    "ratecards:exchange_rate_list": Route(f"{STAFF} a_admin a1_admin b_admin"),
    "ratecards:exchange_rate_create": Route(ADMIN),
    # cards
    "ratecards:provider_card_list": Route(EVERYBODY),
    "ratecards:provider_card_create": Route(ADMIN),
    "ratecards:customer_card_list": Route(EVERYBODY),
    "ratecards:customer_card_create": Route(WRITERS),
    "ratecards:rate_search": Route(EVERYBODY),
    "ratecards:search_download": Route(EVERYBODY, query="?number=44"),
    "ratecards:card_detail": Route(EVERYBODY, card),
    "ratecards:card_rates": Route(EVERYBODY, card),
    "ratecards:card_rate": Route(EVERYBODY, card, query="?prefix=44"),
    "ratecards:card_compare": Route(EVERYBODY, card),
    "ratecards:compare_download": Route("admin a_admin a_user a1_admin b_admin", card),
    "ratecards:card_properties": Route(WRITERS, card, special=PRICES_ONLY),
    "ratecards:card_clone": Route(WRITERS, card, special=PRICES_ONLY),
    "ratecards:card_many": Route(WRITERS, post=True),
    "ratecards:card_archive": Route(WRITERS, card, special=PRICES_ONLY),
    "ratecards:card_profits": Route(EVERYBODY, card, special=PRICES_ONLY),
    "ratecards:profit_create": Route(WRITERS, card, special=PRICES_ONLY),
    "ratecards:profit_match": Route(EVERYBODY, card, special=PRICES_ONLY),
    "ratecards:prefix_set_list": Route(EVERYBODY),
    "ratecards:prefix_set_create": Route(WRITERS),
    "ratecards:prefix_set_detail": Route(EVERYBODY, prefix_set, special=PRICES_ONLY),
    "ratecards:prefix_set_edit": Route(WRITERS, prefix_set, special=PRICES_ONLY),
    "ratecards:prefix_set_delete": Route(WRITERS, prefix_set, special=PRICES_ONLY),
    "ratecards:card_build": Route(WRITERS, card, special=PRICES_ONLY),
    "ratecards:build_preview": Route(WRITERS, card, post=True),
    "ratecards:card_explain": Route(EVERYBODY, card, special=PRICES_ONLY),
    "ratecards:bulk_build": Route(WRITERS),
    "ratecards:bulk_build_status": Route(WRITERS, no_bulk, status=404),
    "ratecards:card_assignments": Route(EVERYBODY, card, special=PRICES_ONLY),
    "ratecards:assignment_create": Route(MANAGERS, card, special=PRICES_ONLY),
    "ratecards:card_import": Route(WRITERS, card, special=PRICES_ONLY),
    "ratecards:card_revisions": Route(EVERYBODY, card, special=PRICES_ONLY),
    "ratecards:revision_draft": Route(WRITERS, card, post=True),
    "ratecards:card_revision": Route(EVERYBODY, live, special=PRICES_ONLY),
    "ratecards:draft_rates": Route(WRITERS, draft, special=PRICES_ONLY),
    "ratecards:draft_rate": Route(WRITERS, draft, special=PRICES_ONLY),
    "ratecards:draft_paste": Route(WRITERS, draft, special=PRICES_ONLY),
    "ratecards:draft_bulk": Route(WRITERS, draft, special=PRICES_ONLY),
    "ratecards:revision_activate": Route(WRITERS, live, special=PRICES_ONLY),
    "ratecards:revision_roll_back": Route(WRITERS, card, special=PRICES_ONLY),
    "ratecards:revision_archive": Route(WRITERS, live, post=True),
    "ratecards:revision_restore": Route(WRITERS, live, post=True),
    "ratecards:revision_publish": Route(WRITERS, draft, post=True),
    "ratecards:revision_delete": Route(WRITERS, draft, special=PRICES_ONLY),
    "ratecards:revision_waive": Route(WRITERS, draft, special=PRICES_ONLY),
    "ratecards:revision_refused": Route(WRITERS, draft, status=404),
    "ratecards:draft_remove": Route(WRITERS, draft, post=True),
    "ratecards:draft_undo": Route(WRITERS, draft, post=True),
    "ratecards:activation_cancel": Route(WRITERS, no_activation, post=True),
    "ratecards:profit_edit": Route(WRITERS, rule, special=PRICES_ONLY),
    "ratecards:profit_move": Route(WRITERS, rule, post=True),
    "ratecards:profit_delete": Route(WRITERS, rule, post=True),
    "ratecards:assignment_end": Route(
        MANAGERS, assignment, shared=True, special=dict.fromkeys(["a_admin", "a1_admin", "b_admin"], 404)
    ),
    "ratecards:card_job": Route(EVERYBODY, nothing_there, status=404),
    "ratecards:import_confirm": Route(WRITERS, nothing_there, post=True),
    "ratecards:template_delete": Route(WRITERS, no_activation, post=True),
    "ratecards:revision_release": Route(WRITERS, draft, special=PRICES_ONLY),
    "ratecards:revision_correct": Route(WRITERS, draft, special=PRICES_ONLY),
    "ratecards:import_preview": Route(WRITERS, no_upload, status=404),
    "ratecards:import_deck": Route(WRITERS, no_upload, status=404),
    "ratecards:deck_preview": Route(WRITERS, no_upload, status=404),
    "ratecards:deck_drop": Route(WRITERS, no_upload, post=True),
    "ratecards:card_download": Route("admin a_admin a_user a1_admin b_admin", live),
}
