"""Importing a rate sheet: send it, see how it will be read, correct that, try it, start."""

from functools import partial
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts import access
from accounts.models import Job
from accounts.saving import answer_status, done, saved
from accounts.views.sheets import file_name, layout_form, sample
from ratecards.forms import CorrectionForm, LayoutForm, UploadForm
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
    name = file_name(request)
    try:
        form = layout_form(request, upload, partial(LayoutForm, card=card), decks.recognise_beside)
    except ValidationError as error:  # nothing of it can be recognised
        messages.error(request, " ".join(error.messages))
        return redirect("ratecards:card_import", code)
    if form.is_valid() and {"start", "check"} & request.POST.keys():
        job = saved(
            form, asked, form, card, user, upload=str(upload), filename=name, dry_run="start" not in request.POST
        )
        if job:
            return redirect("ratecards:card_job", code, job.key)
    query = f"?{urlencode({'name': name})}" if name else ""
    context = card_page(user, card, "Preview", form=form, name=name, layout=form.layout, said=currencies(form.layout, card),
                        dated="effective" in form.layout.mapping, upload=upload, query=query,
                        deck=decks.linked_deck(upload, actor=user))  # fmt: skip
    context |= sample(form, upload, user, decks.preview_beside)
    return render(
        request, "ratecards/import_preview.html", context, status=422 if form.is_bound and form.errors else 200
    )


def currencies(layout: Layout, card) -> str:
    said = f"The sheet says that its prices are in {layout.currency}; the card is in {card.currency}."
    return said if layout.currency else ""


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
               layout=Layout.from_dict(params["layout"]), filename=params["source"], deck=params.get("deck"),
               meaning=params.get("meaning"))  # fmt: skip
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
    context = card_page(user, card, "Correct", form=form, revision=revision, report=revision.private.report,
                        is_listed=corrections.has_list(revision))  # fmt: skip
    return render(request, "ratecards/revision_correct.html", context, status=answer_status(form))
