"""Importing a rate sheet into a card: the job that reads it, and the drafts and the report that come of it."""

from pathlib import Path

from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts import access, audit, files, jobs
from accounts.models import Job
from accounts.services.uploads import require_free
from ratecards import sheets, store, timeline
from ratecards.engine.classes import HEADINGS
from ratecards.engine.table import RateTable, empty
from ratecards.models import RateCard, Revision, RevisionPrivate
from ratecards.services import decks, judging, lists, refused_lines
from ratecards.services.guard import hold, meaning_of, refusals, require, require_meaning
from ratecards.services.lists import PriceList
from ratecards.services.revisions import add_draft, presented_by
from ratecards.services.uploads import ACTION, preview_upload, reading, recognise_upload, take_upload
from ratecards.sheets import Deck, Layout, SheetResult
from ratecards.sheets.cell_values import is_of

EXAMPLES = 20

__all__ = [
    "check_fits",
    "preview_upload",
    "recognise_upload",
    "refused_file",
    "run_import",
    "start_import",
    "take_upload",
]


def start_import(
    card: RateCard,
    *,
    actor,
    upload: str,
    layout: Layout,
    filename: str = "",
    dry_run: bool = False,
    deck: dict | None = None,
    meaning: dict | None = None,
) -> Job:
    """Ask for the import of an uploaded sheet (`take_upload`) into new drafts of a card. Right: import_rates.

    Asked for twice it is one job; ValidationError while the upload is imported in another way. A dry run reads all and
    reports, and leaves the upload where it is. `deck` and `meaning` (of the card's prices) are those of a dry run before;
    else the deck that is linked to the upload, and what the card means now. When it means something else by the time the
    job runs, nothing is imported. Raises ValidationError at once for that, for a layout that cannot
    fit the card, or that needs a code deck where there is none. The job's result: {"card", "revision" (None of a dry
    run), "revisions", "read", "accepted", "skipped", "refused", "lines" (the first refused ones), "changes" ...}. Refused
    lines stay open on the drafts: none can go live until they are corrected, or somebody waives them by name.
    """
    require(actor, card, ACTION)
    card = hold(card.pk)
    require_meaning(card, meaning or {})
    files.sheet_path(upload, layout.part, company=actor.company_id)
    check_fits(card, layout)
    if deck:
        files.upload_path(deck["upload"], company=actor.company_id)
    said = {"layout": layout.to_dict(), "deck": deck or decks.needed_deck(upload, layout, actor=actor)}
    said |= {"meaning": meaning_of(card)}
    params = {"card": card.pk, "upload": str(upload), "dry_run": dry_run, "reading": jobs.digest(said)}
    if asked := jobs.open_job(ACTION, actor, **params):
        return asked
    require_free(ACTION, upload, actor=actor)
    subject = f"{filename or 'Rates'} into {card.private.name}{' (dry run)' if dry_run else ''}"
    return jobs.start(ACTION, actor=actor, subject=subject, about=card.code, source=filename[:200], **params, **said)


def check_fits(card: RateCard, layout: Layout) -> None:
    """The sheet's currency and price columns are the card's, or ValidationError."""
    reading(layout.require)
    if layout.currency and not is_of(layout.currency, card.currency):
        raise ValidationError(f"The sheet is in {layout.currency}, the card in {card.currency}.")
    here, wanted = {"intra", "inter"} & set(layout.mapping), {"intra", "inter"} & set(presented_by(card))
    if here - wanted:
        raise ValidationError(
            "The sheet has intra or inter prices, the card has a single rate: change its presentation."
        )
    if wanted - here:
        raise ValidationError(
            f"The card has {named(card, wanted)} prices, the sheet lacks them: say which columns hold them."
        )
    if "cost" in HEADINGS[card.presentation] and "cost" not in layout.mapping:
        raise ValidationError(f"The card has {named(card, {'cost'})} prices: say which column holds them.")


def named(card: RateCard, columns: set[str]) -> str:
    """Price columns in the words of the card's presentation."""
    return " and ".join(words for name, words in HEADINGS[card.presentation].items() if name in columns)


def run_import(work: jobs.Work) -> None:
    """Read the sheet outside of any transaction, then store drafts and outcome in one: before that nothing is visible.

    A job that is run again finds the drafts that an earlier attempt left, whatever became of them since, and is done.
    """
    with work.unit(read_only=True):
        card = asked_for(work)
        check_fits(card, layout := Layout.from_dict(work.params["layout"]))
        earlier = RevisionPrivate.objects.filter(job=work.job.key, revision__card=card).order_by("revision").first()
    if earlier is not None:
        return work.finish(earlier.report)
    company = work.job.company_id
    path = files.sheet_path(work.params["upload"], layout.part, company=company)
    result = read_whole(path, layout, work, decks.load_deck(work.params.get("deck"), company=company))
    if result.refused:
        keep_refused(work, [sheets.error_file(result.refused, layout).encode()])
        decks.keep_deck(work)
    if work.params.get("dry_run"):
        with work.unit(read_only=True):
            card = asked_for(work)
            return work.finish(dry_outcome(card, result, layout))
    with work.unit():
        hold(work.params["card"])  # until the draft is there, which lets nobody change what its prices mean
        kept = keep(asked_for(work), result, layout, work)
    files.drop_upload(work.params["upload"], company=company)
    decks.drop_deck(work)
    return work.finish(kept)


def read_whole(path: Path, layout: Layout, work: jobs.Work, deck: Deck | None = None) -> SheetResult:
    """The sheet, with names where it has none. Raises jobs.Refused when no line of it can be taken."""
    result = reading(sheets.read, path, layout, lambda done, total: work.progress(done, total, "Reading"), deck)
    if not result.accepted:
        lines = f" The first: line {result.refused[0].number}: {result.refused[0].reason}" if result.refused else ""
        raise jobs.Refused(f"No line of the sheet can be taken.{lines}")
    return lists.named(result, work.progress)


def keep_refused(work: jobs.Work, pieces: list[bytes]) -> None:
    files.write(files.refused_path(work.job.key, company=work.job.company_id), pieces)


def asked_for(work: jobs.Work) -> RateCard:
    card = RateCard.objects.get(pk=work.params["card"])
    require(work.actor, card, ACTION)
    require_meaning(card, work.params.get("meaning") or {})
    return card


def active_table(card: RateCard) -> tuple[Revision | None, RateTable]:
    """The revision that is active now and its prices; None and no prices where nothing is."""
    active = timeline.active_revision(card)
    return active, store.load(active) if active else empty(presented_by(card))


def keep(card: RateCard, result: SheetResult, layout: Layout, work: jobs.Work) -> dict:
    """Store the lists that the accepted lines make as drafts of this job, with the outcome, which is returned."""
    with refusals():
        active, before = active_table(card)
        kept = outcome(card, result, active, before) | {"layout": layout.to_dict(), "deck": work.params.get("deck")}
        kept |= {"open": refused_lines.ranges(line.number for line in result.refused)}
        numbers, announced = [], lists.announced_of(card)
        kept |= {"announced": [one.entry.pk for one in announced]}  # what corrected lines will be laid over as well
        for one in lists.price_lists(result, before, full=layout.full, announced=announced):
            told = told_of(card, one, full=layout.full)
            private = {"source": work.params["source"], "job": work.job.key, "refused": kept["refused"]}
            revision = add_draft(card, one.table, planned=one.planned, held=told["held"], **private)
            numbers.append({"number": revision.number} | told)
        kept |= {"revision": numbers[0]["number"], "revisions": numbers}
        RevisionPrivate.objects.filter(job=work.job.key, revision__card=card).update(report=kept)
        counts = {name: kept[name] for name in ("accepted", "skipped", "refused")}
        audit.record("import", thing=revision, company=card.owner_id, changes=counts)
    return kept


def told_of(card: RateCard, one: PriceList, *, full: bool) -> dict:
    """What a list does to the one before it. Changes that an announced list takes back are held: nobody would notice."""
    changes, held = judging.changes(one.before, one.table, card.private)
    if one.undone and not full:
        held = f"{held} {one.undone}".strip()
    return {"planned": one.planned and one.planned.isoformat(), "changes": changes, "held": held, "undone": one.undone,
            "rows": len(one.table)}  # fmt: skip


def dry_outcome(card: RateCard, result: SheetResult, layout: Layout) -> dict:
    """The report of an import that was only tried."""
    active, before = active_table(card)
    kept = outcome(card, result, active, before)
    made = lists.price_lists(result, before, full=layout.full, announced=lists.announced_of(card))
    found = [{"number": None} | told_of(card, one, full=layout.full) for one in made]
    return kept | {"dry_run": True, "revision": None, "revisions": found}


def outcome(card: RateCard, result: SheetResult, active: Revision | None, before: RateTable) -> dict:
    """What became of the lines: plain values for JSON."""
    lines = [{"line": line.number, "column": line.column, "reason": line.reason} for line in result.refused[:EXAMPLES]]
    skipped = [{"line": line.number, "column": "", "reason": line.reason}
               for line in result.skipped[:EXAMPLES] if line.code != "line_blank"]  # fmt: skip
    return {
        "card": card.code, "read": result.read, "accepted": result.accepted, "skipped": len(result.skipped),
        "refused": len(result.refused), "lines": lines, "skipped_lines": skipped, "refused_file": bool(lines),
        "past": result.past, "unused": result.unused, "compared": active.number if active else None,
        "warnings": judging.contradictions(result, before), "url": reverse("ratecards:card_revisions", args=[card.code]),
    }  # fmt: skip


def refused_file(job: Job, *, actor) -> Path:
    """The refused lines of an import as a CSV file, to be corrected and imported again.

    Raises PermissionDenied unless it is an import of the actor's own company and he may import into one kind of card,
    ValidationError when there were no refused lines.
    """
    may = any(access.may(actor, f"{kind}_card.{ACTION}") for kind, _ in RateCard.KINDS)
    if job.kind != ACTION or job.company_id != actor.company_id or not may:
        raise PermissionDenied("needs the right to import")
    path = files.refused_path(job.key, company=job.company_id)
    if not path.is_file():
        raise ValidationError("No lines were refused.")
    return path
