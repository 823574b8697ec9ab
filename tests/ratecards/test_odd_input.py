"""What no browser sends: numbers of thousands of digits, other scripts' digits, NUL, the end of the calendar."""

import pytest
from django.core.exceptions import ValidationError

from accounts.models import User
from ratecards.models import Activation
from ratecards.services import drafts, revisions
from tests.ratecards.conftest import customer_card, published, table
from tests.roles import as_owner

CARDS = "/management/rate-cards/"
NO_NUMBERS = ["9" * 5000, "\u00b2", "\u0663", "-1", "1\0", "9" * 12]


@pytest.fixture
def card(world, acting):
    with acting(world.a_admin):
        card = customer_card(world.a_admin)
        published(card, {"44": "0.01"}, world.a_admin)
        return card


@pytest.mark.parametrize("number", NO_NUMBERS)
def test_revision_that_is_no_number_is_404(card, world, login, number):
    client = login(world.a_admin)
    assert client.get(f"{CARDS}{card.code}/rates/", {"revision": number}).status_code == 404
    assert client.post(f"{CARDS}{card.code}/revisions/new/", {"copy_of": number}).status_code == 404


def test_revision_number_beyond_the_column_is_404(card, world, login):
    assert login(world.a_admin).get(f"{CARDS}{card.code}/rates/", {"revision": "9" * 9}).status_code == 404


def test_undo_of_what_is_no_prefix_is_said(card, world, acting, login):
    with acting(world.a_admin):
        draft = revisions.add_draft(card, table({"44": "0.02"}))
        with pytest.raises(ValidationError):
            drafts.undo_rate(draft, "4\0", actor=world.a_admin)
    path = f"{CARDS}{card.code}/revisions/{draft.number}/rates/undo/"
    assert login(world.a_admin).post(path, {"prefix": "4\0x"}).status_code == 302


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/Los_Angeles"])
@pytest.mark.parametrize("at", ["9999-12-31T23:59", "0001-01-01T00:00", "2200-01-01T00:00"])
def test_date_live_out_of_reach_is_refused_on_its_field(card, world, acting, login, zone, at):
    with as_owner():
        User.objects.filter(pk=world.a_admin.pk).update(time_zone=zone)
    with acting(world.a_admin):
        ready = published(card, {"44": "0.02"}, world.a_admin, activate=False)
        before = Activation.objects.filter(card=card).count()
    path = f"{CARDS}{card.code}/revisions/{ready.number}/activate/"
    response = login(world.a_admin).post(path, {"when": "later", "at": at})
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["at"])
    with acting(world.a_admin):
        assert Activation.objects.filter(card=card).count() == before
