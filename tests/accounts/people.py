"""What the tests of people and groups share: shorter words for requests, mails and rows."""

import re

from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import AreaAccess, AuditEntry, Invitation, User
from tests.roles import as_owner

PASSWORD = "a long and quiet river 7"


def url(name, *args):
    return reverse(f"accounts:{name}", args=args)


def seen(client, path):
    """What a form that changes a row sends along: a digest of what it showed. Nothing for who may not open it."""
    form = getattr(client.get(path), "context", None) or {}
    return {"seen": form["form"]["seen"].value()} if "form" in form else {}


def save_group(client, path, values):
    """Post the form of a group and, when it shows what that would do to people, save once more."""
    answer = client.post(path, values)
    if answer.status_code == 200 and "effect_digest" in (answer.context or {}):
        answer = client.post(path, values | {"effect": answer.context["effect_digest"]})
    return answer


def with_password(user, password=PASSWORD):
    """Give a user of the world a password that works, as only he himself could."""
    with as_owner():
        user.set_password(password)
        user.save(update_fields=["password"])
    return user


def links(body=None):
    """The paths of all links in a mail (the last one)."""
    return re.findall(r"https?://[^/\s]+(/\S*)", mail.outbox[-1].body if body is None else body)


def fresh(user):
    with as_owner():
        return User.objects.select_related("company").get(pk=user.pk)


def roles_of(user):
    with as_owner():
        return set(user.groups.filter(role__isnull=False).values_list("role__name", flat=True))


def invitations():
    """Those the test made: the world's own are not among them."""
    with as_owner():
        rows = Invitation.objects.exclude(email__endswith="_new@example.test").select_related("company", "role")
        return list(rows.order_by("pk"))


def set_row(role, area, *boxes):
    """Replace a group's row for one area, or remove it with None as the only box."""
    with as_owner():
        AreaAccess.objects.filter(role=role, area=area).delete()
        if boxes != (None,):
            AreaAccess.objects.create(role=role, area=area, boxes=list(boxes))


def trail(**lookup):
    with as_owner():
        return list(AuditEntry.objects.filter(**lookup).order_by("pk"))


def log_in(email, password=PASSWORD, client=None):
    client = client or Client(raise_request_exception=False)
    return client, client.post("/login/", {"login": email, "password": password})


def ask_reset(email, client=None):
    return (client or Client()).post(reverse("account_reset_password"), {"email": email})


def choose(client, path, new="a river chosen again 9"):
    form = client.get(path)["Location"]
    return client.post(form, {"password1": new, "password2": new})


def confirm_password(client, password=PASSWORD):
    assert client.post(reverse("account_reauthenticate"), {"password": password}).status_code == 302
