"""Many rates of a large draft changed by a job: as the small one is changed at once, once, and of what was seen."""

from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from accounts import acl, jobs
from accounts.models import AuditEntry, Job
from ratecards import store
from ratecards.models import DraftRow, Revision
from ratecards.services import bulk, drafts, large_changes, revisions
from ratecards.services.bulk import PERCENT, SET, Change
from tests.ratecards.conftest import customer_card, prices_of, published, row
from tests.roles import as_owner

PRICES = {"44": "0.02", "441": "0.01", "447": "Blocked", "49": "0.03"}
TENTH = Change(match="^44", price=PERCENT, value=Decimal(10))


@pytest.fixture
def a(world):
    return world.a_admin


@pytest.fixture
def draft(a, acting):
    """A draft on what is live, with 442 laid over it."""
    with acting(a):
        card = customer_card(a, price_precision=4, price_rounding="up")
        draft = revisions.create_draft(card, actor=a, copy_of=published(card, PRICES, a))
        drafts.set_rate(draft, row("442", "0.05"), actor=a)
        return Revision.objects.select_related("card").get(pk=draft.pk)


def asked(draft, change, actor) -> Job:
    with acl.acting_as(actor):
        return large_changes.start_change(draft, change, actor=actor)


def now(draft) -> dict:
    return prices_of(store.effective(Revision.objects.get(pk=draft.pk)))


@pytest.mark.parametrize(
    "change", [TENTH, Change(name="to 4", price=SET, value=Decimal("0.5"), pulse=6), Change(connect=7)]
)
def test_job_does_what_is_done_at_once(draft, a, acting, change):
    with acting(a):
        twin = revisions.create_draft(draft.card, actor=a, copy_of=draft)
        count = bulk.change_rates(twin, change, actor=a)
    job = jobs.run_now(asked(draft, change, a))
    assert (job.state, job.result["rates"], job.result["revision"]) == ("done", count, draft.number)
    with acting(a):
        assert store.effective(Revision.objects.get(pk=draft.pk)) == store.effective(twin)
        assert not DraftRow.objects.filter(revision=draft).exists()
    with as_owner():
        notes = AuditEntry.objects.filter(action="bulk_change").order_by("-pk")[:2]
        assert notes[0].changes == notes[1].changes


def test_run_twice_it_is_changed_once(draft, a, acting):
    job = asked(draft, TENTH, a)
    assert asked(draft, TENTH, a) == job
    result = jobs.run_now(job).result
    with as_owner():
        Job.objects.filter(pk=job.pk).update(state=Job.WAITING, lease_until=None)
    assert jobs.run_now(job).result == result
    with acting(a):
        assert now(draft) == {"44": "0.022", "441": "0.011", "442": "0.055", "447": "Blocked", "49": "0.03"}


def test_the_same_change_asked_for_again_later_is_another_one(draft, a, acting):
    for _ in range(2):
        assert jobs.run_now(asked(draft, TENTH, a)).state == "done"
    with acting(a):
        assert now(draft)["44"] == "0.0242"


def test_two_changes_of_the_same_draft_are_not_laid_one_over_the_other(draft, a, acting):
    """Each was asked for by what the draft said then: the second one's per cents would be of other prices."""
    first, second = asked(draft, TENTH, a), asked(draft, Change(match="^44", price=PERCENT, value=Decimal(5)), a)
    assert jobs.run_now(first).state == "done"
    job = jobs.run_now(second)
    assert (job.state, job.error) == ("failed", "The draft was changed meanwhile: look at it, and ask again.")
    with acting(a):
        assert now(draft)["44"] == "0.022"


def test_change_while_it_runs_is_noticed_and_not_lost(draft, a, acting, monkeypatch):
    encoded = store.encoded

    def meanwhile(table):
        with acl.acting_as(a):
            drafts.set_rate(draft, row("44", "0.09"), actor=a)
        return encoded(table)

    monkeypatch.setattr(store, "encoded", meanwhile)
    job = jobs.run_now(asked(draft, TENTH, a))
    assert (job.state, "changed meanwhile" in job.error) == ("failed", True)
    with acting(a):
        assert (now(draft)["44"], now(draft)["441"]) == ("0.09", "0.01")


@pytest.mark.parametrize(("change", "words"), [
    (Change(match="^7", connect=1), "Nothing would change: no rate fits, or all that fit are so already."),
    (Change(price=PERCENT, value=Decimal(-200)), "a price is 0 to 100000"),
])  # fmt: skip
def test_change_that_cannot_be_ends_the_job_in_words(draft, a, acting, change, words):
    job = jobs.run_now(asked(draft, change, a))
    assert (job.state, words in job.error) == ("failed", True), job.error
    with acting(a):
        assert now(draft)["442"] == "0.05"


def test_reader_and_published_revision_are_refused_at_once(draft, a, world, acting):
    with acting(world.a_reader), pytest.raises(PermissionDenied):
        large_changes.start_change(draft, TENTH, actor=world.a_reader)
    with acting(a):
        ready = revisions.publish_draft(draft, actor=a)
        with pytest.raises(ValidationError, match="Only a draft"):
            large_changes.start_change(ready, TENTH, actor=a)
