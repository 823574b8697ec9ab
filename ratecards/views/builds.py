"""Building a customer card: what would be built, a preview of it, asking for it, and the jobs that do it."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from accounts import access
from accounts.models import Job
from accounts.saving import answer_status, done, saved
from accounts.views.jobs import progress_of
from ratecards import overview, queries
from ratecards.forms import BuildForm
from ratecards.models import RateCard
from ratecards.services import builds, previews
from ratecards.views._card import VIEW, can, card_or_404, card_page, may, right_of
from ratecards.views.comparing import TERMS

WORDS = {"build_card": "Build", "preview_build": "Preview", "open_sheet": "Open", "import_rates": "Import",
         "correct_import": "Correction", "publish_draft": "Publish", "change_rates": "Change"}  # fmt: skip


@access.screen("customer_card.build")
def card_build(request, code):
    user = request.user
    card = card_or_404(user, code, "build", kind=RateCard.CUSTOMER)
    parents = overview.parents(card, user)
    form = build_form(user, card, request.POST or None, instants=announced(parents))
    if request.method == "POST" and form.is_valid():
        key = form.cleaned_data["preview"]
        preview = key and job_or_404(user, card, key, kind="preview_build")
        asked = {"activate": form.cleaned_data.get("activate", False), "at": form.cleaned_data["at"]}
        if job := saved(form, builds.build_card, card, actor=user, preview=preview, **asked):
            return redirect("ratecards:card_job", code, job.key)
    last = queries.revisions(card, user).exclude(private__build_key="").first()
    context = card_page(user, card, "Build", form=form, parents=parents, private=card.private,
                        rules=list(queries.rules_of(card, user)), last=last, report=last and last.private.report,
                        can_build=can(user, card, "build"), instants=announced(parents))  # fmt: skip
    return render(request, "ratecards/card_build.html", context, status=answer_status(form))


def announced(parents) -> list:
    """The moments for which the next prices of parents are announced."""
    return sorted({parent.upcoming.live_from for parent in parents if parent.upcoming})


def build_form(user, card, data=None, instants=(), **initial) -> BuildForm:
    form = BuildForm(data, instants=instants, initial=initial)
    if not may(user, card, "activate"):
        del form.fields["activate"]
    return form


@access.screen("customer_card.build")
@require_POST
def build_preview(request, code):
    """Ask for what a build would give."""
    user = request.user
    card = card_or_404(user, code, "build", kind=RateCard.CUSTOMER)
    form = build_form(user, card, request.POST, instants=announced(overview.parents(card, user)))
    if not form.is_valid():
        messages.error(request, " ".join(words for errors in form.errors.values() for words in errors))
        return redirect("ratecards:card_build", code)
    at = form.cleaned_data["at"]
    job = done(request, "The preview is being computed.", previews.preview_build, card, actor=user, at=at)
    return redirect("ratecards:card_job", code, job.key) if job else redirect("ratecards:card_build", code)


def job_or_404(user, card, key, **lookup) -> Job:
    right = right_of(user, card, "view")
    return access.get_or_404(user, Job, right, key=key, company=user.company_id, params__card=card.pk, **lookup)


@access.screen(*VIEW)
def card_job(request, code, key):
    """A build, its preview or an import: its progress, then what came of it; the bar asks this very page."""
    user = request.user
    card = card_or_404(user, code)
    job = job_or_404(user, card, key)
    what = WORDS.get(job.kind, "Job")
    if request.htmx and not job.is_over:
        return render(
            request, "ratecards/_job_progress.html", {"card": card, "job": job, "what": what} | progress_of(job)
        )
    revision = queries.revisions(card, user).filter(number=job.result.get("revision")).first() if job.is_over else None
    context = card_page(
        user, card, what, what=what, job=job, revision=revision, result=job.result, report=job.result.get("report"),
        can_update=can(user, card, "update"), can_activate=can(user, card, "activate"),
        can_build=job.kind == "preview_build" and can(user, card, "build"), form=build_form(user, card, preview=str(key)),
        may_import=may(user, card, "import_rates"), change_kinds=list(TERMS.items()), **progress_of(job),
        at=parse_datetime(job.params.get("at") or ""),
    )  # fmt: skip
    response = render(request, "ratecards/card_job.html", context)
    if job.state == Job.DONE and job.kind == "open_sheet":
        return continued(request, job)
    if job.is_over and request.htmx:
        response["HX-Refresh"] = "true"  # the result stands around the bar
    return response


def continued(request, job):
    """An opened workbook goes on to its preview by itself."""
    return HttpResponseClientRedirect(job.result["url"]) if request.htmx else redirect(job.result["url"])
