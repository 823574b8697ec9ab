"""Mails of accounts. They are sent after the commit, as the login role: a mail tells only what really happened."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from allauth.core import context as allauth_context
from django.conf import settings
from django.core.mail import send_mail
from django.db import connection
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import User


def link(route: str, *args) -> str:
    """An absolute address: as the settings say, else of the current request, else of the first allowed host."""
    path, request = reverse(route, args=args), allauth_context.request
    if settings.PUBLIC_URL:
        return settings.PUBLIC_URL.rstrip("/") + path
    if request is not None:
        return request.build_absolute_uri(path)
    host = next((host for host in settings.ALLOWED_HOSTS if host[:1] not in "*."), "localhost")
    return f"https://{host}{path}" if settings.SESSION_COOKIE_SECURE else f"http://{host}:8000{path}"


def send_invitation(email: str, context: dict) -> None:
    """The link; or, to an address that has an account, word of the attempt: only the owner of the address learns it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT acl.has_account(%s)", [email])
        known = cursor.fetchone()[0]
    template = "invitation_known" if known else "invitation"
    send(f"Your account at {context['company']}", template, email, context | {"login_url": link("account_login")})


def send_password_reset(user_id: int) -> None:
    """A link of the same kind as the login page sends: only the owner of the address can choose the password."""
    user = User.objects.defer(None).get(pk=user_id)
    key = default_token_generator.make_token(user)
    url = link("account_reset_password_from_key", user_pk_to_url_str(user), key)
    send("Your password", "password_reset", user.email, {"name": user.name, "url": url})


def send(subject: str, template: str, email: str, context: dict) -> None:
    body = render_to_string(f"accounts/mail/{template}.txt", context)
    send_mail(" ".join(subject.split()), body, settings.DEFAULT_FROM_EMAIL, [email])
