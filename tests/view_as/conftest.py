import pytest

from accounts.models import SupportAccess
from tests.roles import as_owner
from tests.view_as.looks import begin


@pytest.fixture
def look(world, login):
    """look(user, viewer) -> the client of a viewer (the administrator) who looks through the user's eyes (a_admin's)."""

    def through(user=None, viewer=None):
        client = login(viewer or world.admin)
        answer = begin(client, user or world.a_admin)
        assert (answer.status_code, answer["Location"]) == (302, "/")
        return client

    return through


@pytest.fixture
def looks(db):
    """looks() -> every look on record, oldest first, as the owner sees them."""

    def on_record():
        with as_owner():
            return list(SupportAccess.objects.order_by("id"))

    return on_record
