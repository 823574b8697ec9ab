"""A draft read with its changes laid over it: every place, search and order is that of what publishing gives."""

import random

import pytest

from ratecards import store
from ratecards.engine.table import Row, from_rows
from ratecards.models import Chunk, DraftRow, Revision
from ratecards.services import drafts, revisions
from tests.ratecards.conftest import customer_card, published, row, table
from tests.ratecards.test_store import long_list
from tests.snapshot import once


@pytest.fixture
def a(world, acting):
    with acting(world.a_admin):
        yield world.a_admin


@pytest.fixture
def card(a):
    return customer_card(a)


@pytest.fixture
def changed(a):
    """A draft over a list of several chunks: rows put first, last and between, changed, blocked and taken out."""
    return once(change, a)


def change(a) -> Revision:
    card = customer_card(a)
    draft = revisions.create_draft(card, actor=a, copy_of=published(card, {}, a, rates=long_list()))
    dice = random.Random(5)
    for number in ["1", "0", "99999", "12345", "9", "90099", *(str(dice.randrange(10, 9500)) for _ in range(60))]:
        if dice.random() < 0.4:
            drafts.remove_rate(draft, number, actor=a)
        else:
            drafts.set_rate(
                draft, row(number, "Blocked" if dice.random() < 0.2 else f"0.{dice.randrange(1, 99)}"), actor=a
            )
    return draft


def test_places_of_a_changed_draft_are_those_after_publishing(changed):
    whole = store.effective(changed).rows()
    prices = store.Prices(changed)
    assert len(prices) == len(whole)
    assert prices.rows_at(range(len(whole))) == whole
    assert prices.rows_at([len(whole) - 1, 0, 4000, 17]) == [whole[-1], whole[0], whole[4000], whole[17]]


@pytest.mark.parametrize("prefix", ["0", "1", "12", "9", "99", "99999", "", "5555555"])
def test_what_is_below_a_prefix_is_one_stretch_of_places(changed, prefix):
    prices = store.Prices(changed)
    whole = [one.prefix for one in store.effective(changed).rows()]
    start, stop = prices.below(prefix)
    assert whole[start:stop] == [one for one in whole if one.startswith(prefix)]


def test_names_numbers_and_prices_are_found_as_after_publishing(changed, a):
    prices = store.Prices(changed)
    names, numbers = prices.named("to 12"), ("12345", "1234", "991", "0", "777777", "12", "88888")
    before = [one.prefix for one in prices.rows_at(names)], [prices.find(one) for one in numbers]
    cheapest, dearest = (prices.rows_at(prices.order("cost", descending=down)) for down in (False, True))
    ready = store.Prices(revisions.publish_draft(changed, actor=a))
    assert before == ([one.prefix for one in ready.rows_at(ready.named("TO 12"))], [ready.find(one) for one in numbers])
    assert cheapest == ready.rows_at(ready.order("cost"))
    assert dearest == ready.rows_at(ready.order("cost", descending=True))


def test_price_order_puts_equal_prices_by_prefix_and_blocked_ones_last(card, a):
    ready = published(card, {"1": "0.3", "2": "Blocked", "3": "0.1", "4": "0.1"}, a)
    prices = store.Prices(ready)
    assert prices.order("cost").tolist() == [2, 3, 0, 1]
    assert prices.order("cost", descending=True).tolist() == [0, 2, 3, 1]


def test_copied_draft_stores_no_chunk_and_no_row(card, a):
    first = published(card, {}, a, rates=long_list())
    before = Chunk.objects.count()
    draft = revisions.create_draft(card, actor=a, copy_of=first)
    assert Chunk.objects.count() == before
    assert not DraftRow.objects.filter(revision=draft).exists()
    assert store.load(draft) == store.load(first)


def test_copy_of_a_changed_draft_holds_its_changes(card, a):
    draft = revisions.add_draft(card, table({"44": "0.01"}))
    drafts.set_rate(draft, row("49", "0.02"), actor=a)
    copied = revisions.create_draft(card, actor=a, copy_of=draft)
    drafts.remove_rate(draft, "44", actor=a)
    assert [one.prefix for one in store.effective(copied).rows()] == ["44", "49"]
    assert [one.prefix for one in store.effective(draft).rows()] == ["49"]


def test_deleting_either_twin_leaves_the_other_whole(card, a):
    """A copy and its original list the same chunks: neither takes them away from the other."""
    never_live = published(card, {}, a, rates=long_list(), activate=False)
    draft = revisions.create_draft(card, actor=a, copy_of=never_live)
    revisions.delete_draft(revisions.archive_revision(never_live, actor=a), actor=a)
    assert store.load(Revision.objects.get(pk=draft.pk)) == long_list()
    revisions.delete_draft(draft, actor=a)
    assert not Chunk.objects.filter(card=card).exists()


def test_pages_of_a_price_order_ask_for_all_their_chunks_at_once(card, a, django_assert_num_queries):
    rates = from_rows([Row(str(prefix), "x", (prefix * 7919) % 10_007) for prefix in range(1000, 9999)])
    prices = store.Prices(published(card, {}, a, rates=rates))
    places = prices.order("cost")[:100]
    with django_assert_num_queries(1):
        assert [one.cost for one in prices.rows_at(places)] == sorted(rates.cost.tolist())[:100]
