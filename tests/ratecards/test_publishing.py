"""Large drafts: merged by a job, and everything else about revisions costs the same at any size."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import acl, jobs
from accounts.models import Job
from ratecards import store
from ratecards.models import Chunk, DraftRow, Revision
from ratecards.services import drafts, publishing, revisions
from tests.ratecards.conftest import customer_card, prices_of, published, row, table
from tests.ratecards.test_store import long_list
from tests.roles import as_owner

PRICES = {"44": "0.01", "49": "0.02"}


@pytest.fixture
def a(world):
    return world.a_admin


@pytest.fixture
def changed(a, acting):
    """A draft on the prices of what is live, with 33 laid over it and 49 taken out."""
    with acting(a):
        card = customer_card(a)
        draft = revisions.create_draft(card, actor=a, copy_of=published(card, PRICES, a))
        drafts.set_rate(draft, row("33", "0.03"), actor=a)
        drafts.remove_rate(draft, "49", actor=a)
        return Revision.objects.select_related("card").get(pk=draft.pk)


def asked(draft, actor) -> Job:
    with acl.acting_as(actor):
        return publishing.start_publishing(draft, actor=actor)


def fresh(revision) -> Revision:
    return Revision.objects.get(pk=revision.pk)


def test_only_many_rates_with_changes_over_them_take_long(changed, a, acting, monkeypatch):
    with acting(a):
        assert not publishing.takes_long(changed)
        monkeypatch.setattr(publishing, "AT_ONCE", 1)
        assert publishing.takes_long(changed)
        DraftRow.objects.filter(revision=changed).delete()
        assert not publishing.takes_long(changed)


def test_job_publishes_what_the_draft_says(changed, a, acting):
    job = jobs.run_now(asked(changed, a))
    assert (job.state, job.result["revision"], job.result["rows"]) == ("done", 2, 2)
    with acting(a):
        assert fresh(changed).state == "ready"
        assert prices_of(store.load(fresh(changed))) == {"33": "0.03", "44": "0.01"}
        assert not DraftRow.objects.filter(revision=changed).exists()


def test_asked_for_twice_it_is_one_job_and_run_twice_one_revision(changed, a, acting):
    job = asked(changed, a)
    assert asked(changed, a) == job
    result = jobs.run_now(job).result
    with as_owner():
        Job.objects.filter(pk=job.pk).update(state=Job.WAITING, lease_until=None)
    again = jobs.run_now(job)
    assert (again.state, again.result) == ("done", result)


def test_change_while_it_runs_is_noticed_and_not_lost(changed, a, acting, monkeypatch):
    encoded = store.encoded

    def meanwhile(table):
        with acl.acting_as(a):
            drafts.set_rate(changed, row("33", "0.09"), actor=a)
        return encoded(table)

    monkeypatch.setattr(store, "encoded", meanwhile)
    job = jobs.run_now(asked(changed, a))
    assert (job.state, job.error) == ("failed", "The draft was changed meanwhile: look at it, and ask again.")
    with acting(a):
        assert fresh(changed).state == "draft"
        assert prices_of(store.effective(fresh(changed)))["33"] == "0.09"


@pytest.mark.parametrize(("spoil", "words"), [
    (lambda draft, a: revisions.delete_draft(draft, actor=a), "The draft is not there any more."),
    (lambda draft, a: drafts.remove_rate(draft, "33", actor=a) and drafts.remove_rate(draft, "44", actor=a), "The draft holds no rates."),
])  # fmt: skip
def test_draft_that_cannot_be_published_ends_the_job_in_words(changed, a, acting, spoil, words):
    job = asked(changed, a)
    with acting(a):
        spoil(changed, a)
    job = jobs.run_now(job)
    assert (job.state, job.error) == ("failed", words)


def test_job_whose_actor_lost_the_right_publishes_nothing(changed, a, world, acting):
    job = asked(changed, a)
    with as_owner():
        a.groups.remove(world.roles.managers.group)
        a.groups.add(world.roles.readers.group)
    job = jobs.run_now(job)
    assert (job.state, "has not the right" in job.error) == ("failed", True)
    with acting(world.a_reader):
        assert fresh(changed).state == "draft"


def test_published_revision_is_not_published_again(changed, a, acting):
    with acting(a):
        ready = revisions.publish_draft(changed, actor=a)
        with pytest.raises(ValidationError, match="no draft any more"):
            publishing.start_publishing(ready, actor=a)


# -- at any size -------------------------------------------------------------------------------------------------------


def copied(card, a):
    return revisions.create_draft(card, actor=a, copy_of=revisions.active_revision(card))


def announced(card, a):
    later = published(card, {"7": "0.01"}, a, activate=False)
    return revisions.activate_revision(later, actor=a, at=timezone.now() + timedelta(days=1))


VERBS = {
    "copy": (lambda card, a: None, lambda card, a, _: copied(card, a)),
    "publish": (copied, lambda card, a, draft: revisions.publish_draft(draft, actor=a)),
    "activate": (lambda card, a: revisions.publish_draft(copied(card, a), actor=a),
                 lambda card, a, ready: revisions.activate_revision(ready, actor=a)),
    "schedule": (lambda card, a: revisions.publish_draft(copied(card, a), actor=a),
                 lambda card, a, ready: revisions.activate_revision(ready, actor=a, at=timezone.now() + timedelta(days=1))),
    "roll back": (lambda card, a: revisions.activate_revision(revisions.publish_draft(copied(card, a), actor=a), actor=a),
                  lambda card, a, _: revisions.roll_back(card, actor=a, reason="test")),
    "cancel": (announced, lambda card, a, entry: revisions.cancel_activation(entry, actor=a)),
    "archive": (lambda card, a: revisions.publish_draft(copied(card, a), actor=a),
                lambda card, a, ready: revisions.archive_revision(ready, actor=a)),
    "delete": (copied, lambda card, a, draft: revisions.delete_draft(draft, actor=a)),
}  # fmt: skip


@pytest.mark.parametrize("verb", VERBS)
def test_verb_asks_and_moves_as_little_at_10_rates_as_at_10_000(a, acting, verb):
    counts = []
    for rates in (table({str(prefix): "0.01" for prefix in range(10, 20)}), long_list(10_000)):
        with acting(a):
            card = customer_card(a, f"{len(rates)} rates")
            published(card, {}, a, rates=rates)
            before = VERBS[verb][0](card, a)
            chunks = Chunk.objects.filter(card=card).count()
            with CaptureQueriesContext(connection) as captured:
                VERBS[verb][1](card, a, before)
            assert Chunk.objects.filter(card=card).count() == chunks
            assert not [one["sql"] for one in captured if "payload" in one["sql"]]
            counts.append(len(captured))
    assert counts[0] == counts[1]
