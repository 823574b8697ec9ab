"""Archiving a card: what depends on it is named first, and nothing goes while anything does."""

from datetime import timedelta

from django.utils import timezone

from ratecards.models import CardAssignment, RateCard
from ratecards.services import assignments, revisions, rules
from tests.ratecards.conftest import customer_card, published
from tests.ratecards_screens.conftest import body_of, newest, path_of, text_of


def test_card_in_use_names_who_has_it(shop, world, panel):
    page = panel("admin", path_of(shop.retail, "archive/"))
    assert [one.company for one in page.context["companies"]] == [world.companies.a]
    assert "cannot be archived" in text_of(page)
    assert panel("admin", path_of(shop.retail, "archive/"), {}).status_code == 302
    assert f"is assigned to {world.companies.a}" in text_of(panel("admin", path_of(shop.retail)))
    assert newest(RateCard, pk=shop.retail.pk).archived_at is None


def test_card_that_others_are_built_from_names_them(shop, panel):
    page = panel("admin", path_of(shop.source, "archive/"))
    assert [child.shown_name for child in page.context["children"]] == ["Retail"]
    panel("admin", path_of(shop.source, "archive/"), {})
    assert "Built from this card: Retail" in text_of(panel("admin", path_of(shop.source)))


def test_card_that_nothing_depends_on_is_archived(shop, world, acting, panel):
    with acting(world.admin):
        assignments.unassign_card(CardAssignment.objects.get(pk=shop.assignment.pk), actor=world.admin)
        rules.set_parents(shop.retail, [], actor=world.admin)
    for card in (shop.retail, shop.source):
        page = panel("admin", path_of(card, "archive/"))
        assert "Archive “" in text_of(page)
        assert f'href="{path_of(card)}">Cancel</a>' in body_of(page)
        assert panel("admin", path_of(card, "archive/"), {}).status_code == 302
        assert newest(RateCard, pk=card.pk).archived_at is not None


def test_card_with_announced_prices_is_archived_when_they_are_cancelled(world, acting, panel):
    """Of an archived card nobody could cancel them any more."""
    with acting(world.admin):
        card = customer_card(world.admin)
        revision = published(card, {"44": "0.01"}, world.admin, activate=False)
        entry = revisions.activate_revision(revision, actor=world.admin, at=timezone.now() + timedelta(days=2))
    answer = panel("admin", path_of(card, "archive/"), {}, follow=True)
    assert "Revision 1 is announced for a day to come: cancel that first." in text_of(answer)
    assert newest(RateCard, pk=card.pk).archived_at is None
    with acting(world.admin):
        revisions.cancel_activation(entry, actor=world.admin)
    assert panel("admin", path_of(card, "archive/"), {}).url == path_of(card)
    assert newest(RateCard, pk=card.pk).archived_at is not None
