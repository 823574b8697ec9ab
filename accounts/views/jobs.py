"""Setup > Information > Jobs: what runs, what it came to, and sending a failed one again."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import localtime
from django.views.decorators.http import require_POST

from accounts import access, jobs, lists
from accounts.filters_information import JobFilter
from accounts.grids_information import JobTable, OwnJobTable, duration
from accounts.models import Job
from accounts.templatetags.panel import thousands

HELP = """Imports, builds, exports and transfers run as jobs, so that no page waits for them.
A job whose worker dies is taken up by the next one and begins again, and so is one that
makes no progress for a long time; after three attempts it fails.
What a job does, it does with the rights of the user who started it."""


def rows(user):
    """The jobs a user may see, with who started them; his password is no tenant's to read, so it stays behind."""
    return access.visible(user, Job, "job.view").select_related("actor", "company").defer("actor__password")


@access.screen("job.view")
def job_list(request):
    table = JobTable if request.unit.is_master else OwnJobTable
    return lists.listing(request, "accounts/job_list.html", table, rows(request.user), JobFilter, title="Jobs", help=HELP,
                         empty_hint="Import a rate sheet or build a card, and its job appears here.")  # fmt: skip


@access.screen("job.view")
def job_detail(request, key):
    job = access.get_or_404(request.user, Job, "job.view", key=key)
    own = job.company_id == request.user.company_id
    email = rows(request.user).values_list("actor__email", flat=True).get(pk=job.pk)
    context = progress_of(job) | {
        "title": job.subject or job.kind, "job": job, "facts": facts(job, email), "result_url": local(job.result.get("url")) if own else "",
        "can_retry": job.state == Job.FAILED and own and access.may(request.user, "job.retry")
        and jobs.may_retry(job, request.user),
    }  # fmt: skip
    return render(request, "accounts/job_detail.html", context)


@access.screen("job.view")
def job_progress(request, key):
    """The bar alone; at the end the page around it is asked to load again, with result and buttons."""
    job = access.get_or_404(request.user, Job, "job.view", key=key)
    response = render(request, "accounts/job_progress.html", progress_of(job) | {"job": job})
    if job.is_over and request.htmx:
        response["HX-Refresh"] = "true"
    return response


@access.screen("job.retry")
@require_POST
def job_retry(request, key):
    job = access.get_or_404(request.user, Job, "job.retry", key=key, company=request.user.company_id)
    jobs.retry(job, actor=request.user)
    messages.success(request, "The job was sent again.")
    return redirect("accounts:job_detail", key)


def progress_of(job: Job) -> dict:
    """What the progress bar shows: state and one line of text."""
    steps = f"{thousands(job.done)} of {thousands(job.total)}" if job.total else ""
    running = " · ".join(part for part in (steps, job.note) if part) or "Working"
    waiting = f"Waiting for a worker. {job.error}" if job.error else "Waiting for a worker"
    text = {Job.WAITING: waiting, Job.RUNNING: running, Job.DONE: steps or "Done"}
    return {"progress": text.get(job.state, job.error), "badge": "waiting" if job.state == Job.WAITING else job.state}


def facts(job: Job, email: str) -> list[tuple[str, object]]:
    """The job in pairs of name and value; of its result only plain figures and words."""
    when = [(name, at and f"{localtime(at):%Y-%m-%d %H:%M:%S %Z}") for name, at in (
        ("Asked for", job.created_at), ("Started", job.started_at), ("Finished", job.finished_at))]  # fmt: skip
    plain = [(name.replace("_", " ").capitalize(), thousands(value) if isinstance(value, int) else value)
             for name, value in job.result.items()
             if name != "url" and isinstance(value, str | int | float) and not isinstance(value, bool)]  # fmt: skip
    return [("Kind", job.kind.replace("_", " ")), ("Started by", email), *when,
            ("Run time", duration(job) or None), ("Attempts", job.attempts), *plain]  # fmt: skip


def local(url) -> str:
    """The address if it is one of this panel, else nothing."""
    return url if isinstance(url, str) and url_has_allowed_host_and_scheme(url, allowed_hosts=None) else ""
