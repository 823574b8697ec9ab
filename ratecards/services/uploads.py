"""A sheet before it is imported: kept, opened where it is a workbook or a document, recognised, shown."""

import tempfile
from pathlib import Path
from urllib.parse import urlencode

from django.core.exceptions import ValidationError

from accounts import jobs
from accounts.models import Job
from ratecards import sheets
from ratecards.models import RateCard
from ratecards.services import files, templates
from ratecards.services.asked import open_job
from ratecards.services.guard import hold, require
from ratecards.sheets import Deck, Layout, Opened, Preview, SheetError

ACTION, OPEN = "import_rates", "open_sheet"


def take_upload(file, *, actor) -> str:
    """Keep a sheet (anything with `chunks()`) that can be a rate sheet and return its key; of any other nothing stays.

    Of a workbook or document only the first bytes are looked at here; `start_opening` does the rest. Raises
    ValidationError for what is too large or no rate sheet.
    """
    upload = files.keep_upload(file, actor=actor)
    try:
        path = files.upload_path(upload, company=actor.company_id)
        if reading(sheets.kind_of, path) == sheets.TEXT:
            reading(sheets.recognise, path)
    except BaseException:
        files.drop_upload(upload, company=actor.company_id)
        raise
    return upload


def is_closed(upload: str, *, actor) -> bool:
    """Whether an upload is a workbook or document that was not opened yet."""
    path = files.upload_path(upload, company=actor.company_id)
    return reading(sheets.kind_of, path) != sheets.TEXT and opened_upload(upload, actor=actor) is None


def start_opening(card: RateCard, *, actor, upload: str, filename: str = "", goes_on: str = "") -> Job:
    """Ask for a workbook or document to be made readable. Right: import_rates. The job's result: {"card", "url"}.

    `goes_on` is the address where the user goes on afterwards; else that of the upload's own preview.
    """
    require(actor, card, ACTION)
    hold(card.pk)
    params = {"card": card.pk, "upload": str(upload), "source": filename[:200]}
    params |= {"url": goes_on} if goes_on else {}
    if asked := open_job(OPEN, actor, **params):
        return asked
    return jobs.start(OPEN, actor=actor, subject=f"Opening {filename or 'a workbook'}", **params)


def run_opening(work: jobs.Work) -> None:
    """Open the file outside of any transaction, in a process with limits; run again it finds what it left."""
    with work.unit(read_only=True):
        card = RateCard.objects.get(pk=work.params["card"])
        require(work.actor, card, ACTION)
    upload, company = work.params["upload"], work.job.company_id
    if files.opened_of(upload, company=company) is None:
        open_upload(upload, company=company)
    name = urlencode({"name": work.params["source"]})
    url = work.params.get("url") or f"/management/rate-cards/{card.code}/import/{upload}/?{name}"
    work.finish({"card": card.code, "url": url})


def open_upload(upload: str, *, company: int) -> Opened:
    """Write every sheet of an uploaded workbook or document as lines. Raises ValidationError with the reason."""
    path = files.upload_path(upload, company=company)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        opened = reading(sheets.open_sheets, path, Path(folder))
        files.keep_opened(upload, Path(folder), opened.to_dict(), company=company)
    return opened


def opened_upload(upload: str, *, actor) -> Opened | None:
    """What a workbook or document holds; None for text."""
    found = files.opened_of(upload, company=actor.company_id)
    return sheets.opened_from(found) if found else None


def recognise_upload(upload: str, *, actor, part: int | None = None, template: bool = True, **said) -> Layout:
    """How an uploaded sheet seems to be laid out; `said` is taken as said (encoding, delimiter, header, day).

    A template of the company for this header says the rest, unless `template` is False. Raises ValidationError for what
    is no rate sheet or is not here.
    """
    opened = opened_upload(upload, actor=actor)
    part = (opened.first if opened else 0) if part is None else part
    path = files.sheet_path(upload, part, company=actor.company_id)
    layout = reading(sheets.recognise, path, part=part, date1904=bool(opened and opened.date1904), **said)
    return templates.applied(layout, actor) if template else layout


def preview_upload(upload: str, layout: Layout, *, actor, rows: int = 10, deck: Deck | None = None) -> Preview:
    """The first and last lines of an uploaded sheet as this layout reads them. Raises ValidationError."""
    return reading(sheets.preview, files.sheet_path(upload, layout.part, company=actor.company_id), layout, rows, deck)


def reading(read, *arguments, **options):
    """What a function of the sheet reader returns; its SheetError as a ValidationError."""
    try:
        return read(*arguments, **options)
    except SheetError as error:
        raise ValidationError(error.message, code=error.code) from error
