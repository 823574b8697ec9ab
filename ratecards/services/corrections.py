"""The corrected lines of an import, loaded into the very drafts it made. What is not corrected stays refused."""

from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts import audit, files, jobs
from accounts.models import Job
from ratecards import store
from ratecards.engine import keys as prefix_keys
from ratecards.engine.classes import settled
from ratecards.engine.table import RateTable, empty
from ratecards.models import Activation, RateCard, Revision, RevisionPrivate
from ratecards.services import decks, lists, refused_lines
from ratecards.services.guard import hold, refusals, require
from ratecards.services.imports import EXAMPLES, asked_for, read_whole, told_of
from ratecards.services.lists import Announced, PriceList
from ratecards.services.revisions import add_draft, checked_effective, presented_by
from ratecards.services.uploads import ACTION, reading
from ratecards.sheets import Dated, Layout, SheetResult, as_saved

KIND = "correct_import"
NOT_OPEN = "The drafts of this import have no refused lines open, or were published already."


class Part(NamedTuple):
    """One day of an import: its draft (None for a day without one), the list that this `was`, the corrected one."""

    draft: Revision | None
    was: RateTable
    list: PriceList


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
    upload = files.upload_path(work.params["upload"], company=company)
    layout = reading(as_saved, upload, Layout.from_dict(report["layout"]))
    result = read_whole(upload, layout, work, decks.kept_deck(work.params["job"], report, company=company))
    require_whole(result, layout)
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


def require_whole(result: SheetResult, layout: Layout) -> None:
    """A line may come back as several, but what is refused of it would be forgotten with those that are taken:
    jobs.Refused."""
    again = {refused_lines.number_of(line, layout) for line in result.refused}
    if split := sorted(result.lines & again):
        raise jobs.Refused(
            f"Line {split[0]} came back several times, and not all of it can be taken: correct all of it, or none."
        )


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
        drafts, told = lay_over(drafts, result, report)
        done = private.refused - len(left)
        kept = outcome(card, drafts[0], result, left) | {"revisions": told}
        report |= {"revisions": told, "corrected": kept, "refused": len(left), "accepted": report["accepted"] + done, "lines": kept["lines"],
                   "refused_file": bool(left), "open": refused_lines.ranges(left),
                   "corrections": [*report.get("corrections", []), str(work.job.key)]}  # fmt: skip
        RevisionPrivate.objects.filter(revision__in=drafts).update(
            refused=len(left), corrected=private.corrected + done, report=report
        )
        audit.record(
            "import", thing=drafts[0], company=card.owner_id, changes={"corrected": done, "refused": len(left)}
        )
    return kept, left


def lay_over(drafts: list[Revision], result: SheetResult, report: dict) -> tuple[list[Revision], list[dict]]:
    """Write the corrected rates into the drafts of their days, and on into later ones that did not change them, so that
    they say what the import would have said of the corrected sheet; returns (the drafts, with a new one for each day
    that had none; what each does to the list before it). A prefix that the sheet gives already is refused."""
    card, full, found = drafts[0].card, Layout.from_dict(report["layout"]).full, []
    for part in parts(drafts, result, report, full=full):
        draft, one = part.draft, part.list
        said = told_of(card, one, full=full)
        if draft is None:
            draft = begun(drafts[0], one, said["held"])
        elif one.table is not part.was:
            store.write(draft, settled(one.table, card.presentation))
            hold_back(draft, said["held"])
        found.append((draft, {"number": draft.number} | said))
    return [draft for draft, _ in found], [said for _, said in found]


def parts(drafts: list[Revision], result: SheetResult, report: dict, *, full: bool) -> Iterator[Part]:
    """The lists of all days in order of time: those of the drafts as they `was`, and as they are with what came back."""
    theirs = {instant_of(draft): (draft, checked_effective(draft)) for draft in drafts}
    steps = {step.instant: step for step in result.steps}
    first, coming = min({*theirs, *steps}), deque(announced_then(report))
    stands = before = made_on(drafts[0].card, report)
    was = ours = kept(stands, [table.keys for at, (_, table) in theirs.items() if at > first]) if full else stands
    waiting = kept(stands, [step.table.keys for at, step in steps.items() if at > first and full])
    days = sorted({*theirs, *steps})
    for instant, following in pairwise([*days, None]):
        while coming and coming[0].instant <= instant:
            one = coming.popleft().table
            if not full:
                same, was = ours is was, lists.carried(stands, one, was)
                ours = was if same else lists.carried(stands, one, ours)
            stands, before = one, one if full else ours
        draft, table = theirs.get(instant, (None, was))
        said = lists.changed(was, table)
        ours, was = lists.carried(was, table, ours), table
        step = steps.get(instant)
        if step:
            check_once(step, said, draft)
            ours = lists.without(store.joined_over(ours, step.table), step.gone)
            waiting = lists.without(waiting, np.concatenate([step.table.keys, step.gone]))
        ours = lists.with_rest(ours, waiting)
        between = coming and (following is None or coming[0].instant < following)
        undone = lists.undone(stands, ours, coming[0]) if between else ""
        yield Part(draft, was, PriceList(moment(instant), ours, before, undone))
        before = ours


def instant_of(draft: Revision) -> int:
    """The Date Live of a draft in seconds, 0 for one of now."""
    return int(draft.private.planned.timestamp()) if draft.private.planned else 0


def made_on(card: RateCard, report: dict) -> RateTable:
    """The list that was live when the sheet was imported."""
    number = report.get("compared")
    return store.load(Revision.objects.get(card=card, number=number)) if number else empty(presented_by(card))


def announced_then(report: dict) -> list[Announced]:
    """What was announced when the sheet was imported, the soonest first: it may have gone live or been cancelled since,
    but it is what the drafts were made on."""
    entries = Activation.objects.filter(pk__in=report.get("announced", ())).select_related("revision")
    return [Announced(entry) for entry in entries.order_by("live_from")]


def kept(table: RateTable, keys: list[np.ndarray]) -> RateTable:
    """Those rows of a table that are of some prefixes."""
    return table.take(np.isin(table.keys, np.concatenate([np.empty(0, np.int64), *keys])))


def hold_back(draft: Revision, words: str) -> None:
    """Put a draft into quarantine whose corrected prices differ too much; one that was released for less is held again,
    and one that is in it stays."""
    private = draft.private
    if words and words != private.held:
        private.held, private.released_by = words, ""
        private.save(update_fields=["held", "released_by"])


def check_once(step: Dated, said: np.ndarray, draft: Revision | None) -> None:
    twice = np.intersect1d(np.concatenate([step.table.keys, step.gone]), said)
    if len(twice):
        raise ValidationError(
            f"The prefix {prefix_keys.decode(twice[0])} stands in revision {draft.number} already: take the line out."
        )


def begun(first: Revision, one: PriceList, held: str) -> Revision:
    """A draft of the same import for a day that none of its lists began on."""
    private = first.private
    return add_draft(first.card, one.table, planned=one.planned, held=held,
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
