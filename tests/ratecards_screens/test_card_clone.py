"""Cloning a card: its properties, and as asked for its parents, its rules and its live rates."""

from decimal import Decimal

import pytest

from ratecards import store
from ratecards.models import CardAssignment, CardParent, CardPrivate, Chunk, ProfitRule, RateCard, Revision
from ratecards.services import assignments, cards
from tests.ratecards.conftest import prices_of
from tests.ratecards_screens.conftest import newest, number_of, path_of
from tests.roles import as_owner, damaging

ALL = {"name": "Copy", "public_name": "", "parents": "on", "rules": "on", "rates": "on"}


def test_clone_has_properties_parents_rules_and_rates(shop, panel):
    answer = panel("a_admin", path_of(shop.resold, "clone/"), ALL)
    clone, source = newest(RateCard), newest(RateCard, pk=shop.resold.pk)
    assert (answer.status_code, answer.url) == (302, path_of(clone))
    assert (clone.owner_id, clone.kind, clone.price_rounding) == (source.owner_id, "customer", "up")
    assert newest(CardPrivate, card=clone).name == "Copy"
    assert newest(CardParent, card=clone).assignment_id == shop.assignment.pk
    rule = newest(ProfitRule, card=clone)
    assert (rule.match, rule.type, rule.value) == ("^", "relative", Decimal("0.005"))
    draft = newest(Revision, card=clone)
    assert (draft.state, draft.rows) == ("draft", 3)
    with as_owner():
        live = Revision.objects.filter(card=source).order_by("-number").first()
        assert prices_of(store.load(draft)) == prices_of(store.load(live))


def test_rates_of_a_clone_are_chunks_of_its_own(shop, panel):
    """Stored for the clone as they are: neither card's chunks depend on the other's."""
    panel("a_admin", path_of(shop.resold, "clone/"), ALL)
    clone = newest(RateCard)
    with as_owner():
        live = Revision.objects.filter(card=shop.resold).latest("number")
        kept, given = (sorted(map(bytes, Chunk.objects.filter(card=card).values_list("digest", flat=True)))
                       for card in (shop.resold, clone))  # fmt: skip
        draft = Revision.objects.get(card=clone)
        assert set(given) <= set(kept) and bytes(draft.digest) == bytes(live.digest)
        assert {pair for pair in store.contents.contents_of(draft).digests for pair in pair} == set(given)


@pytest.mark.parametrize(
    "damage", ["DELETE FROM ratecards_chunk", "UPDATE ratecards_chunk SET payload = payload || 'x'::bytea"]
)
def test_rates_that_cannot_be_read_are_not_cloned(shop, panel, damage):
    before = number_of(RateCard)
    with damaging() as cursor:
        cursor.execute(damage)
    page = panel("a_admin", path_of(shop.resold, "clone/"), ALL)
    assert page.status_code == 422
    assert "cannot be read" in page.content.decode()
    assert number_of(RateCard) == before


def test_clone_of_properties_alone(shop, panel):
    assert panel("a_admin", path_of(shop.resold, "clone/"), {"name": "Bare"}).status_code == 302
    clone = newest(RateCard)
    assert [number_of(model, card=clone) for model in (CardParent, ProfitRule, Revision)] == [0, 0, 0]


def test_parent_that_was_taken_away_does_not_come_along(shop, world, acting, panel):
    with acting(world.admin):
        assignments.unassign_card(CardAssignment.objects.get(pk=shop.assignment.pk), actor=world.admin)
    assert panel("a_admin", path_of(shop.resold, "clone/"), ALL).status_code == 302
    clone = newest(RateCard)
    assert (number_of(CardParent, card=clone), number_of(ProfitRule, card=clone)) == (0, 1)


def test_taken_name_is_said_on_its_field_and_nothing_is_made(shop, panel):
    before = number_of(RateCard)
    page = panel("a_admin", path_of(shop.resold, "clone/"), ALL | {"name": "A RETAIL"})
    assert page.status_code == 422
    assert "name" in page.context["form"].errors
    assert number_of(RateCard) == before


def test_archived_card_can_be_cloned(shop, world, acting, panel):
    with acting(world.a_admin):
        cards.archive_card(shop.resold, actor=world.a_admin)
    assert panel("a_admin", path_of(shop.resold, "clone/"), {"name": "Again"}).status_code == 302
    assert newest(RateCard).archived_at is None


def test_only_what_there_is_is_offered(shop, panel):
    assert set(panel("a_admin", path_of(shop.resold, "clone/")).context["form"].fields) == set(ALL)
    offered = set(panel("admin", path_of(shop.source, "clone/")).context["form"].fields)
    assert offered == {"name", "public_name", "rates"}


def test_assigned_card_is_not_cloned(shop, panel):
    assert panel("a_admin", path_of(shop.retail, "clone/")).status_code == 404
    assert panel("a_admin", path_of(shop.retail, "clone/"), ALL).status_code == 404
