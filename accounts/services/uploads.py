"""A sheet before it is read, whatever it tells of: kept, and opened where it is a workbook or a document."""

import tempfile
from collections.abc import Callable
from pathlib import Path

from django.core.exceptions import ValidationError

from accounts import files, jobs, sheets
from accounts.sheets import Opened, Preview, SheetError

IN_USE = (
    "This file is being imported already, in another way than this: wait for the end of that, or upload it once more."
)


def keep_sheet(file, *, actor, check: Callable[[Path], object]) -> str:
    """Keep an upload (anything with `chunks()`) that passes `check(path)` and return its key; of any other nothing stays.

    Raises ValidationError for what is too large, and with the words of the SheetError that `check` raises.
    """
    upload = files.keep_upload(file, actor=actor)
    try:
        reading(check, files.upload_path(upload, company=actor.company_id))
    except BaseException:
        files.drop_upload(upload, company=actor.company_id)
        raise
    return upload


def is_closed(upload: str, *, actor) -> bool:
    """Whether an upload is a workbook or document that was not opened yet."""
    path = files.upload_path(upload, company=actor.company_id)
    return reading(sheets.kind_of, path) != sheets.TEXT and opened_upload(upload, actor=actor) is None


def open_upload(upload: str, *, company: int, open_sheets=sheets.open_sheets) -> Opened:
    """Write every sheet of an uploaded workbook or document as lines. Raises ValidationError with the reason."""
    path = files.upload_path(upload, company=company)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        opened = reading(open_sheets, path, Path(folder))
        files.keep_opened(upload, Path(folder), opened.to_dict(), company=company)
    return opened


def opened_upload(upload: str, *, actor) -> Opened | None:
    """What a workbook or document holds; None for text."""
    found = files.opened_of(upload, company=actor.company_id)
    return sheets.opened_from(found) if found else None


def chosen_part(upload: str, part: int | None, *, actor) -> tuple[Path, int, Opened | None]:
    """(path of its lines, number, what was opened) of a part of an upload; None: the one to begin with."""
    opened = opened_upload(upload, actor=actor)
    part = (opened.first if opened else 0) if part is None else part
    return files.sheet_path(upload, part, company=actor.company_id), part, opened


def raw_preview(upload: str, layout, *, actor) -> Preview:
    """The first and last lines of an upload as they stand. Raises ValidationError as reading does."""
    return reading(sheets.as_it_stands, files.sheet_path(upload, layout.part, company=actor.company_id), layout)


def require_free(kind: str, upload: str, *, actor) -> None:
    """No import of this kind that drops an upload at its end waits or runs, or ValidationError: a second one would lose it."""
    if jobs.open_jobs(kind, actor, upload=str(upload), dry_run=False).exists():
        raise ValidationError(IN_USE)


def reading(read, *arguments, **options):
    """What a function of a sheet reader returns; its SheetError as a ValidationError."""
    try:
        return read(*arguments, **options)
    except SheetError as error:
        raise ValidationError(error.message, code=error.code) from error
