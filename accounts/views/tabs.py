"""The tabs above users, invitations and groups: one place, as people know it."""

from django.urls import reverse

from accounts import access

TABS = [
    ("Users", "accounts:user_list", "user.view"),
    ("Invitations", "accounts:invitation_list", "user.view"),
    ("Groups", "accounts:group_list", "group.view"),
]


def settings_tabs(user) -> list[tuple[str, str]]:
    return [(label, reverse(route)) for label, route, right in TABS if access.may(user, right)]
