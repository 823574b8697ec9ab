"""Prices written into chunks and read again: whole, by page, by number; damage is never served."""

import numpy as np
import pytest
from django.db import connection, transaction

from ratecards import store
from ratecards.engine.lookup import find as find_in_table
from ratecards.engine.table import Row, from_rows
from ratecards.models import Chunk, DraftRow, Revision
from ratecards.services import revisions
from tests.ratecards.conftest import customer_card, prices_of, published, table
from tests.roles import as_owner, damaging


def long_list(count=9000, changed=()):
    """A list of several chunks with nested prefixes; some rows may have another price."""
    prefixes = sorted({str(number) for number in range(10, 10 + count)} | {"9", "99"})
    return from_rows([Row(prefix, f"To {prefix[:2]}", 1_000_000 + 10**8 * (prefix in changed), mcd=1, pulse=1)
                      for prefix in prefixes])  # fmt: skip


@pytest.fixture
def card(world, acting):
    with acting(world.admin):
        return customer_card(world.admin)


@pytest.fixture
def inside(world, acting):
    with acting(world.admin):
        yield world.admin


def test_what_is_written_is_read_again(card, inside):
    written = long_list()
    revision = revisions.add_draft(card, written)
    assert store.load(revision) == written
    assert store.count(revision) == len(written) == revision.rows


def test_any_page_equals_the_slice_of_the_whole(card, inside):
    written = long_list()
    revision = revisions.add_draft(card, written)
    whole = written.rows()
    for start, stop in ((0, 50), (3990, 4200), (len(whole) - 3, len(whole) + 50), (len(whole), len(whole) + 9), (5, 5)):
        assert store.rows(revision, start, stop) == whole[start:stop]


def test_page_decodes_only_its_chunks(card, inside):
    revision = revisions.add_draft(card, long_list())
    store.count(revision)
    everything = Chunk.objects.filter(card=card).count()
    with connection.execute_wrapper(counting := Counting()):
        store.rows(revision, 0, 10)
    assert counting.digests == 2 < everything


class Counting:
    """Counts the digests that a statement asks chunks for."""

    digests = 0

    def __call__(self, execute, sql, params, many, context):
        if "ratecards_chunk" in sql:
            self.digests += sum(not isinstance(one, int) for one in params)
        return execute(sql, params, many, context)


def test_number_finds_its_longest_prefix_across_chunks(card, inside):
    written = long_list()
    revision = revisions.add_draft(card, written)
    for number in ("4477", "9", "99", "9999999", "10", "90001234", "8", "1", "0"):
        place = find_in_table(written, number)
        assert store.find(revision, number) == (written.row(place) if place >= 0 else None), number
    numbers = ["4477", "8", "99999", "44771234"]
    found, places = store.find_many(revision, numbers)
    answers = [found.row(place) if place >= 0 else None for place in places.tolist()]
    assert answers == [store.find(revision, number) for number in numbers]
    assert answers[1] is None


def test_warm_look_up_asks_the_database_nothing(card, inside, django_assert_num_queries):
    revision = revisions.add_draft(card, long_list())
    store.find(revision, "4477")
    with django_assert_num_queries(0):
        assert store.find(revision, "44771").prefix == "4477"


def test_rates_below_a_prefix_are_one_stretch(card, inside):
    written = long_list()
    revision = revisions.add_draft(card, written)
    whole = [row.prefix for row in written.rows()]
    for prefix in ("4", "44", "99", "9", "", "7777777", "0"):
        start, stop = store.below(revision, prefix)
        assert whole[start:stop] == [one for one in whole if one.startswith(prefix)]


def test_names_are_found_anywhere_in_the_list(card, inside):
    revision = revisions.add_draft(card, long_list())
    found = store.named(revision, "TO 44")
    assert {store.rows(revision, place, place + 1)[0].name for place in found.tolist()} == {"To 44"}
    assert len(found) == sum(row.name == "To 44" for row in long_list().rows())


def test_small_change_stores_few_new_chunks(card, inside):
    revisions.add_draft(card, long_list())
    before = Chunk.objects.filter(card=card).count()
    second = revisions.add_draft(card, long_list(changed={"4477"}))
    assert 1 <= Chunk.objects.filter(card=card).count() - before <= 2
    assert store.find(second, "4477").cost == 101_000_000


def test_rewritten_draft_leaves_no_chunk_behind(card, inside):
    revision = revisions.add_draft(card, long_list())
    store.write(revision, table({"44": "0.01"}))
    assert prices_of(store.load(revision)) == {"44": "0.01"}
    assert Chunk.objects.filter(card=card).count() == 2


def test_drop_keeps_chunks_that_another_revision_needs(card, inside):
    kept = revisions.add_draft(card, long_list())
    gone = revisions.add_draft(card, long_list(changed={"4477"}))
    chunks = Chunk.objects.filter(card=card).count()
    store.drop(gone)
    assert Chunk.objects.filter(card=card).count() < chunks
    assert store.load(kept) == long_list()
    store.drop(kept)
    assert not Chunk.objects.filter(card=card).exists()


def test_published_revision_cannot_be_written(card, inside):
    revision = published(card, {"44": "0.01"}, inside)
    with pytest.raises(Revision.DoesNotExist):
        store.write(revision, table({"44": "0.02"}))
    assert prices_of(store.load(revision)) == {"44": "0.01"}


def test_draft_rows_lie_over_the_chunks(card, inside):
    draft = revisions.add_draft(card, table({"44": "0.01", "441": "0.02", "49": "0.03"}))
    own = {"revision": draft, "card": card, "owner": card.owner}
    DraftRow.objects.create(prefix="441", cost=5_000_000, **own)
    DraftRow.objects.create(prefix="33", cost=7_000_000, name="France", **own)
    DraftRow.objects.create(prefix="49", removed=True, **own)
    assert prices_of(store.effective(draft)) == {"44": "0.01", "441": "0.05", "33": "0.07"}
    assert prices_of(store.load(draft)) == {"44": "0.01", "441": "0.02", "49": "0.03"}


@pytest.mark.parametrize("damage", [
    "UPDATE ratecards_chunk SET payload = overlay(payload PLACING '\\x00ff'::bytea FROM 9)",
    "UPDATE ratecards_chunk SET payload = substring(payload FROM 1 FOR length(payload) - 4)",
    "DELETE FROM ratecards_chunk WHERE id = (SELECT max(id) FROM ratecards_chunk)",
])  # fmt: skip
def test_damaged_chunk_is_an_error_and_never_a_price(card, world, acting, damage):
    with acting(world.admin):
        revision = revisions.add_draft(card, long_list())
    with damaging() as cursor:
        cursor.execute(damage)
    with acting(world.admin), pytest.raises(store.Damaged, match="cannot be read"):
        store.load(revision)


def test_exchanged_chunks_are_an_error(card, world, acting):
    """Payloads of the right format under each other's address."""
    with acting(world.admin):
        revision = revisions.add_draft(card, long_list())
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT id, payload FROM ratecards_chunk WHERE card_id = %s ORDER BY id LIMIT 4", [card.pk])
        (one, payload), _, (other, instead), *_ = cursor.fetchall()
        cursor.execute("UPDATE ratecards_chunk SET payload = %s WHERE id = %s", [instead, one])
        cursor.execute("UPDATE ratecards_chunk SET payload = %s WHERE id = %s", [payload, other])
    with acting(world.admin), pytest.raises(store.Damaged):
        store.load(revision)


def test_exchanged_directory_is_an_error(card, world, acting):
    with acting(world.admin):
        one = revisions.add_draft(card, table({"44": "0.01"}))
        other = revisions.add_draft(card, table({"44": "0.02"}))
    with as_owner():
        Revision.objects.filter(pk=one.pk).update(directory=Revision.objects.get(pk=other.pk).directory)
    with acting(world.admin), pytest.raises(store.Damaged):
        store.find(one, "44")


def test_equal_prices_of_two_cards_are_never_one_entry(world, acting):
    """What A decoded is not served to B under the same digest: B asks the database for B's own chunk."""
    prices = {"44": "0.01"}
    with acting(world.a_admin):
        mine = published(customer_card(world.a_admin), prices, world.a_admin)
        store.load(mine)
        store.find(mine, "44")
    with acting(world.b_admin):
        theirs = published(customer_card(world.b_admin), prices, world.b_admin)
        with pytest.raises(Revision.DoesNotExist):
            store.find(mine, "44")
    with damaging():
        Chunk.objects.filter(card=theirs.card).delete()
    with acting(world.b_admin), pytest.raises(store.Damaged):
        store.find(theirs, "44")


def test_card_opened_in_a_failed_savepoint_is_opened_again(market, world, acting):
    with acting(world.a_admin):
        revision = revisions.active_revision(market.retail)
    with acting(world.a_admin):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            store.count(revision)
            raise ZeroDivisionError
        assert store.find(revision, "441").prefix == "441"


def test_prices_of_one_per_cent_of_the_rows_changed_store_at_most_five_per_cent_anew(card, inside):
    """Whole destinations change, as carriers' notices do; what a revision needs is chunks and its table of contents."""
    dice = np.random.default_rng(3)
    numbers = np.sort(dice.choice(9_000_000, 60_000, replace=False)) + 1_000_000
    first = notice(numbers, frozenset())
    one = revisions.add_draft(card, first)
    before, whole = stored_bytes(card), stored_bytes(card)
    changed = frozenset((numbers[:: len(numbers) // 6] // 30_000).tolist())
    second = notice(numbers, changed)
    share = float((first.cost != second.cost).mean())
    two = revisions.add_draft(card, second)
    anew = stored_bytes(card) - before
    assert 0.005 < share < 0.03
    assert anew <= 0.05 * whole * max(1, share / 0.01), (anew, whole, share)
    assert store.load(one) == first
    assert store.load(two) == second


def notice(numbers, changed):
    """A list of 300 destinations, some of them dearer."""
    places = (numbers // 30_000).tolist()
    return from_rows([Row(str(number), f"Destination {place}", (place % 97 + 1) * 12_300 + 10_000 * (place in changed), mcd=1)
                      for number, place in zip(numbers.tolist(), places, strict=True)])  # fmt: skip


def stored_bytes(card) -> int:
    parts = sum(len(payload) for payload in Chunk.objects.filter(card=card).values_list("payload", flat=True))
    return parts + sum(len(one) for one in Revision.objects.filter(card=card).values_list("directory", flat=True))


def test_damaged_revision_takes_no_chunk_of_another_with_it(card, world, acting):
    """What a damaged table of contents lists cannot be told, so nothing that it may need is removed."""
    with acting(world.admin):
        one, other = revisions.add_draft(card, long_list()), revisions.add_draft(card, long_list(changed={"4477"}))
    chunks = Chunk.objects.filter(card=card)
    with as_owner():
        Revision.objects.filter(pk=one.pk).update(directory=b"garbage")
        count = chunks.count()
    with acting(world.admin):
        revisions.delete_draft(Revision.objects.select_related("card").get(pk=other.pk), actor=world.admin)
        assert chunks.count() == count
        revisions.delete_draft(Revision.objects.select_related("card").get(pk=one.pk), actor=world.admin)
        assert not Revision.objects.filter(card=card).exists()
