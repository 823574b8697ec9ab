"""Importing a rate sheet into a card: upload, look at it, start the job; its outcome is a draft."""

from pathlib import Path

from django.core.exceptions import PermissionDenied, ValidationError

from accounts import access, audit, jobs
from accounts.models import Job
from ratecards import sheets
from ratecards.engine.classes import HEADINGS
from ratecards.models import RateCard, Revision, RevisionPrivate
from ratecards.services import files
from ratecards.services.asked import open_job
from ratecards.services.guard import hold, refusals, require
from ratecards.services.revisions import add_draft, presented_by
from ratecards.sheets import Layout, Preview, SheetError, SheetResult

EXAMPLES = 20
ACTION = "import_rates"


def take_upload(file, *, actor) -> str:
    """Keep a sheet (anything with `chunks()`) that can be recognised and return its key; of any other nothing stays.

    Raises ValidationError for what is too large or no rate sheet.
    """
    upload = files.keep_upload(file, actor=actor)
    try:
        recognise_upload(upload, actor=actor)
    except BaseException:
        files.drop_upload(upload, company=actor.company_id)
        raise
    return upload


def recognise_upload(upload: str, *, actor, **said) -> Layout:
    """How an uploaded sheet seems to be laid out; `said` is taken as said (encoding, delimiter, header, day).

    Raises ValidationError for what is no rate sheet or is not here.
    """
    return reading(sheets.recognise, files.upload_path(upload, company=actor.company_id), **said)


def preview_upload(upload: str, layout: Layout, *, actor, rows: int = 10) -> Preview:
    """The first and last lines of an uploaded sheet as this layout reads them. Raises ValidationError."""
    return reading(sheets.preview, files.upload_path(upload, company=actor.company_id), layout, rows)


def start_import(card: RateCard, *, actor, upload: str, layout: Layout, filename: str = "") -> Job:
    """Ask for the import of an uploaded sheet (`files.keep_upload`) into a new draft of a card. Right: import_rates.

    Asked for twice it is one job. Raises ValidationError at once for a layout that cannot fit the card. The job's result: {"card", "revision", "read",
    "accepted", "skipped", "refused", "lines" (the first refused ones), "refused_file" (bool), "url"}. Refused lines
    stay open on the draft: it cannot go live until somebody waives them by name.
    """
    require(actor, card, ACTION)
    hold(card.pk)
    if asked := open_job(ACTION, actor, card=card.pk, upload=str(upload)):
        return asked
    files.upload_path(upload, company=actor.company_id)
    check_fits(card, layout)
    subject = f"{filename or 'Rates'} into {card.private.name}"
    params = {"card": card.pk, "upload": str(upload), "layout": layout.to_dict(), "source": filename[:200]}
    return jobs.start("import_rates", actor=actor, subject=subject, **params)


def check_fits(card: RateCard, layout: Layout) -> None:
    """The sheet's currency and price columns are the card's, or ValidationError."""
    reading(layout.require)
    if layout.currency and layout.currency != card.currency:
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
    """Read the sheet outside of any transaction, then store draft and outcome in one: before that nothing is visible.

    A job that is run again finds the draft that an earlier attempt left, whatever became of it since, and is done.
    """
    with work.unit(read_only=True):
        card = asked_for(work)
        check_fits(card, layout := Layout.from_dict(work.params["layout"]))
        earlier = RevisionPrivate.objects.filter(job=work.job.key, revision__card=card).first()
    if earlier is not None:
        return work.finish(earlier.report)
    path = files.upload_path(work.params["upload"], company=work.job.company_id)
    result = reading(sheets.read, path, layout, progress=lambda done, total: work.progress(done, total, "Reading"))
    if not result.accepted:
        lines = f" The first: line {result.refused[0].number}: {result.refused[0].reason}" if result.refused else ""
        raise jobs.Refused(f"No line of the sheet can be taken.{lines}")
    if result.refused:
        refused = files.refused_path(work.job.key, company=work.job.company_id)
        files.write(refused, [sheets.error_file(result.refused, layout).encode()])
    with work.unit():
        kept = keep(asked_for(work), result, work)
    path.unlink(missing_ok=True)
    return work.finish(kept)


def asked_for(work: jobs.Work) -> RateCard:
    card = RateCard.objects.get(pk=work.params["card"])
    require(work.actor, card, ACTION)
    return card


def keep(card: RateCard, result: SheetResult, work: jobs.Work) -> dict:
    """Store the accepted lines as a draft of this job, together with the outcome, which is returned."""
    with refusals():
        revision = add_draft(
            card, result.table, source=work.params["source"], job=work.job.key, refused=len(result.refused)
        )
        kept = outcome(card, revision, result)
        RevisionPrivate.objects.filter(revision=revision).update(report=kept)
        counts = {name: kept[name] for name in ("accepted", "skipped", "refused")}
        audit.record("import", thing=revision, company=card.owner_id, changes=counts)
    return kept


def outcome(card: RateCard, revision: Revision, result: SheetResult) -> dict:
    lines = [{"line": line.number, "column": line.column, "reason": line.reason} for line in result.refused[:EXAMPLES]]
    return {
        "card": card.code, "revision": revision.number, "read": result.read, "accepted": result.accepted,
        "skipped": len(result.skipped), "refused": len(result.refused), "lines": lines, "refused_file": bool(lines),
        "url": f"/management/rate-cards/{card.code}/revisions/",
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


def reading(read, *arguments, **options):
    """What a function of the sheet reader returns; its SheetError as a ValidationError."""
    try:
        return read(*arguments, **options)
    except SheetError as error:
        raise ValidationError(error.message, code=error.code) from error
