"""Looking through a reseller user's eyes: who may, for how long, and what ends it. Nothing can be changed meanwhile.

Both locks decide, when it begins and at every request: here the access module, as the viewer himself, and in the
database acl.enter, by the row of the look, what the viewer's groups draw and the standing of both.
"""

import contextlib
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404
from django.utils import timezone

from accounts import access, acl
from accounts.areas import RESELLER, needed, reading
from accounts.models import User
from accounts.tenancy import register

RIGHT = "reseller.view_as"
# All that a reseller may ever read. Whoever shows himself that with another's eyes must be allowed to read it himself.
READING = frozenset().union(*reading(RESELLER).values())


@dataclass(frozen=True)
class Visit:
    """A look that goes on: `viewer` sees what `user` of `company` (its name) would see."""

    key: UUID
    viewer: User
    user: User
    company: str
    ends_at: datetime

    @property
    def minutes_left(self) -> int:
        return max(1, ceil((self.ends_at - timezone.now()).total_seconds() / 60))


# -- who may -----------------------------------------------------------------------------------------------------------


def may_view_as(user, actor) -> bool:
    """Whether `actor` may look through the eyes of `user` now, both in the unit of the actor."""
    return can_be_viewed(user) and may_view_into(user.company, actor)


def may_view_into(company, actor) -> bool:
    """Whether `actor` may look through the eyes of the users of a company at all: a reseller's, open up to the root."""
    return may_look(actor) and not company.is_master and is_open(company)


def may_look(actor) -> bool:
    """Whether somebody holds the right, and may himself read all that a reseller may."""
    return access.may(actor, RIGHT) and access.rights_of(actor).held >= READING


def can_be_viewed(user) -> bool:
    """Never the carrier's own staff, whatever company the row names, and nobody who could not log in himself."""
    return user.is_active and not (user.is_staff or user.is_superuser)


def is_open(company) -> bool:
    """Whether neither the company nor one above it is suspended or closed: its users could log in."""
    above = register.closure.objects.filter(descendant=company.pk)
    return not above.exclude(ancestor__status=type(company).ACTIVE).exists()


def viewable(actor, pk: int) -> User:
    """The user whose eyes `actor` may borrow, in the actor's unit.

    PermissionDenied without the right and for people nobody may look at so; 404 for who is out of sight.
    """
    if not may_look(actor):
        raise PermissionDenied(f"{needed(RIGHT)}, and the right to read everything that a reseller may read.")
    user = access.get_or_404(actor, User, RIGHT, pk=pk)
    if not may_view_as(user, actor):
        raise PermissionDenied(
            "Only active users of an open reseller account can be viewed, never the carrier's own people."
        )
    return user


# -- its life ----------------------------------------------------------------------------------------------------------


def begin_view_as(user, *, actor, reason: str) -> UUID:
    """Open a look for 30 minutes, as the login role; the database refuses (42501) who may not. Returns its key."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT acl.begin_view_as(%s, %s, %s)", [actor.pk, user.pk, reason])
        return cursor.fetchone()[0]


def end_view_as(key: UUID, *, actor) -> tuple[int, int, str] | None:
    """End the actor's look for good; (user's id, his company's id, his e-mail), or None when there is no such look."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM acl.end_view_as(%s, %s)", [key, actor.pk])
        return cursor.fetchone()


def visit_of(key: UUID, *, actor) -> Visit | None:
    """The actor's look, while both locks still allow it; None when it is over. Outside of any unit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM acl.viewed(%s, %s)", [key, actor.pk])
        row = cursor.fetchone()
    if row is None:
        return None
    user_id, company, ends_at = row
    with contextlib.suppress(Http404, PermissionDenied, acl.NoScope), acl.acting_as(actor, read_only=True):
        viewable(actor, user_id)
        user = User.objects.get(pk=user_id)
        user.viewer = actor  # whatever enters as this object, a download that goes on too, enters as a look
        return Visit(key, actor, user, company, ends_at)
    return None
