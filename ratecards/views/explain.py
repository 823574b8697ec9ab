"""Explain a rate of a built card: the parents' rows, the rule, and every step between."""

from django.shortcuts import render

from accounts import access
from ratecards import queries, store, timeline
from ratecards.engine.numbers import MAX_PREFIX, Refused
from ratecards.explaining import explained
from ratecards.models import RateCard
from ratecards.recipes import rules_in
from ratecards.views._card import card_or_404, card_page, number_or_404


@access.screen("customer_card.view")
def card_explain(request, code):
    """?prefix= a prefix or a number; ?revision= one of the card's, without it the active one."""
    user = request.user
    card = card_or_404(user, code, kind=RateCard.CUSTOMER)
    prefix = request.GET.get("prefix", "").strip()[: 2 * MAX_PREFIX]
    if number := request.GET.get("revision"):
        revision = queries.revision_or_404(card, user, number_or_404(number))
    elif active := timeline.active_revision(card):
        revision = queries.revision_or_404(card, user, active.number)
    else:
        revision = None
    context = card_page(user, card, "Explain a rate", revision=revision, prefix=prefix)
    if revision and prefix:
        try:
            context["found"] = explained(card, revision, prefix, user)
            context["rules"] = rules_in(revision.private.recipe) if revision.private.recipe else []
        except (Refused, store.Damaged) as error:
            context["refused"] = str(error)
    return render(request, "ratecards/card_explain.html", context)
