"""One change of many rates of a large draft, done by a job; a small draft is changed at once (`bulk.change_rates`)."""

from dataclasses import asdict
from decimal import Decimal

from accounts import jobs
from accounts.jobs import open_job
from accounts.models import Job
from ratecards import store
from ratecards.engine.classes import settled
from ratecards.models import Revision, RevisionPrivate
from ratecards.services import publishing
from ratecards.services.bulk import Change, altered, note_change
from ratecards.services.drafts import ONLY_DRAFTS
from ratecards.services.guard import refusals, require
from ratecards.services.revisions import checked_effective, locked

KIND = "change_rates"


def start_change(draft: Revision, change: Change, *, actor) -> Job:
    """Ask for a change of all rates of a draft that fit. Right: update. Asked for twice it is one job.

    The job's result: {"card", "revision", "rows", "rates" (how many were changed), "url"}. Raises ValidationError for
    what is no draft; what `bulk.change_rates` refuses ends the job in its words, and so does a draft that is another one
    by then.
    """
    require(actor, draft.card, "update")
    draft = locked(draft, Revision.DRAFT, ONLY_DRAFTS)
    params = {"card": draft.card_id, "draft": draft.pk, "change": asdict(change) | {"value": str(change.value)},
              "of": publishing.mark_of(draft)}  # fmt: skip
    subject = f"Change many rates of revision {draft.number} of {draft.card.private.name}"
    return open_job(KIND, actor, **params) or jobs.start(
        KIND, actor=actor, subject=subject, about=draft.card.code, **params
    )


def run_change(work: jobs.Work) -> None:
    """Read the draft in one unit, compress outside of any, write in a second one if it is still the same draft.

    The draft notes the job, so that a percentage is never added twice by one that is run again.
    """
    change = change_in(work.params)
    with work.unit(read_only=True):
        draft = publishing.asked_for(work)
        done = done_already(draft, work)
        if done is not None:
            return work.finish(publishing.outcome(draft) | {"rates": done})
        if publishing.mark_of(draft) != work.params["of"]:  # per cents of it would be others than were asked for
            raise jobs.Refused("The draft was changed meanwhile: look at it, and ask again.")
        before, after = publishing.content_of(draft), altered(draft, change)
        table = settled(store.joined_over(checked_effective(draft), after), draft.card.presentation)
    work.progress(1, 3, "Prices computed")
    content = store.encoded(table)
    work.progress(2, 3, "Compressed")
    with work.unit(), refusals():
        draft = publishing.replace_content(work, before, content)
        private = RevisionPrivate.objects.get(revision=draft)
        private.report = private.report | {KIND: private.report.get(KIND, {}) | {str(work.job.key): len(after)}}
        private.save(update_fields=["report"])
        note_change(draft, change, len(after))
    return work.finish(publishing.outcome(draft) | {"rates": len(after)})


def done_already(draft: Revision, work: jobs.Work) -> int | None:
    """How many rates an earlier attempt of this very job changed; None where there was none."""
    return RevisionPrivate.objects.get(revision=draft).report.get(KIND, {}).get(str(work.job.key))


def change_in(params: dict) -> Change:
    given = params["change"]
    return Change(**given | {"value": Decimal(given["value"]), "columns": tuple(given["columns"])})
