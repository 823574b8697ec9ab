"""Cards beside one another: one cloned, many changed at once."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts import access
from accounts.saving import answer_status, digest, saved
from ratecards import overview, queries, timeline
from ratecards.forms.copies import CloneForm, ManyForm
from ratecards.models import RateCard
from ratecards.services import clones, many
from ratecards.views._card import card_or_404, card_page, may

UPDATE = ("provider_card.update", "customer_card.update")


@access.screen("provider_card.create", "customer_card.create")
def card_clone(request, code):
    user = request.user
    card = card_or_404(user, code, "create")
    initial = {"name": f"{card.private.name[:140]} (copy)", "public_name": card.public_name}
    form = CloneForm(request.POST or None, initial=initial, offered=to_copy(user, card))
    if form.is_valid() and (clone := saved(form, clones.clone_card, card, actor=user, **form.cleaned_data)):
        messages.success(request, f"This card is a clone of “{card.shown_name}”.")
        return redirect("ratecards:card_detail", clone.code)
    return render(request, "ratecards/card_clone.html", card_page(user, card, "Clone", form=form),
                  status=answer_status(form))  # fmt: skip


def to_copy(user, card) -> list[str]:
    """What there is of a card beside its properties, and the user may give to a clone."""
    updates = may(user, card, "update")
    offered = {
        "parents": updates and queries.parents_of(card, user).exists(),
        "rules": access.may(user, "profit_rule.create") and queries.rules_of(card, user).exists(),
        "rates": updates and timeline.active_revision(card) is not None,
    }
    return [name for name, is_offered in offered.items() if is_offered]


@access.screen(*UPDATE)
@require_POST
def card_many(request):
    """The selected rows of a list of cards: what to change, what that would do to each, done when it was looked at."""
    user = request.user
    cards = selected(request)
    if not cards:
        messages.error(request, "Choose cards of your own in the list, at most 200.")
        return redirect(
            "ratecards:customer_card_list" if access.may(user, UPDATE[1]) else "ratecards:provider_card_list"
        )
    kind = cards[0].kind
    form = ManyForm(request.POST if "step" in request.POST else None, kind=kind)
    outcomes = shown = None
    if form.is_valid():
        outcomes = saved(form, many.preview_many, cards, form.changes(), actor=user)
        shown = digest({"is": described(outcomes or [], form)})
        if outcomes and request.POST.get("apply") == shown:  # what is done is what was shown
            return applied(request, form, cards, kind)
    context = {
        "title": "Change cards", "form": form, "cards": cards, "shown": shown, "menu_here": f"ratecards:{kind}_card_list",
        "outcomes": [(one, lines_of(one, form)) for one in outcomes or ()],
        "changing": sum(bool(one.changes) for one in outcomes or ()),
    }  # fmt: skip
    return render(request, "ratecards/card_many.html", context, status=200 if outcomes else answer_status(form))


def selected(request) -> list:
    """The own cards among the selected rows that he may change, of one kind, named."""
    user = request.user
    wanted = [int(pk) for pk in request.POST.getlist("selection") if pk.isascii() and pk.isdigit() and len(pk) < 18]
    if not 0 < len(wanted) <= many.MOST:
        return []
    families = [right for right in UPDATE if access.may(user, right)]
    rows = access.visible(user, RateCard, families[0]).filter(pk__in=wanted, owner=user.company_id, archived_at=None)
    rows = overview.named(rows, user.company_id).select_related("private").order_by("sort_name", "pk")
    cards = [card for card in rows if f"{card.kind}_card.update" in families]
    return [card for card in cards if card.kind == cards[0].kind]


def applied(request, form, cards, kind):
    outcomes = many.change_many(cards, form.changes(), actor=request.user)
    changed = sum(bool(one.changes) for one in outcomes)
    refused = sum(bool(one.refused) for one in outcomes)
    words = f"{changed} card{'' if changed == 1 else 's'} changed."
    messages.success(request, f"{words} {refused} refused." if refused else words)
    return redirect(f"ratecards:{kind}_card_list")


def described(outcomes, form) -> list:
    return [[one.card.pk, lines_of(one, form), one.refused] for one in outcomes]


def lines_of(outcome, form) -> list[str]:
    """The changes of one card in words."""
    return [f"{form.fields[name].label}: {form.words_of(name, old)} → {form.words_of(name, new)}"
            for name, old, new in outcome.changes]  # fmt: skip
