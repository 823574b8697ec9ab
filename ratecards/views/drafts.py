"""A draft in the browser: its rates with the changes laid over them, changed, added and taken out row by row."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts import access
from accounts.saving import answer_status, done, locked, saved, watched
from ratecards import store
from ratecards.engine.numbers import Refused, parse_prefix
from ratecards.forms import RateForm
from ratecards.forms.rates import initial_of
from ratecards.models import DraftRow, Revision
from ratecards.services import drafts
from ratecards.views._card import card_page
from ratecards.views._damage import damaged
from ratecards.views._rates import columns_of, page_of
from ratecards.views.revisions import UPDATE, one

SHOWN = 200


@access.screen(*UPDATE)
def draft_rates(request, code, number):
    """Any page of the draft as it will be published; `?changes=1` lists what was changed by hand instead."""
    user = request.user
    card, draft = draft_or_404(request, code, number)
    only = "changes" in request.GET
    changes = access.visible(user, DraftRow, UPDATE[card.kind == "customer"]).filter(revision=draft).order_by("prefix")
    context = card_page(user, card, f"Draft {number}", revision=draft, only=only, columns=columns_of(card),
                        count=changes.count(), changes=changes[:SHOWN] if only else ())  # fmt: skip
    if not only:
        try:
            prices = store.Prices(draft)
            context |= page_of(request, prices) | {"marks": prices.changed()}
        except store.Damaged as damage:
            return damaged(request, context, damage)
    return render(request, "ratecards/draft_rates.html", context)


@access.screen(*UPDATE)
def draft_rate(request, code, number):
    """One rate of the draft: a page of its own, or a row among the others; `?prefix=` fills it with what the draft has,
    and is refused when that is something else by now."""
    user = request.user
    card, draft = draft_or_404(request, code, number)
    if request.method == "POST":
        locked(card)
    initial, listed = rate_in(draft, request.GET.get("prefix", ""))
    form = RateForm(request.POST or None, initial=initial, presentation=card.presentation)
    form = watched(form) if "prefix" in request.GET else form
    if form.is_valid() and saved(form, drafts.set_rate, draft, form.row(), actor=user):
        return answer_saved(request, card, draft, form.row())
    context = card_page(
        user, card, f"Draft {number}", form=form, revision=draft, listed=listed, columns=columns_of(card)
    )
    template = "ratecards/_draft_form.html" if request.htmx else "ratecards/draft_rate.html"
    return render(request, template, context, status=answer_status(form))


def answer_saved(request, card, draft, row):
    """The changed row where it was edited among others, else the list at this prefix."""
    if request.htmx:
        context = {"card": card, "revision": draft, "row": row, "columns": columns_of(card), "mark": "changed"}
        return render(request, "ratecards/_draft_row.html", context)
    messages.success(request, f"The rate of {row.prefix} is in the draft.")
    return redirect(
        f"{reverse('ratecards:draft_rates', args=[card.code, draft.number])}?{urlencode({'q': row.prefix})}"
    )


@access.screen(*UPDATE)
@require_POST
def draft_remove(request, code, number):
    """Take one prefix out of the draft."""
    _, draft = draft_or_404(request, code, number)
    prefix = request.POST.get("prefix", "").replace("\0", "")
    done(request, f"{prefix[:15]} is out of the draft.", drafts.remove_rate, draft, prefix, actor=request.user)
    return back(request, code, number)


@access.screen(*UPDATE)
@require_POST
def draft_undo(request, code, number):
    """Forget what was changed by hand about one prefix."""
    _, draft = draft_or_404(request, code, number)
    prefix = request.POST.get("prefix", "").replace("\0", "")
    done(request, f"{prefix[:15]} is as it was.", drafts.undo_rate, draft, prefix, actor=request.user)
    return back(request, code, number)


def back(request, code, number):
    """To the list as it was narrowed: only these three words of the form are taken along."""
    kept = {name: request.POST[name][:40] for name in ("q", "page", "changes") if request.POST.get(name)}
    path = reverse("ratecards:draft_rates", args=[code, number])
    return redirect(f"{path}?{urlencode(kept)}" if kept else path)


def draft_or_404(request, code, number):
    card, revision = one(request, code, number, "update")
    if revision.state != Revision.DRAFT:
        raise Http404("no draft")
    return card, revision


def rate_in(draft, prefix: str) -> tuple[dict, bool]:
    """(what the draft says of exactly this prefix, for the form; whether it lists it)."""
    try:
        wanted = parse_prefix(prefix)
        row = store.Prices(draft).find(wanted)
    except (Refused, store.Damaged):
        return {}, False
    listed = row is not None and row.prefix == wanted
    return (initial_of(row), True) if listed else ({"prefix": wanted}, False)
