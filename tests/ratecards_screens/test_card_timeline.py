"""The timeline of a card: what is live, was live and will be, at any instant, and rolling back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEntry
from ratecards.models import Activation
from ratecards.services import revisions
from tests.ratecards.conftest import published
from tests.ratecards_screens.conftest import body_of, newest, of_source, seen, text_of
from tests.ratecards_screens.test_card_revisions import states


@pytest.fixture
def second(shop, world, acting):
    """Revision 2 of the carrier's card, live now."""
    with acting(world.admin):
        return published(shop.source, {"44": "0.05"}, world.admin)


def test_page_tells_what_is_live_was_live_and_will_be(second, shop, world, acting, panel):
    with acting(world.admin):
        third = published(shop.source, {"44": "0.06"}, world.admin, activate=False)
        days = [timezone.now() + timedelta(days=day) for day in (2, 3)]
        taken_back, _ = [revisions.activate_revision(third, actor=world.admin, at=at) for at in days]
        revisions.cancel_activation(taken_back, actor=world.admin)
    found = panel("admin", of_source(shop, "")).context["periods"]
    assert [(one.entry.revision.number, one.state) for one in found] == [
        (3, "announced"), (3, "cancelled"), (2, "active"), (1, "was live")]  # fmt: skip
    assert found[2].until == found[0].entry.live_from
    assert found[3].until == found[2].entry.live_from


def test_price_list_of_any_instant_is_told(second, shop, panel):
    between = newest(Activation, revision__number=1, card=shop.source).live_from
    for at, number in ((timezone.now() + timedelta(days=400), 2), (between - timedelta(days=1), None)):
        page = panel("admin", of_source(shop, f"?at={at:%Y-%m-%dT%H:%M}"))
        assert (page.context["at_revision"] and page.context["at_revision"].number) == number


@pytest.mark.parametrize("at", ["soon", "2026-99-99", "%00", "9999999-01-01"])
def test_instant_that_is_none_is_said(shop, panel, at):
    page = panel("admin", of_source(shop, f"?at={at}"))
    assert page.status_code == 200
    assert page.context["instant"].errors


def test_roll_back_brings_the_one_before_back_at_once_with_a_reason(second, shop, panel):
    asked = panel("admin", of_source(shop, "roll-back/"))
    assert "from revision 2 to revision 1" in text_of(asked)
    assert panel("admin", of_source(shop, "roll-back/"), {"reason": " "} | seen(asked)).status_code == 422
    assert states(panel("admin", of_source(shop, "")))[2] == "active"
    assert panel("admin", of_source(shop, "roll-back/"), {"reason": "Wrong currency."} | seen(asked)).status_code == 302
    assert states(panel("admin", of_source(shop, ""))) == {1: "active", 2: "superseded"}
    assert newest(AuditEntry, action="roll_back").reason == "Wrong currency."


def test_roll_back_sent_twice_does_not_bring_back_what_was_left(second, shop, panel):
    """Two people who see the wrong prices, or one who presses twice."""
    given = {"reason": "Wrong currency."} | seen(panel("admin", of_source(shop, "roll-back/")))
    assert panel("admin", of_source(shop, "roll-back/"), given).status_code == 302
    late = panel("admin", of_source(shop, "roll-back/"), given)
    assert late.status_code == 422
    assert "Somebody changed this meanwhile" in text_of(late)
    assert panel("admin", of_source(shop, "roll-back/"), {"reason": "Not looked at."}).status_code == 422
    assert states(panel("admin", of_source(shop, ""))) == {1: "active", 2: "superseded"}


def test_nothing_before_is_nothing_to_go_back_to(shop, panel):
    assert "roll-back" not in body_of(panel("admin", of_source(shop, "")))
    answer = panel(
        "admin", of_source(shop, "roll-back/"), {"reason": "x"} | seen(panel("admin", of_source(shop, "roll-back/")))
    )
    assert answer.status_code == 422
    assert "No other revision was live" in text_of(answer)


def test_archived_one_is_not_rolled_back_to(second, shop, panel):
    panel("admin", of_source(shop, "1/archive/"), {})
    asked = panel("admin", of_source(shop, "roll-back/"))
    answer = panel("admin", of_source(shop, "roll-back/"), {"reason": "x"} | seen(asked))
    assert answer.status_code == 422
    assert "Only a ready revision" in text_of(answer)


def test_who_activates_is_told_what_is_announced_already(second, shop, world, acting, panel):
    with acting(world.admin):
        third = published(shop.source, {"44": "0.06"}, world.admin, activate=False)
        entry = revisions.activate_revision(third, actor=world.admin, at=timezone.now() + timedelta(days=2))
    page = panel("admin", of_source(shop, "1/activate/"))
    assert page.status_code == 200
    assert f"Revision 3 is announced for {entry.live_from:%Y-%m-%d}" in text_of(page)
