"""Importing customers from a sheet: an upload is kept, opened, recognised and shown, and a job reads it a chunk at a time.

What was written with a chunk is noted with it, in one transaction, so a job that is killed goes on where it was: nothing
is made twice and no line is counted twice.
"""

from dataclasses import dataclass, field
from pathlib import Path

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.urls import reverse

from accounts import access, audit, files, jobs
from accounts.jobs import open_job
from accounts.models import Job
from accounts.services.uploads import chosen_part, keep_sheet, open_upload, reading, require_free
from accounts.sheets import Line, Preview, as_saved
from accounts.sheets.report import error_header, error_lines
from resellers import sheets
from resellers.models import Company
from resellers.services import imported, templates
from resellers.services.imported import CREATE, Outcome, company_for
from resellers.sheets import Chunk, CustomerLayout

KIND, OPEN = "import_customers", "open_customers"
REFUSE, CHANGE = "refuse", "update"  # what becomes of lines whose name the company has already
EXAMPLES = 20
COUNTS = ("read", "accepted", "skipped", "refused", "made", "changed")


# -- before the import -------------------------------------------------------------------------------------------------


def take_upload(file, *, actor) -> str:
    """Keep a sheet (anything with `chunks()`) that can be one of customers; returns its key. Right: create.

    Of a workbook only the first bytes are looked at here; `start_opening` does the rest. Raises ValidationError.
    """
    require(actor)
    return keep_sheet(file, actor=actor, check=sheets.check_file)


def start_opening(*, actor, upload: str, filename: str = "", company: Company | None = None) -> Job:
    """Ask for a workbook to be made readable. Right: create. The job's result: {"url"}, the page that shows it.

    `company`: chosen already; it is kept for that page and decides nothing here.
    """
    require(actor)
    params = {"upload": str(upload), "source": filename[:200], "into": company and company.pk}
    hold(upload)
    if asked := open_job(OPEN, actor, **params):
        return asked
    return jobs.start(OPEN, actor=actor, subject=f"Opening {filename or 'a workbook'}", **params)


def run_opening(work: jobs.Work) -> None:
    """Open the workbook outside of any transaction, in a process with limits; run again it finds what it left."""
    with work.unit(read_only=True):
        require(work.actor)
    upload, company = work.params["upload"], work.job.company_id
    if files.opened_of(upload, company=company) is None:
        open_upload(upload, company=company)
    work.finish({"url": reverse("resellers:customer_import_preview", args=[upload])})


def recognise_upload(upload: str, *, actor, part: int | None = None, **said) -> CustomerLayout:
    """How an uploaded sheet seems to be laid out; `said` is taken as said (encoding, delimiter, header).

    A template of the company for this header says the rest. Raises ValidationError for what is no sheet or is not here.
    """
    path, part, _ = chosen_part(upload, part, actor=actor)
    return templates.applied(reading(sheets.recognise, path, part=part, **said), actor)


def preview_upload(upload: str, layout: CustomerLayout, *, actor, rows: int = 10) -> Preview:
    """The first and last lines of an uploaded sheet as this layout reads them. Raises ValidationError."""
    return reading(sheets.preview, files.sheet_path(upload, layout.part, company=actor.company_id), layout, rows)


# -- asking for it -----------------------------------------------------------------------------------------------------


def start_import(*, actor, upload: str, layout: CustomerLayout, company: Company, existing: str = REFUSE,
                 filename: str = "", dry_run: bool = False) -> Job:  # fmt: skip
    """Ask for the import of an uploaded sheet into one company. Right: create; to change existing customers also update.

    `existing`: what becomes of lines whose name the company has already (REFUSE, CHANGE). Asked for twice it is one job. A
    dry run reads all and writes nothing. The job's result: {"read", "accepted", "skipped", "refused", "made", "changed",
    "lines" and "skipped_lines" (the first ones), "refused_file", "company", "dry_run", "url"}, with
    accepted + skipped + refused == read. Raises ValidationError at once for a layout without name or currency,
    and while the upload is imported in another way.
    """
    require(actor)
    reading(layout.require)
    company_for(actor, company.pk, update=existing == CHANGE)
    files.sheet_path(upload, layout.part, company=actor.company_id)
    hold(upload)
    params = {"upload": str(upload), "dry_run": dry_run, "into": company.pk, "existing": existing}
    params["reading"] = jobs.digest(layout.to_dict())
    if asked := open_job(KIND, actor, **params):
        return asked
    require_free(KIND, upload, actor=actor)
    subject = f"{filename or 'Customers'} into {company.name}{' (dry run)' if dry_run else ''}"
    return jobs.start(KIND, actor=actor, subject=subject, layout=layout.to_dict(), source=filename[:200], **params)


def start_correction(job: Job, *, actor, upload: str, filename: str = "") -> Job:
    """Ask for the corrected list of refused lines of an import to be read, by its layout and into the same company.

    Right: as for the import. Raises ValidationError for a file that is no such list.
    """
    path = files.sheet_path(upload, 0, company=actor.company_id)
    layout = reading(as_saved, path, CustomerLayout.from_dict(job.params["layout"]))
    company = company_for(actor, job.params["into"], update=job.params["existing"] == CHANGE)
    return start_import(
        actor=actor, upload=upload, layout=layout, company=company, existing=job.params["existing"], filename=filename
    )


def refused_file(job: Job, *, actor) -> Path:
    """The refused lines of an import as a CSV file, to be corrected and loaded again.

    Raises PermissionDenied unless it is an import of the actor's own company and he may import, ValidationError when no
    line was refused or the file is gone.
    """
    require(actor)
    if job.kind != KIND or job.company_id != actor.company_id:
        raise PermissionDenied("needs an import of the own company")
    path = files.refused_path(job.key, company=job.company_id)
    if not (job.result or so_far(job.kept)).get("refused") or not path.is_file():
        raise ValidationError("No lines were refused, or the list is no longer here.")
    return path


def go_on(job: Job, *, actor) -> Job:
    """Let a failed import read the rest of its file; of somebody else's the actor starts a new one. Right: as for the import.

    What was written stays: by whoever started it the file is taken up after that, in a new import its names exist.
    """
    company = company_for(actor, job.params["into"], update=job.params["existing"] == CHANGE)
    if job.actor_id == actor.pk:
        hold(job.params["upload"])
        require_free(KIND, job.params["upload"], actor=actor)
        return jobs.retry(job, actor=actor)
    return start_import(
        actor=actor, upload=job.params["upload"], layout=CustomerLayout.from_dict(job.params["layout"]), company=company,
        existing=job.params["existing"], filename=job.params["source"], dry_run=job.params["dry_run"],
    )  # fmt: skip


def require(actor) -> None:
    if not access.may(actor, CREATE):
        raise PermissionDenied(f"needs {CREATE}")


def hold(upload: str) -> None:
    """Nobody else asks about this upload until the transaction ends: a button pressed twice starts one job."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"upload {upload}"])


# -- doing it ----------------------------------------------------------------------------------------------------------


@dataclass
class Count:
    """What became of the lines so far; `bytes` is how long the list of refused lines is, `chunks` how many are done."""

    read: int = 0
    accepted: int = 0
    skipped: int = 0
    refused: int = 0
    made: int = 0
    changed: int = 0
    chunks: int = 0
    bytes: int = 0
    lines: list[dict] = field(default_factory=list)
    skipped_lines: list[dict] = field(default_factory=list)

    def added(self, chunk: Chunk, outcome: Outcome) -> tuple["Count", list[Line]]:
        """(the count with one more chunk, the refused lines of that in order)."""
        refused = sorted(chunk.refused + outcome.refused)
        skipped = sorted(chunk.skipped + outcome.skipped)
        told = [line for line in skipped if line.code != "line_blank"]
        done = outcome.made + outcome.changed
        return Count(
            self.read + chunk.read, self.accepted + done, self.skipped + len(skipped), self.refused + len(refused),
            self.made + outcome.made, self.changed + outcome.changed, self.chunks + 1, self.bytes,
            shown(self.lines, refused), shown(self.skipped_lines, told),
        ), refused  # fmt: skip


def shown(before: list[dict], lines: list[Line]) -> list[dict]:
    """The first EXAMPLES lines, as plain values for JSON."""
    found = [
        {"line": one.number, "column": one.column, "reason": one.reason} for one in lines[: EXAMPLES - len(before)]
    ]
    return before + found


def run_import(work: jobs.Work) -> None:
    """Read the sheet a chunk at a time, each written with its count in a unit of its own; rights are asked in each."""
    if "result" in work.kept:  # an earlier attempt of this very job has done everything
        return work.finish(work.kept["result"])
    layout = reading(CustomerLayout.from_dict, work.params["layout"])
    count = reading(read_all, work, layout)
    if not count.read:
        raise jobs.Refused("The file has no lines below its header.")
    result = finish(work, count)
    if not work.params["dry_run"]:
        files.drop_upload(work.params["upload"], company=work.job.company_id)
    return work.finish(result)


def read_all(work: jobs.Work, layout: CustomerLayout) -> Count:
    """Do every chunk that no earlier attempt has done; returns the count of all."""
    path = files.sheet_path(work.params["upload"], layout.part, company=work.job.company_id)
    count, seen = Count(**work.kept), {}
    done = count.chunks
    chunks = sheets.chunks(path, layout, progress=lambda done, total: work.progress(done, total, "bytes"))
    for number, chunk in enumerate(chunks):
        count = run_chunk(work, chunk, layout, count, seen, is_done=number < done)
    return count


def run_chunk(
    work: jobs.Work, chunk: Chunk, layout: CustomerLayout, count: Count, seen: dict, *, is_done: bool
) -> Count:
    """Do one chunk, or pass over it where an earlier attempt did; returns the count after it."""
    update, column = work.params["existing"] == CHANGE, layout.columns[layout.mapping.index("name")]
    with work.unit(read_only=work.params["dry_run"] or is_done):
        company = company_for(work.actor, work.params["into"], update=update)
        if is_done:
            imported.pass_over(chunk.rows, company, seen=seen, column=column)
            return count
        act = imported.try_rows if work.params["dry_run"] else imported.keep_rows
        outcome = act(chunk.rows, company, actor=work.actor, update=update, seen=seen, column=column)
        count, refused = count.added(chunk, outcome)
        count.bytes = keep_refused(work, refused, layout, count.bytes)
        if not work.params["dry_run"]:
            work.keep(vars(count))
    return count


def keep_refused(work: jobs.Work, refused: list[Line], layout: CustomerLayout, start: int) -> int:
    """Let the list of refused lines go on after its first `start` bytes; what a killed attempt left there goes."""
    path = files.refused_path(work.job.key, company=work.job.company_id)
    if not refused:
        return start
    head = [] if start else [error_header(layout).encode()]
    return files.rewrite_end(path, start, [*head, error_lines(refused, layout).encode()])


def so_far(kept: dict) -> dict:
    """What an import that failed had written until then: its counts and the first refused and skipped lines; {} for
    nothing."""
    return kept if kept.get("read") else {}


def note_failed(job: Job, kept: dict) -> None:
    """Of an import that failed half way: the trail of what is written, and a list of refused lines that ends there too."""
    if not (left := so_far(kept)):
        return
    if left["refused"]:
        files.rewrite_end(files.refused_path(job.key, company=job.company_id), left["bytes"], [])
    audit.record("import", actor=job.actor, thing=job, company=job.params["into"], changes={name: left[name] for name in COUNTS},
                 reason="Failed before the end of the file; what is counted here is written.", result="failed")  # fmt: skip


def finish(work: jobs.Work, count: Count) -> dict:
    """The report; with it the trail of an import that was no dry run."""
    dry_run = work.params["dry_run"]
    if count.refused:
        files.rewrite_end(files.refused_path(work.job.key, company=work.job.company_id), count.bytes, [])
    with work.unit(read_only=dry_run):
        company = company_for(work.actor, work.params["into"], update=work.params["existing"] == CHANGE)
        counts = {name: getattr(count, name) for name in COUNTS}
        result = counts | {
            "lines": count.lines, "skipped_lines": count.skipped_lines, "refused_file": bool(count.refused),
            "company": company.name, "dry_run": dry_run,
            "url": reverse("resellers:customer_import_job", args=[work.job.key]),
        }  # fmt: skip
        if not dry_run:
            audit.record("import", actor=work.actor, thing=company, company=company.pk, changes=counts)
            work.keep({"result": result})
    return result
