"""Importing a rate sheet: send it, see how it will be read, correct that, start."""

from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts import access
from accounts.saving import answer_status, saved
from ratecards.forms import FileForm, LayoutForm, UploadForm
from ratecards.forms.imports import shape_of
from ratecards.services import imports
from ratecards.views._card import card_or_404, card_page

IMPORT = ("provider_card.import_rates", "customer_card.import_rates")


@access.screen(*IMPORT)
def card_import(request, code):
    user = request.user
    card = card_or_404(user, code, "import_rates")
    form = UploadForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        file = form.cleaned_data["file"]
        if upload := saved(form, imports.take_upload, file, actor=user):
            return redirect(
                f"{reverse('ratecards:import_preview', args=[code, upload])}?{urlencode({'name': file.name[:150]})}"
            )
    context = card_page(user, card, "Import", form=form)
    return render(request, "ratecards/card_import.html", context, status=answer_status(form))


@access.screen(*IMPORT)
def import_preview(request, code, upload):
    user = request.user
    card = card_or_404(user, code, "import_rates")
    form = layout_form(request, upload)
    name = "".join(filter(str.isprintable, request.GET.get("name", "")))[:200]
    if form.is_valid() and "start" in request.POST:
        job = saved(form, imports.start_import, card, actor=user, upload=str(upload), layout=form.layout, filename=name)
        if job:
            return redirect("ratecards:card_job", code, job.key)
    context = card_page(user, card, "Preview", form=form, name=name, layout=form.layout) | sample(form, upload, user)
    return render(
        request, "ratecards/import_preview.html", context, status=422 if form.is_bound and form.errors else 200
    )


def layout_form(request, upload) -> LayoutForm:
    """The layout as recognised, or as corrected. Another encoding, delimiter or header is recognised anew: the columns
    are others then, so nothing that was said of the old ones can hold."""
    try:
        if request.method != "POST":
            return LayoutForm(None, layout=imports.recognise_upload(upload, actor=request.user))
        said = FileForm(request.POST)
        layout = imports.recognise_upload(upload, actor=request.user, **(said.cleaned_data if said.is_valid() else {}))
    except ValidationError as error:
        if error.code is None:  # not here, or another company's
            raise Http404("no upload") from None
        layout = imports.recognise_upload(upload, actor=request.user)
        form = LayoutForm(request.POST, layout=layout)
        form.is_valid()
        form.add_error(None, error)
        return form
    same = request.POST.get("shape") == shape_of(layout)
    return LayoutForm(request.POST if same or not said.is_valid() else None, layout=layout)


def sample(form, upload, user) -> dict:
    """The first and last lines as they will be read, how many of them are refused; {} while the layout is not one."""
    if form.is_bound and form.errors:
        return {}
    try:
        shown = imports.preview_upload(upload, form.layout, actor=user)
    except ValidationError as error:
        return {"unread": " ".join(error.messages)}
    rows = shown.first + shown.last
    return {"preview": shown, "rows_shown": len(rows), "refused_shown": sum(row.problem is not None for row in rows)}
