"""The cast of every test: two full tenants, a support auditor, the master, and those who may do nothing."""

import pytest
from django.test import Client
from whitenoise.middleware import WhiteNoiseMiddleware

from accounts import acl
from tests import world as worlds

pytest_plugins = ["tests.database", "tests.browser"]


@pytest.fixture(scope="session", autouse=True)
def static_files_are_looked_up_once():
    """Every client draws the middleware anew, and WhiteNoise would look at each of some 240 files again: half of a test."""
    look, found = WhiteNoiseMiddleware.add_files_from_finders, {}

    def once(self):
        if not found:
            look(self)
            found.update(self.files)
        self.files.update(found)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WhiteNoiseMiddleware, "add_files_from_finders", once)
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The clone of this process, with the world built once and committed; tests roll back to it."""
    with django_db_blocker.unblock():
        worlds.build()


@pytest.fixture
def world(db):
    """Fresh objects of the committed world."""
    yield worlds.load()
    acl.forget()


@pytest.fixture
def login():
    """login(user) -> a test client signed in as that user, which shows real error pages instead of raising."""

    def as_user(user=None):
        client = Client(raise_request_exception=False)
        if user is not None:
            client.force_login(user)
        return client

    return as_user


@pytest.fixture
def acting(db):
    """with acting(user): queries in a unit of work of that user, as services and jobs run."""
    return acl.acting_as
