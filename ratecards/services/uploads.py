"""A sheet before it is imported: kept, opened where it is a workbook or a document, recognised, shown."""

from pathlib import Path
from urllib.parse import urlencode

from django.urls import reverse

from accounts import files, jobs
from accounts.jobs import open_job
from accounts.models import Job
from accounts.services import uploads
from accounts.services.uploads import chosen_part, is_closed, keep_sheet, opened_upload, reading
from ratecards import sheets
from ratecards.models import RateCard
from ratecards.services import templates
from ratecards.services.guard import hold, require
from ratecards.sheets import Deck, Layout, Opened, Preview

ACTION, OPEN = "import_rates", "open_sheet"

__all__ = [
    "check_file",
    "is_closed",
    "open_upload",
    "opened_upload",
    "preview_upload",
    "reading",
    "recognise_upload",
    "run_opening",
    "start_opening",
    "take_upload",
]


def take_upload(file, *, actor) -> str:
    """Keep a sheet (anything with `chunks()`) that can be a rate sheet and return its key; of any other nothing stays.

    Of a workbook or document only the first bytes are looked at here; `start_opening` does the rest. Raises
    ValidationError for what is too large or no rate sheet.
    """
    return keep_sheet(file, actor=actor, check=check_file)


def check_file(path: Path) -> None:
    if sheets.kind_of(path) == sheets.TEXT:
        sheets.recognise(path)


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
    return jobs.start(OPEN, actor=actor, subject=f"Opening {filename or 'a workbook'}", about=card.code, **params)


def run_opening(work: jobs.Work) -> None:
    """Open the file outside of any transaction, in a process with limits; run again it finds what it left."""
    with work.unit(read_only=True):
        card = RateCard.objects.get(pk=work.params["card"])
        require(work.actor, card, ACTION)
    upload, company = work.params["upload"], work.job.company_id
    if files.opened_of(upload, company=company) is None:
        open_upload(upload, company=company)
    preview = reverse("ratecards:import_preview", args=[card.code, upload])
    url = work.params.get("url") or f"{preview}?{urlencode({'name': work.params['source']})}"
    work.finish({"card": card.code, "url": url})


def open_upload(upload: str, *, company: int) -> Opened:
    """Write every sheet of an uploaded workbook or document as lines. Raises ValidationError with the reason."""
    return uploads.open_upload(upload, company=company, open_sheets=sheets.open_sheets)


def recognise_upload(upload: str, *, actor, part: int | None = None, template: bool = True, **said) -> Layout:
    """How an uploaded sheet seems to be laid out; `said` is taken as said (encoding, delimiter, header, day).

    A template of the company for this header says the rest, unless `template` is False. Raises ValidationError for what
    is no rate sheet or is not here.
    """
    path, part, opened = chosen_part(upload, part, actor=actor)
    layout = reading(sheets.recognise, path, part=part, date1904=bool(opened and opened.date1904), **said)
    return templates.applied(layout, actor) if template else layout


def preview_upload(upload: str, layout: Layout, *, actor, rows: int = 10, deck: Deck | None = None) -> Preview:
    """The first and last lines of an uploaded sheet as this layout reads them. Raises ValidationError."""
    return reading(sheets.preview, files.sheet_path(upload, layout.part, company=actor.company_id), layout, rows, deck)
