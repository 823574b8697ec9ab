"""Showing how an uploaded sheet will be read, whatever it tells of: the form of its layout, and its first and last lines."""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.http import Http404

from accounts.forms.sheets import FileForm, shape_of
from accounts.services import uploads


def layout_form(request, upload, make: Callable, recognise: Callable):
    """The layout as recognised, or as corrected. Another sheet, encoding, delimiter or header is recognised anew: the
    columns are others then, so nothing that was said of the old ones can hold.

    `make(data, layout=, opened=)` is a form with these two; `recognise(upload, actor=, …)` says a layout. Raises
    ValidationError for a file of which nothing can be recognised.
    """
    user = request.user
    try:
        if uploads.is_closed(upload, actor=user):
            raise Http404("a workbook that was not opened yet")
        opened = uploads.opened_upload(upload, actor=user)
        if request.method != "POST":
            return make(None, layout=recognise(upload, actor=user), opened=opened)
        said = FileForm(request.POST, opened=opened)
        layout = recognise(upload, actor=user, **(said.cleaned_data if said.is_valid() else {}))
    except ValidationError as error:
        if error.code is None:  # not here, or another company's
            raise Http404("no upload") from None
        return with_error(make(request.POST, layout=recognise(upload, actor=user), opened=opened), error)
    same = request.POST.get("shape") == shape_of(layout)
    return make(request.POST if same or not said.is_valid() else None, layout=layout, opened=opened)


def with_error(form, error: ValidationError):
    form.is_valid()
    form.add_error(None, error)
    return form


def sample(form, upload, user, preview: Callable) -> dict:
    """The first and last lines as `preview(upload, layout, actor=)` reads them, and how many of them are refused; while
    a column is still to be named, the lines as they stand (`raw`)."""
    opened = uploads.opened_upload(upload, actor=user)
    part = next((part for part in opened.parts if part.number == form.layout.part), None) if opened else None
    about = {"part": part, "raw": None}
    if form.is_bound and form.errors:
        return about
    try:
        shown = preview(upload, form.layout, actor=user)
    except ValidationError as error:
        about["unread"] = " ".join(error.messages)
        return about | (as_it_stands(form.layout, upload, user) if error.code == "unmapped" else {})
    rows = shown.first + shown.last
    refused = sum(row.problem is not None and not row.is_skipped for row in rows)
    return about | {"preview": shown, "rows_shown": len(rows), "refused_shown": refused}


def as_it_stands(layout, upload, user) -> dict:
    """The first and last lines before anybody said what the columns hold; nothing of a file that cannot be read at all."""
    try:
        raw = uploads.raw_preview(upload, layout, actor=user)
    except ValidationError:
        return {}
    return {"raw": raw, "rows_shown": len(raw.first + raw.last)}


def file_name(request) -> str:
    """The name of the file, as the address carries it from page to page."""
    return "".join(filter(str.isprintable, request.GET.get("name", "")))[:200]
