"""Importing a rate sheet: send it, see how it will be read, correct that, try it, start."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts import access
from accounts.models import Job
from accounts.saving import answer_status, done, saved
from ratecards.forms import CorrectionForm, FileForm, LayoutForm, UploadForm
from ratecards.forms.imports import shape_of
from ratecards.models import ImportTemplate
from ratecards.services import corrections, decks, imports, templates, uploads
from ratecards.sheets import Layout
from ratecards.views._card import card_or_404, card_page, right_of
from ratecards.views.revisions import one

IMPORT = ("provider_card.import_rates", "customer_card.import_rates")


@access.screen(*IMPORT)
def card_import(request, code):
    user = request.user
    card = card_or_404(user, code, "import_rates")
    form = UploadForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        file = form.cleaned_data["file"]
        if upload := saved(form, uploads.take_upload, file, actor=user):
            name = file.name[:150]
            if not uploads.is_closed(upload, actor=user):
                query = urlencode({"name": name})
                return redirect(f"{reverse('ratecards:import_preview', args=[code, upload])}?{query}")
            if job := saved(form, uploads.start_opening, card, actor=user, upload=upload, filename=name):
                return redirect("ratecards:card_job", code, job.key)
    remembered = access.visible(user, ImportTemplate, right_of(user, card, "import_rates"))
    context = card_page(user, card, "Import", form=form, remembered=remembered)
    return render(request, "ratecards/card_import.html", context, status=answer_status(form))


@access.screen(*IMPORT)
def import_preview(request, code, upload):
    user = request.user
    card = card_or_404(user, code, "import_rates")
    try:
        form = layout_form(request, upload)
    except ValidationError as error:  # nothing of it can be recognised
        messages.error(request, " ".join(error.messages))
        return redirect("ratecards:card_import", code)
    name = "".join(filter(str.isprintable, request.GET.get("name", "")))[:200]
    if form.is_valid() and {"start", "check"} & request.POST.keys():
        job = saved(
            form, asked, form, card, user, upload=str(upload), filename=name, dry_run="start" not in request.POST
        )
        if job:
            return redirect("ratecards:card_job", code, job.key)
    query = f"?{urlencode({'name': name})}" if name else ""
    context = card_page(user, card, "Preview", form=form, name=name, layout=form.layout, upload=upload, query=query)
    context |= sample(form, upload, user)
    return render(
        request, "ratecards/import_preview.html", context, status=422 if form.is_bound and form.errors else 200
    )


def asked(form, card, user, **options) -> Job:
    """Start the import and remember the layout, or neither."""
    if form.cleaned_data["template"]:
        templates.keep_template(form.cleaned_data["template"], form.layout, actor=user)
    return imports.start_import(card, actor=user, layout=form.layout, **options)


@access.screen(*IMPORT)
@require_POST
def import_confirm(request, code, key):
    """Do what a dry run has tried, with the same file and the same layout."""
    user = request.user
    card = card_or_404(user, code, "import_rates")
    tried = access.get_or_404(user, Job, right_of(user, card, "import_rates"), key=key, kind="import_rates",
                              company=user.company_id, params__card=card.pk, params__dry_run=True)  # fmt: skip
    params = tried.params
    job = done(request, "The import was started.", imports.start_import, card, actor=user, upload=params["upload"],
               layout=Layout.from_dict(params["layout"]), filename=params["source"], deck=params.get("deck"))  # fmt: skip
    return redirect("ratecards:card_job", code, job.key) if job else redirect("ratecards:card_import", code)


@access.screen(*IMPORT)
@require_POST
def template_delete(request, code, pk):
    """Forget a remembered layout."""
    card = card_or_404(request.user, code, "import_rates")
    template = access.get_or_404(request.user, ImportTemplate, right_of(request.user, card, "import_rates"), pk=pk)
    done(request, f"“{template.name}” is forgotten.", templates.forget_template, template, actor=request.user)
    return redirect("ratecards:card_import", code)


@access.screen(*IMPORT)
def revision_correct(request, code, number):
    """The corrected list of refused lines, loaded into the drafts of its import."""
    user = request.user
    card, revision = one(request, code, number, "import_rates")
    form = CorrectionForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        upload = saved(form, uploads.take_upload, form.cleaned_data["file"], actor=user)
        job = upload and saved(form, corrections.start_correction, revision, actor=user, upload=upload)
        if job:
            return redirect("ratecards:card_job", code, job.key)
    context = card_page(user, card, "Correct", form=form, revision=revision, report=revision.private.report)
    return render(request, "ratecards/revision_correct.html", context, status=answer_status(form))


def layout_form(request, upload) -> LayoutForm:
    """The layout as recognised, or as corrected. Another sheet, encoding, delimiter or header is recognised anew: the
    columns are others then, so nothing that was said of the old ones can hold."""
    user = request.user
    try:
        if uploads.is_closed(upload, actor=user):
            raise Http404("a workbook that was not opened yet")
        opened = uploads.opened_upload(upload, actor=user)
        if request.method != "POST":
            return LayoutForm(None, layout=decks.recognise_beside(upload, actor=user), opened=opened)
        said = FileForm(request.POST, opened=opened)
        layout = decks.recognise_beside(upload, actor=user, **(said.cleaned_data if said.is_valid() else {}))
    except ValidationError as error:
        if error.code is None:  # not here, or another company's
            raise Http404("no upload") from None
        layout = decks.recognise_beside(upload, actor=user)
        form = LayoutForm(request.POST, layout=layout, opened=opened)
        form.is_valid()
        form.add_error(None, error)
        return form
    same = request.POST.get("shape") == shape_of(layout)
    return LayoutForm(request.POST if same or not said.is_valid() else None, layout=layout, opened=opened)


def sample(form, upload, user) -> dict:
    """The first and last lines as they will be read, how many of them are refused; {} while the layout is not one."""
    opened = uploads.opened_upload(upload, actor=user)
    part = next((part for part in opened.parts if part.number == form.layout.part), None) if opened else None
    about = {"part": part, "deck": decks.linked_deck(upload, actor=user)}
    if form.is_bound and form.errors:
        return about
    try:
        deck = decks.load_deck(decks.needed_deck(upload, form.layout, actor=user), company=user.company_id)
        shown = uploads.preview_upload(upload, form.layout, actor=user, deck=deck)
    except ValidationError as error:
        return about | {"unread": " ".join(error.messages)}
    rows = shown.first + shown.last
    refused = sum(row.problem is not None and not row.is_skipped for row in rows)
    dated = "effective" in form.layout.mapping
    return about | {"preview": shown, "rows_shown": len(rows), "refused_shown": refused, "dated": dated}
