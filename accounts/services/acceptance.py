"""The other end of an invitation: who holds its secret sees what it offers and becomes a user, once.

Runs as the login role: both questions are functions of the database that answer only to the secret.
"""

from typing import NamedTuple

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, connection, transaction

from accounts import acl, audit
from accounts.models import User
from accounts.services.invitations import digest


class Offer(NamedTuple):
    """What the page of an invitation shows."""

    email: str
    name: str
    company: str
    expires_at: object


def read_invitation(token: str) -> Offer | None:
    """What the link offers; None when it is unknown, used, expired, withdrawn, or its sender may not act any more."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT email, name, company, expires_at FROM acl.invitation(%s)", [digest(token)])
        row = cursor.fetchone()
    return row and Offer(*row)


def accept_invitation(token: str, *, name: str, password: str, request=None) -> User | None:
    """Make the user that the invitation describes; None when the link is dead, also for all but one of many at once."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT acl.accept_invitation(%s, %s, %s)", [digest(token), name, make_password(password)])
            user_id = cursor.fetchone()[0]
            acl.settle()
            if user_id is None:
                return None
            user = User.objects.get(pk=user_id)
            audit.record("accept", request=request, actor=user, thing=user, company=user.company_id)
            return user
    except IntegrityError:  # two links for one address, used at the same moment
        return None
