"""Publishing a large draft: its changes are merged by a job, so that no request and no lock on the card waits for it.

What has no changes over it is published at once at any size (`revisions.publish_draft`), and so is a small draft, or a
large one whose changes lie in few of its chunks.
"""

from hashlib import sha256

from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts import jobs
from accounts.jobs import open_job
from accounts.models import Job
from ratecards import store
from ratecards.models import DraftRow, Revision
from ratecards.services.guard import hold, refusals, require
from ratecards.services.revisions import checked_effective, locked, make_ready

KIND = "publish_draft"
AT_ONCE = 100_000  # rates: with changes over more, merging takes longer than a page should
NO_DRAFT = "This is no draft any more."


def is_large(draft: Revision) -> bool:
    """Whether writing it anew in a request would keep its user, and everybody else of the card, waiting."""
    return draft.rows > AT_ONCE


def takes_long(draft: Revision) -> bool:
    """Whether publishing it would."""
    try:
        return is_large(draft) and store.to_fold(draft) > AT_ONCE
    except store.Damaged:
        return False  # publishing it says so


def start_publishing(draft: Revision, *, actor) -> Job:
    """Ask for a draft to be published by a job. Right: update. Asked for twice it is one job.

    The job's result: {"card", "revision", "rows", "url"}. Raises ValidationError for what is no draft.
    """
    require(actor, draft.card, "update")
    hold(draft.card_id)
    if draft.state != Revision.DRAFT:
        raise ValidationError(NO_DRAFT)
    params = {"card": draft.card_id, "draft": draft.pk}
    subject = f"Publish revision {draft.number} of {draft.card.private.name}"
    return open_job(KIND, actor, **params) or jobs.start(
        KIND, actor=actor, subject=subject, about=draft.card.code, **params
    )


def run_publishing(work: jobs.Work) -> None:
    """Read the draft in one unit, compress outside of any, write in a second one if it is still the same draft.

    A job that is run again after it was done finds the draft published.
    """
    with work.unit(read_only=True):
        draft = asked_for(work)
        if draft.state != Revision.DRAFT:
            return work.finish(outcome(draft))
        before, table = content_of(draft), checked_effective(draft)
    work.progress(1, 3, "Changes merged")
    content = store.encoded(table)
    work.progress(2, 3, "Compressed")
    with work.unit(), refusals():
        draft = make_ready(replace_content(work, before, content))
    return work.finish(outcome(draft))


def asked_for(work: jobs.Work) -> Revision:
    """The draft of the job, with the actor's right asked anew."""
    draft = Revision.objects.select_related("card").filter(pk=work.params["draft"], card=work.params["card"]).first()
    if draft is None:
        raise jobs.Refused("The draft is not there any more.")
    require(work.actor, draft.card, "update")
    return draft


def replace_content(work: jobs.Work, before, content: store.Encoded) -> Revision:
    """Write the draft of a job anew, changes made by hand included, unless it is another one than it was `before`."""
    draft = locked(asked_for(work), Revision.DRAFT, NO_DRAFT)
    if content_of(draft) != before:
        raise jobs.Refused("The draft was changed meanwhile: look at it, and ask again.")
    store.write(draft, content)
    DraftRow.objects.filter(revision=draft).delete()
    return draft


def content_of(draft: Revision) -> tuple[bytes, list[tuple]]:
    """What two readings of a draft are compared by: its chunks and the changes over them."""
    return bytes(draft.digest), list(DraftRow.objects.filter(revision=draft).order_by("prefix").values_list())


def mark_of(draft: Revision) -> str:
    """A short name of what a draft says now, another one after every change."""
    return sha256(repr(content_of(draft)).encode()).hexdigest()


def outcome(revision: Revision) -> dict:
    url = reverse("ratecards:card_revision", args=[revision.card.code, revision.number])
    return {"card": revision.card.code, "revision": revision.number, "rows": revision.rows, "url": url}
