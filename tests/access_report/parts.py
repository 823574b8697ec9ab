"""What the tests of the access report share."""

from accounts.models import User
from accounts.objects import KINDS
from tests.roles import as_owner


def everybody():
    with as_owner():
        return list(User.objects.select_related("company").order_by("pk"))


def every_object():
    """(kind, row) for every row that one can ask about."""
    with as_owner():
        return [(kind, thing) for kind in KINDS.values() for thing in kind.model._default_manager.order_by("pk")]
