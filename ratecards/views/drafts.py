"""Changing single rates of a draft by hand, until it is published."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts import access
from accounts.saving import answer_status, done, saved
from ratecards import store
from ratecards.engine.numbers import Refused, parse_prefix
from ratecards.forms import RateForm
from ratecards.forms.rates import initial_of
from ratecards.models import DraftRow, Revision
from ratecards.services import drafts
from ratecards.services.revisions import presented_by
from ratecards.views._card import card_page
from ratecards.views.revisions import UPDATE, one

SHOWN = 200


@access.screen(*UPDATE)
def draft_rates(request, code, number):
    """The changes so far, and a form for one rate; `?prefix=` fills it with what the draft has."""
    user = request.user
    card, draft = draft_or_404(request, code, number)
    prefix = request.GET.get("prefix", "")
    form = RateForm(request.POST or None, initial=rate_in(draft, prefix), columns=presented_by(card))
    if form.is_valid() and saved(form, drafts.set_rate, draft, form.row(), actor=user):
        messages.success(request, f"The rate of {form.cleaned_data['prefix']} is in the draft.")
        return redirect("ratecards:draft_rates", code, number)
    changes = access.visible(user, DraftRow, UPDATE[card.kind == "customer"]).filter(revision=draft).order_by("prefix")
    context = card_page(
        user, card, f"Draft {number}", form=form, revision=draft, changes=changes[:SHOWN], count=changes.count()
    )
    return render(request, "ratecards/draft_rates.html", context, status=answer_status(form))


@access.screen(*UPDATE)
@require_POST
def draft_remove(request, code, number):
    """Take one prefix out of the draft."""
    _, draft = draft_or_404(request, code, number)
    prefix = request.POST.get("prefix", "")
    done(request, f"{prefix[:15]} is out of the draft.", drafts.remove_rate, draft, prefix, actor=request.user)
    return redirect("ratecards:draft_rates", code, number)


@access.screen(*UPDATE)
@require_POST
def draft_undo(request, code, number):
    """Forget what was changed by hand about one prefix."""
    _, draft = draft_or_404(request, code, number)
    prefix = request.POST.get("prefix", "").replace("\0", "")
    done(request, f"{prefix[:15]} is as it was.", drafts.undo_rate, draft, prefix, actor=request.user)
    return redirect("ratecards:draft_rates", code, number)


def draft_or_404(request, code, number):
    card, revision = one(request, code, number, "update")
    if revision.state != Revision.DRAFT:
        raise Http404("no draft")
    return card, revision


def rate_in(draft, prefix: str) -> dict:
    """What the draft's stored prices say of exactly this prefix, for the form."""
    try:
        wanted = parse_prefix(prefix)
        row = store.find(draft, wanted)
    except Refused:
        return {}
    return initial_of(row) if row and row.prefix == wanted else {"prefix": wanted}
