"""Changes of a draft written into its chunks: those they lie in alone, and the draft says the same as before."""

import numpy as np
import pytest

from ratecards import store
from ratecards.engine import diff
from ratecards.models import Chunk, DraftRow, Revision
from ratecards.services import drafts, publishing, revisions
from tests.ratecards.conftest import customer_card, published, row, table
from tests.ratecards.test_store import long_list

EDITS = {"5000": "0.05", "50001": "0.07", "5001": None, "99": "0.09"}


@pytest.fixture
def changed(world, acting):
    """(the revision it is a copy of, a draft with EDITS laid over its 9,000 rates), in a unit of its company."""
    with acting(world.admin):
        source = published(customer_card(world.admin), {}, world.admin, rates=long_list())
        draft = revisions.create_draft(source.card, actor=world.admin, copy_of=source)
        for prefix, price in EDITS.items():
            if price is None:
                drafts.remove_rate(draft, prefix, actor=world.admin)
            else:
                drafts.set_rate(draft, row(prefix, price), actor=world.admin)
        yield source, Revision.objects.select_related("card").get(pk=draft.pk)


def stored(card) -> set[int]:
    return set(Chunk.objects.filter(card=card).values_list("pk", flat=True))


def test_published_changes_say_the_same_and_leave_other_chunks_as_they_are(changed, world):
    source, draft = changed
    before, wanted = stored(draft.card), store.effective(draft)
    assert 0 < store.to_fold(draft) < source.rows
    revision = revisions.publish_draft(draft, actor=world.admin)
    assert store.load(revision) == wanted
    assert bytes(revision.digest) == store.encoded(wanted).contents.content
    assert before < stored(draft.card)
    assert len(stored(draft.card) - before) < len(before) / 2
    assert not DraftRow.objects.filter(revision=revision).exists()


def test_chunks_that_only_the_draft_had_go_when_it_is_written_anew(changed, world):
    source, draft = changed
    for prices in ({"5000": "0.01"}, {"5000": "0.02"}):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(drafts, "OVERLAY", 0)
            drafts.set_rates(draft, table(prices), actor=world.admin)
    revisions.delete_draft(draft, actor=world.admin)
    assert stored(source.card) == {
        chunk.pk for chunk in Chunk.objects.filter(card=source.card) if bytes(chunk.digest) in digests(source)
    }
    assert store.load(source) == long_list()


def digests(revision) -> set[bytes]:
    return {digest for pair in store.contents.contents_of(revision).digests for digest in pair}


@pytest.mark.parametrize("as_called", [True, False])
def test_changed_draft_differs_from_its_source_as_the_whole_lists_do(changed, as_called):
    source, draft = changed
    found = store.compare(source, draft, as_called=as_called)
    whole = diff.compare(diff.side_of(store.load(source)), diff.side_of(store.effective(draft)), effective=as_called)
    assert found.rows(range(len(found))) == whole.rows(range(len(whole)))
    assert np.array_equal(found.keys, whole.keys)
    assert found.counts() == whole.counts()
    assert len(found) == len(EDITS) - as_called  # what was taken out costs as much by the shorter prefix


def test_few_changes_of_a_large_draft_are_published_at_once(changed, monkeypatch):
    _, draft = changed
    monkeypatch.setattr(publishing, "AT_ONCE", store.to_fold(draft))
    assert publishing.is_large(draft) and not publishing.takes_long(draft)
    monkeypatch.setattr(publishing, "AT_ONCE", store.to_fold(draft) - 1)
    assert publishing.takes_long(draft)


def test_changes_over_an_empty_draft_are_its_rates(world, acting):
    with acting(world.admin):
        draft = revisions.create_draft(customer_card(world.admin), actor=world.admin)
        drafts.set_rate(draft, row("44", "0.01"), actor=world.admin)
        drafts.remove_rate(draft, "49", actor=world.admin)
        draft = Revision.objects.select_related("card").get(pk=draft.pk)
        assert store.load(revisions.publish_draft(draft, actor=world.admin)) == table({"44": "0.01"})
