"""Drafts, publishing, the log of activations and what follows from it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from ratecards import store, timeline
from ratecards.engine.table import Row
from ratecards.models import Activation, Chunk, Revision, RevisionPrivate
from ratecards.services import drafts, revisions
from tests.ratecards.conftest import customer_card, prices_of, published, row, table

LATER = timedelta(days=1)


@pytest.fixture
def a(world, acting):
    with acting(world.a_admin):
        yield world.a_admin


@pytest.fixture
def card(a):
    return customer_card(a)


def states(card):
    found = list(Revision.objects.filter(card=card).order_by("number"))
    answers = timeline.states_of(found)
    return [answers[revision.pk] for revision in found]


def test_numbers_rise_by_one_in_each_card(card, a):
    assert [revisions.create_draft(card, actor=a).number for _ in range(3)] == [1, 2, 3]
    assert revisions.create_draft(customer_card(a, "Other"), actor=a).number == 1


def test_life_of_revisions_from_draft_to_superseded(card, a):
    first = published(card, {"44": "0.01"}, a)
    second = published(card, {"44": "0.02"}, a, activate=False)
    revisions.create_draft(card, actor=a)
    assert states(card) == ["active", "ready", "draft"]
    revisions.activate_revision(second, actor=a)
    assert states(card) == ["superseded", "active", "draft"]
    revisions.archive_revision(first, actor=a)
    assert states(card) == ["archived", "active", "draft"]
    revisions.restore_revision(first, actor=a)
    revisions.activate_revision(first, actor=a)
    assert states(card) == ["active", "superseded", "draft"]
    assert revisions.active_revision(card) == first


def test_at_once_is_at_once_whatever_clock_this_machine_has(card, a, monkeypatch):
    """The log is read by the database's clock: by another one that is fast, old prices would stay until then."""
    first, second = published(card, {"44": "0.01"}, a), published(card, {"44": "0.02"}, a, activate=False)
    true = timezone.now
    monkeypatch.setattr(timezone, "now", lambda: true() + timedelta(minutes=10))
    revisions.activate_revision(second, actor=a)
    assert (revisions.active_revision(card), states(card)) == (second, ["superseded", "active"])
    revisions.roll_back(card, actor=a, reason="A slip.")
    assert (revisions.active_revision(card), states(card)) == (first, ["active", "superseded"])


def test_date_live_is_announced_and_can_be_taken_back(card, a):
    published(card, {"44": "0.01"}, a)
    second = published(card, {"44": "0.02"}, a, activate=False)
    announced = revisions.activate_revision(second, actor=a, at=timezone.now() + LATER)
    assert states(card) == ["active", "scheduled"]
    assert timeline.nearest([card])[card.pk].upcoming == announced
    assert revisions.active_revision(card, timezone.now() + 2 * LATER) == second
    revisions.cancel_activation(announced, actor=a)
    assert states(card) == ["active", "ready"]
    assert revisions.active_revision(card, timezone.now() + 2 * LATER).number == 1
    with pytest.raises(ValidationError, match="cancelled already"):
        revisions.cancel_activation(announced, actor=a)


def test_what_is_live_is_not_cancelled(card, a):
    revision = published(card, {"44": "0.01"}, a)
    with pytest.raises(ValidationError, match="live already"):
        revisions.cancel_activation(Activation.objects.get(revision=revision), actor=a)


def test_date_live_in_the_past_or_taken_is_refused(card, a):
    one, other = (published(card, {"44": price}, a, activate=False) for price in ("0.01", "0.02"))
    at = timezone.now() + LATER
    with pytest.raises(ValidationError) as refusal:
        revisions.activate_revision(one, actor=a, at=timezone.now() - LATER)
    assert "at" in refusal.value.message_dict
    revisions.activate_revision(one, actor=a, at=at)
    with pytest.raises(ValidationError) as refusal:
        revisions.activate_revision(other, actor=a, at=at)
    assert "at" in refusal.value.message_dict


def test_past_instants_keep_their_prices(card, a):
    first = published(card, {"44": "0.01"}, a)
    between = Activation.objects.get(revision=first).live_from
    second = published(card, {"44": "0.02"}, a)
    assert revisions.active_revision(card, between) == first
    assert revisions.active_revision(card) == second
    assert revisions.active_revision(card, between - LATER) is None
    assert prices_of(store.load(first)) == {"44": "0.01"}


def test_only_a_ready_revision_goes_live(card, a):
    draft = revisions.add_draft(card, table({"44": "0.01"}))
    with pytest.raises(ValidationError, match="Only a ready"):
        revisions.activate_revision(draft, actor=a)
    ready = revisions.publish_draft(draft, actor=a)
    revisions.archive_revision(ready, actor=a)
    with pytest.raises(ValidationError, match="Only a ready"):
        revisions.activate_revision(ready, actor=a)


def test_active_one_is_not_activated_again_and_not_archived(card, a):
    revision = published(card, {"44": "0.01"}, a)
    for verb in (revisions.activate_revision, revisions.archive_revision):
        with pytest.raises(ValidationError, match="active"):
            verb(revision, actor=a)
    assert Activation.objects.filter(card=card).count() == 1


def test_refused_lines_keep_it_from_going_live_until_waived_by_name(card, a):
    revision = revisions.publish_draft(revisions.add_draft(card, table({"44": "0.01"}), refused=2), actor=a)
    with pytest.raises(ValidationError, match="2 refused lines are open"):
        revisions.activate_revision(revision, actor=a)
    with pytest.raises(ValidationError, match="Say why"):
        revisions.waive_refused(revision, actor=a, reason=" ")
    revisions.waive_refused(revision, actor=a, reason="two test lines")
    assert RevisionPrivate.objects.get(revision=revision).waived_by == a.email
    revisions.activate_revision(revision, actor=a)
    assert states(card) == ["active"]


def test_waiving_needs_the_right_to_activate(card, a, world):
    revision = revisions.publish_draft(revisions.add_draft(card, table({"44": "0.01"}), refused=2), actor=a)
    for verb in (lambda: revisions.waive_refused(revision, actor=world.a_reader, reason="no matter"),
                 lambda: revisions.activate_revision(revision, actor=world.a_reader)):  # fmt: skip
        with pytest.raises(PermissionDenied):
            verb()


def test_published_revision_is_edited_only_as_a_new_draft(card, a):
    first = published(card, {"44": "0.01", "49": "0.03"}, a)
    draft = revisions.create_draft(card, actor=a, copy_of=first)
    drafts.set_rate(draft, row("441", "0.05"), actor=a)
    drafts.set_rate(draft, row("44", "0.02"), actor=a)
    drafts.remove_rate(draft, "49", actor=a)
    second = revisions.publish_draft(draft, actor=a)
    assert prices_of(store.load(second)) == {"44": "0.02", "441": "0.05"}
    assert prices_of(store.load(first)) == {"44": "0.01", "49": "0.03"}
    assert not second.draft_rows.exists()
    with pytest.raises(ValidationError, match="Only a draft"):
        drafts.set_rate(second, row("44", "0.09"), actor=a)


def test_undone_change_of_a_draft_leaves_the_old_price(card, a):
    draft = revisions.create_draft(card, actor=a, copy_of=published(card, {"44": "0.01"}, a))
    drafts.set_rate(draft, row("44", "0.02"), actor=a)
    drafts.set_rate(draft, row("44", "0.03"), actor=a)
    drafts.undo_rate(draft, "44", actor=a)
    assert prices_of(store.effective(draft)) == {"44": "0.01"}


@pytest.mark.parametrize(("field", "wrong"), [
    ("prefix", Row("44a")), ("prefix", Row("0044")), ("cost", Row("44", cost=-1)), ("cost", Row("44", cost=10**14)),
    ("pulse", Row("44", pulse=0)), ("mcd", Row("44", mcd=86_401)), ("intra", Row("44", intra=5)), ("name", Row("44", "x" * 151)),
])  # fmt: skip
def test_wrong_rate_is_refused_on_its_field(card, a, field, wrong):
    draft = revisions.create_draft(card, actor=a)
    with pytest.raises(ValidationError) as refusal:
        drafts.set_rate(draft, wrong, actor=a)
    assert field in refusal.value.message_dict
    assert not draft.draft_rows.exists()


def test_split_card_needs_all_its_prices(a):
    draft = revisions.create_draft(customer_card(a, presentation="full"), actor=a)
    with pytest.raises(ValidationError) as refusal:
        drafts.set_rate(draft, Row("1", cost=5, mcd=1), actor=a)
    assert "intra" in refusal.value.message_dict
    drafts.set_rate(draft, Row("1", "US", 5, 6, 7, mcd=1), actor=a)
    assert store.load(revisions.publish_draft(draft, actor=a)).rows() == [Row("1", "US", 5, 6, 7, mcd=1)]


def test_empty_draft_is_not_published(card, a):
    with pytest.raises(ValidationError, match="no rates"):
        revisions.publish_draft(revisions.create_draft(card, actor=a), actor=a)


def test_draft_is_deleted_with_its_chunks_and_what_was_live_never_is(card, a):
    live = published(card, {"44": "0.01"}, a)
    draft = revisions.create_draft(card, actor=a, copy_of=live)
    drafts.set_rate(draft, row("49", "0.02"), actor=a)
    revisions.delete_draft(draft, actor=a)
    assert Revision.objects.filter(card=card).count() == 1
    assert prices_of(store.load(live)) == {"44": "0.01"}
    other = published(card, {"49": "0.01"}, a)
    revisions.archive_revision(live, actor=a)
    for revision in (live, other):
        with pytest.raises(ValidationError, match="can be deleted"):
            revisions.delete_draft(revision, actor=a)
    never = published(card, {"33": "0.07"}, a, activate=False)
    chunks = Chunk.objects.filter(card=card).count()
    revisions.delete_draft(revisions.archive_revision(never, actor=a), actor=a)
    assert Chunk.objects.filter(card=card).count() == chunks - 2


def test_revision_of_another_card_is_not_copied(card, a):
    other = published(customer_card(a, "Other"), {"44": "0.01"}, a)
    with pytest.raises(ValidationError, match="same card"):
        revisions.create_draft(card, actor=a, copy_of=other)
