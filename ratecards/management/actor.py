"""In whose name the commands act: rights and row security hold for them as for everybody."""

from django.core.management.base import CommandError
from django.db import connection

from accounts import access, acl
from accounts.models import User
from ratecards.models import RateCard

MASTERS = """
    SELECT u.id FROM accounts_user u, LATERAL acl.resolve(u.id) s
    WHERE s.role = 'acl_master' AND NOT u.is_staff ORDER BY u.id
"""


def master_administrator(*rights: str) -> User:
    """The first active user of the master company who holds all these rights and may write, or CommandError."""
    with connection.cursor() as cursor:
        cursor.execute(MASTERS)
        ids = [pk for (pk,) in cursor.fetchall()]
    for pk in ids:
        user = User.objects.get(pk=pk)
        with acl.acting_as(user, read_only=True):
            if all(access.may(user, right) for right in rights):
                return user
    raise CommandError(f"no active user of the master company holds {', '.join(rights)}: run create_admin first")


def card_of(code: str) -> RateCard:
    """The card of a code as the unit's user sees it, or CommandError."""
    try:
        return RateCard.objects.get(code=code)
    except RateCard.DoesNotExist:
        raise CommandError(f"there is no rate card {code}") from None
