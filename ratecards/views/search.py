"""Management > Global Search: one number, and what each card the user has says about it."""

import logging

from django.core.paginator import Paginator
from django.db.models import Q
from django.shortcuts import render

from accounts import access
from ratecards import overview, queries, store
from ratecards.forms import SearchForm
from ratecards.models import RateCard

log = logging.getLogger(__name__)
PER_PAGE = 50  # cards that can be opened at once


@access.screen("rate_search.view")
def rate_search(request):
    form = SearchForm(request.GET or None)
    context = {"form": form, "title": "Global search"}
    if form.is_valid():
        page = Paginator(cards_for(request.user, **form.scope()), PER_PAGE).get_page(request.GET.get("page"))
        found = found_in(list(page.object_list), form.cleaned_data["number"], request.user.company_id)
        context |= {"page": page, "found": found, "number": form.cleaned_data["number"]}
    return render(request, "ratecards/rate_search.html", context, status=422 if form.is_bound and form.errors else 200)


def cards_for(user, kind: str, direction: str):
    """The cards of a scope that the user has and may see, named."""
    provider, customer = queries.provider_cards(user), queries.customer_cards(user)
    chosen = {RateCard.PROVIDER: (provider,), RateCard.CUSTOMER: (customer,)}.get(kind, (provider, customer))
    wanted = Q(pk__in=())
    for rows in chosen:
        wanted |= Q(pk__in=rows.values("pk"))
    rows = access.visible(user, RateCard).filter(wanted, archived_at__isnull=True)
    rows = rows.filter(direction=direction) if direction else rows
    return overview.named(rows, user.company_id).order_by("sort_name", "pk")


def found_in(cards, number: str, company: int) -> list:
    """(card, its kind to the company, longest match) of each card that rates the number; None: cannot be read."""
    found = []
    active = store.find_active(cards, number)
    for card in cards:
        _, row = active.get(card.pk, (None, None))
        if isinstance(row, store.Damaged):
            log.error("global search: %s", row)
        elif row is None:
            continue
        kind = card.kind if card.owner_id == company else RateCard.PROVIDER
        found.append((card, kind.capitalize(), None if isinstance(row, store.Damaged) else row))
    return found
