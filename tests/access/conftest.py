"""Fixtures of the tests of access."""

import pytest

from tests.access import proving


@pytest.fixture
def database(django_db_setup, django_db_blocker):
    """A cursor of the superuser over the committed world."""
    with django_db_blocker.unblock(), proving.superuser() as cursor:
        yield cursor
