"""Importing customers: send a sheet, see how it will be read, correct that, try it, start; then the report."""

from functools import partial
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from accounts import access
from accounts.models import Job
from accounts.saving import answer_status, done, saved
from accounts.services.uploads import is_closed
from accounts.views.jobs import progress_of
from accounts.views.sheets import file_name, layout_form, sample
from resellers import queries
from resellers.forms_import import CustomerCorrectionForm, CustomerFileForm, CustomerLayoutForm
from resellers.models import Company, CustomerTemplate
from resellers.services import customer_imports as imports
from resellers.services import templates
from resellers.sheets import CustomerLayout
from resellers.views.pages import asked_company

RIGHT, UPDATE = "customer.create", "customer.update"


@access.screen(RIGHT)
def customer_import(request):
    user = request.user
    into = asked_company(request, owners(user))
    form = CustomerFileForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        file = form.cleaned_data["file"]
        if upload := saved(form, imports.take_upload, file, actor=user):
            name = file.name[:150]
            if is_closed(upload, actor=user):
                job = imports.start_opening(actor=user, upload=upload, filename=name, company=into)
                return redirect("resellers:customer_import_job", job.key)
            return redirect(preview_url(upload, name, into and into.pk))
    remembered = access.visible(user, CustomerTemplate, RIGHT)
    context = {"form": form, "title": "Import customers", "into": into, "remembered": remembered}
    return render(request, "resellers/customer_import.html", context, status=answer_status(form))


@access.screen(RIGHT)
def customer_import_preview(request, upload):
    user = request.user
    name, into = file_name(request), asked_company(request, owners(user))
    try:
        form = layout_form(request, upload, partial(asked_form, user, into), imports.recognise_upload)
    except ValidationError as error:  # nothing of it can be recognised
        messages.error(request, " ".join(error.messages))
        return redirect("resellers:customer_import")
    if form.is_valid() and {"start", "check"} & request.POST.keys():
        job = saved(form, asked, form, user, upload=str(upload), filename=name, dry_run="start" not in request.POST)
        if job:
            return redirect("resellers:customer_import_job", job.key)
    context = {"form": form, "title": "Import customers", "name": name, "layout": form.layout, "into": into}
    context |= sample(form, upload, user, imports.preview_upload)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "resellers/customer_import_preview.html", context, status=status)


def owners(user):
    """The companies that the user may make customers for."""
    return queries.open_for_more(access.visible(user, Company, RIGHT))


def asked_form(user, into, data, *, layout, opened) -> CustomerLayoutForm:
    """The form of a layout, its company among those the user may make customers for: his own unless another was asked."""
    initial = {"company": into.pk if into else user.company_id}
    form = CustomerLayoutForm(data, layout=layout, opened=opened, initial=initial, updates=access.may(user, UPDATE))
    return access.narrow(form, user, company=owners(user))


def asked(form, user, **options) -> Job:
    """Start the import and remember the layout, or neither."""
    if form.cleaned_data["template"]:
        templates.keep_template(form.cleaned_data["template"], form.layout, actor=user)
    values = {key: form.cleaned_data[key] for key in ("company", "existing")}
    return imports.start_import(actor=user, layout=form.layout, **values, **options)


@access.screen(RIGHT)
def customer_import_job(request, key):
    """Opening a workbook, or an import: its progress, then what came of it; the bar asks this very page."""
    job = job_or_404(request.user, key, kind__in=[imports.KIND, imports.OPEN])
    if job.state == Job.DONE and job.kind == imports.OPEN:
        address = preview_url(job.params["upload"], job.params["source"], job.params.get("into"))
        return HttpResponseClientRedirect(address) if request.htmx else redirect(address)
    what = "Open" if job.kind == imports.OPEN else "Import"
    context = {"title": "Import customers", "job": job, "result": job.result, "what": what} | progress_of(job)
    if job.state == Job.FAILED and job.kind == imports.KIND:
        context |= {"left": imports.so_far(job.kept), "own": job.actor_id == request.user.pk}
    response = render(request, "resellers/customer_import_job.html", context)
    if job.is_over and request.htmx:
        response["HX-Refresh"] = "true"  # the report stands around the bar
    return response


@access.screen(RIGHT)
@require_POST
def customer_import_confirm(request, key):
    """Do what a dry run has tried, with the same file, layout and company; or let go on what failed half way."""
    user = request.user
    before = job_or_404(user, key, kind=imports.KIND)
    if before.state == Job.FAILED:
        job = done(request, "The import goes on.", imports.go_on, before, actor=user) or before
        return redirect("resellers:customer_import_job", job.key)
    params = before.params
    if not params["dry_run"]:
        raise Http404("no dry run")
    company = access.get_or_404(user, Company, RIGHT, pk=params["into"])
    layout = CustomerLayout.from_dict(params["layout"])
    job = done(request, "The import was started.", imports.start_import, actor=user, upload=params["upload"], layout=layout,
               company=company, existing=params["existing"], filename=params["source"])  # fmt: skip
    return redirect("resellers:customer_import_job", job.key) if job else redirect("resellers:customer_import")


@access.screen(RIGHT)
@require_POST
def customer_template_delete(request, pk):
    """Forget a remembered layout."""
    template = access.get_or_404(request.user, CustomerTemplate, RIGHT, pk=pk)
    done(request, f"“{template.name}” is forgotten.", templates.forget_template, template, actor=request.user)
    return redirect("resellers:customer_import")


@access.screen(RIGHT)
def customer_import_correct(request, key):
    """The corrected list of refused lines, read by the layout of its import."""
    user = request.user
    job = job_or_404(user, key, kind=imports.KIND, state=Job.DONE, params__dry_run=False, result__refused__gt=0)
    form = CustomerCorrectionForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        file = form.cleaned_data["file"]
        upload = saved(form, imports.take_upload, file, actor=user)
        again = upload and saved(
            form, imports.start_correction, job, actor=user, upload=upload, filename=file.name[:150]
        )
        if again:
            return redirect("resellers:customer_import_job", again.key)
    context = {"form": form, "title": "Correct lines", "job": job, "result": job.result}
    return render(request, "resellers/customer_import_correct.html", context, status=answer_status(form))


@access.screen(RIGHT)
def customer_import_refused(request, key):
    """The refused lines of an import, to be corrected and loaded again."""
    job = job_or_404(request.user, key, kind=imports.KIND)
    try:
        path = imports.refused_file(job, actor=request.user)
    except ValidationError:
        raise Http404 from None
    return FileResponse(path.open("rb"), as_attachment=True, filename="customers-refused.csv")


def job_or_404(user, key, **lookup) -> Job:
    return access.get_or_404(user, Job, RIGHT, key=key, company=user.company_id, **lookup)


def preview_url(upload: str, name: str, company: int | None) -> str:
    """The page that shows how a sheet will be read, with the name of its file and the company that was chosen before."""
    carried = {"name": name} | ({"company": company} if company else {})
    return f"{reverse('resellers:customer_import_preview', args=[upload])}?{urlencode(carried)}"
