"""The corrected lines of an import, loaded into the very drafts it made. What is not corrected stays refused."""

import csv
import io

import numpy as np
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts import audit, files, jobs
from accounts.models import Job
from accounts.sheets import inert
from ratecards import sheets, store
from ratecards.models import RateCard, Revision, RevisionPrivate
from ratecards.services import decks
from ratecards.services.guard import hold, refusals, require
from ratecards.services.imports import EXAMPLES, asked_for, read_whole
from ratecards.services.revisions import checked_effective
from ratecards.services.uploads import ACTION
from ratecards.sheets import Layout, Line, SheetResult, corrected_layout

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
        KIND, actor=actor, subject=subject, card=revision.card_id, upload=str(upload), job=str(private.job)
    )


def run_correction(work: jobs.Work) -> None:
    """Read the corrected lines outside of any transaction; then all drafts of the import and its count in one."""
    with work.unit(read_only=True):
        first = opened_drafts(asked_for(work), work.params["job"])[0]
        report = first.private.report
        if str(work.job.key) in report.get("corrections", []):  # an earlier attempt of this very job
            return work.finish(report["corrected"])
    layout = corrected_layout(Layout.from_dict(report["layout"]))
    company = work.job.company_id
    still = open_lines(files.refused_path(work.params["job"], company=company))
    path = files.upload_path(work.params["upload"], company=company)
    result = read_whole(path, layout, work, decks.kept_deck(work.params["job"], report, company=company))
    check_lines(result, still)
    left = {number: row for number, row in still.items() if number not in result.lines}
    with work.unit():
        kept = keep(asked_for(work), result, layout, left, work)
    rewrite(files.refused_path(work.params["job"], company=company), still, left, result, layout)
    files.drop_upload(work.params["upload"], company=company)
    return work.finish(kept)


def opened_drafts(card: RateCard, job: str) -> list[Revision]:
    """The drafts of an import, in order of time; jobs.Refused when one was published or no line is open."""
    drafts = list(
        Revision.objects.filter(card=card, private__job=job).select_related("private", "card").order_by("number")
    )
    if not drafts or any(draft.state != Revision.DRAFT for draft in drafts) or not drafts[0].private.refused:
        raise jobs.Refused(NOT_OPEN)
    return drafts


def open_lines(path) -> dict[int, list[str]]:
    """The refused lines that are open, by their number in the first file."""
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8")), delimiter=delimiter_of(path)))
    return {int(row[0]): row for row in rows[1:] if row and row[0].isdigit()}


def delimiter_of(path) -> str:
    with path.open(encoding="utf-8") as file:
        return file.readline()[len("line")]


def check_lines(result: SheetResult, still: dict) -> None:
    """Every accepted line must be one of the open ones, or nobody could say what became of it."""
    unknown = sorted(set(result.lines) - set(still))
    if unknown:
        raise jobs.Refused(
            f"Line {unknown[0]} is none of the refused lines that are open: keep the column “line” as it was."
        )


def keep(card: RateCard, result: SheetResult, layout: Layout, left: dict, work: jobs.Work) -> dict:
    with refusals():
        hold(card.pk)
        drafts = opened_drafts(card, work.params["job"])
        for draft in drafts:
            lay_over(draft, result)
        done = drafts[0].private.refused - len(left)
        kept = outcome(card, drafts[0], result, left)
        for draft in drafts:
            private = draft.private
            report = private.report | {"corrected": kept, "refused": len(left), "accepted": private.report["accepted"] + done,
                                       "lines": kept["lines"], "refused_file": bool(left),
                                       "corrections": [*private.report.get("corrections", []), str(work.job.key)]}  # fmt: skip
            RevisionPrivate.objects.filter(revision=draft).update(
                refused=len(left), corrected=private.corrected + done, report=report
            )
        audit.record(
            "import", thing=drafts[0], company=card.owner_id, changes={"corrected": done, "refused": len(left)}
        )
    return kept


def lay_over(draft: Revision, result: SheetResult) -> None:
    """Add the corrected rates that begin by the draft's Date Live. A prefix that it has already is refused."""
    planned = draft.private.planned.timestamp() if draft.private.planned else 0
    for step in result.steps:
        if step.instant <= planned:
            table = checked_effective(draft)
            twice = np.intersect1d(table.keys, step.table.keys) if step.instant == planned else ()
            if len(twice):
                prefix = step.table.take(step.table.keys == twice[0]).row(0).prefix
                raise ValidationError(
                    f"The prefix {prefix} stands in revision {draft.number} already: take the line out."
                )
            store.write(draft, store.joined_over(table, step.table))


def outcome(card: RateCard, draft: Revision, result: SheetResult, left: dict) -> dict:
    lines = [{"line": line.number, "column": line.column, "reason": line.reason} for line in result.refused[:EXAMPLES]]
    return {
        "card": card.code, "revision": draft.number, "read": result.read, "accepted": result.accepted,
        "skipped": len(result.skipped), "refused": len(left), "lines": lines, "refused_file": bool(left),
        "url": reverse("ratecards:card_revision", args=[card.code, draft.number]),
    }  # fmt: skip


def rewrite(path, still: dict, left: dict, result: SheetResult, layout: Layout) -> None:
    """Keep the lines that are still open: those refused again as they are now, the others as they were."""
    again = {number_of(line, layout): line for line in result.refused}
    text, target = path.read_text("utf-8"), io.StringIO()
    writer = csv.writer(target, delimiter=layout.delimiter, lineterminator="\n")
    target.write(text.split("\n", 1)[0] + "\n")
    for number, row in left.items():
        line = again.get(number)
        writer.writerow([number, inert(line.reason), *sheets.cells_of(line, layout)[2:]] if line else row)
    files.write(path, [target.getvalue().encode()])


def number_of(line: Line, layout: Layout) -> int | None:
    first = sheets.cells_of(line, layout)[:1]
    return int(first[0]) if first and first[0].isdigit() else None
