"""The corrected lines of an import, loaded into the very drafts it made. What is not corrected stays refused."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts import audit, files, jobs
from accounts.models import Job
from ratecards import store
from ratecards.engine import keys as prefix_keys
from ratecards.engine.classes import settled
from ratecards.engine.table import RateTable, empty
from ratecards.models import RateCard, Revision, RevisionPrivate
from ratecards.services import decks, lists, refused_lines
from ratecards.services.guard import hold, refusals, require
from ratecards.services.imports import EXAMPLES, asked_for, read_whole, told_of
from ratecards.services.lists import PriceList
from ratecards.services.revisions import add_draft, checked_effective, presented_by
from ratecards.services.uploads import ACTION
from ratecards.sheets import Dated, Layout, SheetResult, corrected_layout

KIND = "correct_import"
NOT_OPEN = "The drafts of this import have no refused lines open, or were published already."


def start_correction(revision: Revision, *, actor, upload: str) -> Job:
    """Ask for the corrected list of refused lines to be loaded into the drafts of its import. Right: import_rates.

    The job's result: {"card", "revision", "read", "accepted", "skipped", "refused" (those still open), "lines", "url"}.
    Raises ValidationError when no lines are open any more.
    """
    require(actor, revision.card, ACTION)
    hold(revision.card_id)
    private = revision.private
    if revision.state != Revision.DRAFT or not private.refused or "layout" not in private.report:
        raise ValidationError(NOT_OPEN)
    files.upload_path(upload, company=actor.company_id)
    subject = f"Corrected lines of revision {revision.number} of {revision.card.private.name}"
    return jobs.start(
        KIND,
        actor=actor,
        subject=subject,
        about=revision.card.code,
        card=revision.card_id,
        upload=str(upload),
        job=str(private.job),
    )


def has_list(revision: Revision) -> bool:
    """Whether the list of refused lines of a revision's import is still here."""
    key = revision.private.job
    return key is not None and files.refused_path(key, company=revision.owner_id).is_file()


def run_correction(work: jobs.Work) -> None:
    """Read the corrected lines outside of any transaction; then all drafts of the import and its count in one, under the
    lock of the card; the list of what is open is written after that, by every attempt."""
    company = work.job.company_id
    path = files.refused_path(work.params["job"], company=company)
    with work.unit(read_only=True):
        report = drafts_of(asked_for(work), work.params["job"])[0].private.report
    if str(work.job.key) in report.get("corrections", []):  # an earlier attempt of this very job
        refused_lines.shorten(path, refused_lines.open_numbers(report, path))
        files.drop_upload(work.params["upload"], company=company)
        return work.finish(report["corrected"])
    layout = corrected_layout(Layout.from_dict(report["layout"]))
    upload = files.upload_path(work.params["upload"], company=company)
    result = read_whole(upload, layout, work, decks.kept_deck(work.params["job"], report, company=company))
    with work.unit():
        kept, left = keep(asked_for(work), result, path, work)
    refused_lines.shorten(path, left, result.refused, layout)
    files.drop_upload(work.params["upload"], company=company)
    return work.finish(kept)


def drafts_of(card: RateCard, job: str) -> list[Revision]:
    """The drafts of an import, in order of time, whatever became of them; jobs.Refused when there is none."""
    of_job = Revision.objects.filter(card=card, private__job=job)
    drafts = list(of_job.select_related("private", "card").order_by("number"))
    if not drafts:
        raise jobs.Refused(NOT_OPEN)
    return drafts


def opened_drafts(card: RateCard, job: str) -> list[Revision]:
    """The drafts of an import; jobs.Refused when one was published or no line is open."""
    drafts = drafts_of(card, job)
    if any(draft.state != Revision.DRAFT for draft in drafts) or not drafts[0].private.refused:
        raise jobs.Refused(NOT_OPEN)
    return drafts


def still_open(accepted: frozenset[int], before: set[int]) -> set[int]:
    """The open lines but those that are accepted now, each of which must be one of them, or nobody could say what became
    of it: jobs.Refused."""
    if unknown := sorted(accepted - before):
        raise jobs.Refused(
            f"Line {unknown[0]} is none of the refused lines that are open: keep the column “line” as it was."
        )
    return before - accepted


def keep(card: RateCard, result: SheetResult, path: Path, work: jobs.Work) -> tuple[dict, set[int]]:
    """Lay the corrected rates over the drafts; returns the outcome and the numbers of the lines that are still open."""
    with refusals():
        hold(card.pk)
        drafts = opened_drafts(card, work.params["job"])
        left = still_open(result.lines, refused_lines.open_numbers(drafts[0].private.report, path))
        private, report = drafts[0].private, drafts[0].private.report
        drafts = lay_over(drafts, result, report)
        done = private.refused - len(left)
        kept = outcome(card, drafts[0], result, left)
        report |= {"corrected": kept, "refused": len(left), "accepted": report["accepted"] + done, "lines": kept["lines"],
                   "refused_file": bool(left), "open": refused_lines.ranges(left),
                   "corrections": [*report.get("corrections", []), str(work.job.key)]}  # fmt: skip
        RevisionPrivate.objects.filter(revision__in=drafts).update(
            refused=len(left), corrected=private.corrected + done, report=report
        )
        audit.record(
            "import", thing=drafts[0], company=card.owner_id, changes={"corrected": done, "refused": len(left)}
        )
    return kept, left


def lay_over(drafts: list[Revision], result: SheetResult, report: dict) -> list[Revision]:
    """Write the corrected rates into the drafts of their days, and on into later ones that did not change them; returns
    the drafts, with a new one for each day that had none. A prefix that the sheet gives already is refused."""
    card, found = drafts[0].card, {}
    theirs = {instant_of(draft): (draft, checked_effective(draft)) for draft in drafts}
    steps = {step.instant: step for step in result.steps}
    stands = ours = begun_from(card, report, theirs, steps)
    for instant in sorted({*theirs, *steps}):
        draft, table = theirs.get(instant, (None, stands))
        said = lists.changed(stands, table)
        ours, stands = lists.carried(stands, table, ours), table
        if step := steps.get(instant):
            check_once(step, said, draft)
            ours = lists.without(store.joined_over(ours, step.table), step.gone)
        if draft is None:
            draft = begun(drafts[0], PriceList(moment(instant), ours, table), report)
        elif ours is not table:
            store.write(draft, settled(ours, card.presentation))
        found[instant] = draft
    return list(found.values())


def instant_of(draft: Revision) -> int:
    """The Date Live of a draft in seconds, 0 for one of now."""
    return int(draft.private.planned.timestamp()) if draft.private.planned else 0


def begun_from(card: RateCard, report: dict, theirs: dict, steps: dict) -> RateTable:
    """The list that the import's first one was made on; of a full list what waits for a price of a later day."""
    number = report.get("compared")
    base = store.load(Revision.objects.get(card=card, number=number)) if number else empty(presented_by(card))
    if not Layout.from_dict(report["layout"]).full:
        return base
    first = min({*theirs, *steps})
    later = [table.keys for instant, (_, table) in theirs.items() if instant > first]
    later += [step.table.keys for instant, step in steps.items() if instant > first]
    return base.take(np.isin(base.keys, np.concatenate([np.empty(0, np.int64), *later])))


def check_once(step: Dated, said: np.ndarray, draft: Revision | None) -> None:
    twice = np.intersect1d(np.concatenate([step.table.keys, step.gone]), said)
    if len(twice):
        raise ValidationError(
            f"The prefix {prefix_keys.decode(twice[0])} stands in revision {draft.number} already: take the line out."
        )


def begun(first: Revision, one: PriceList, report: dict) -> Revision:
    """A draft of the same import for a day that none of its lists began on."""
    private, full = first.private, Layout.from_dict(report["layout"]).full
    return add_draft(first.card, one.table, planned=one.planned, held=told_of(first.card, one, full=full)["held"],
                     job=private.job, source=private.source, refused=private.refused, corrected=private.corrected)  # fmt: skip


def moment(instant: int) -> datetime | None:
    return datetime.fromtimestamp(instant, UTC) if instant else None


def outcome(card: RateCard, draft: Revision, result: SheetResult, left: set[int]) -> dict:
    lines = [{"line": line.number, "column": line.column, "reason": line.reason} for line in result.refused[:EXAMPLES]]
    return {
        "card": card.code, "revision": draft.number, "read": result.read, "accepted": result.accepted,
        "skipped": len(result.skipped), "refused": len(left), "lines": lines, "refused_file": bool(left),
        "url": reverse("ratecards:card_revision", args=[card.code, draft.number]),
    }  # fmt: skip
