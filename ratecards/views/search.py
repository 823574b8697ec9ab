"""Management > Global Search: a number, a prefix or a name, and what each card the user has says about it."""

import logging
from functools import cache

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts import access, audit
from accounts.sheets import inert
from accounts.sheets.csv_file import text
from ratecards import overview, queries, store
from ratecards.engine.numbers import format_units
from ratecards.forms import SearchForm
from ratecards.forms.search import BELOW, CALL, NAME
from ratecards.models import RateCard
from ratecards.services import exports

log = logging.getLogger(__name__)
PER_PAGE, EACH, MOST_CARDS, MOST_CHUNKS = 50, 20, 1_000, 400
SEARCHES = {
    CALL: store.search_number,
    BELOW: lambda cards, prefix: store.search_prefix(cards, prefix, EACH),
    NAME: lambda cards, part: store.search_name(cards, part, EACH, MOST_CHUNKS),
}
HEADER = ["card", "code", "type", "direction", "currency", "prefix", "name", "intra", "inter", "cost", "mcd", "pulse",
          "rate_connect", "status"]  # fmt: skip


@access.screen("rate_search.view")
def rate_search(request):
    form = SearchForm(request.GET or None)
    context = {"form": form, "title": "Global search", "each": EACH}
    if form.is_valid():
        answer, found = searched(request.user, form)
        sort = request.GET.get("sort", "")
        page = Paginator(ordered(found, sort), PER_PAGE).get_page(request.GET.get("page"))
        context |= {
            "page": page, "found": page.object_list, "number": form.cleaned_data["number"], "sort": sort,
            "how": form.cleaned_data["how"], "more": answer.more, "unread": answer.unread, "cards_most": MOST_CARDS,
            "download_url": f"{reverse('ratecards:search_download')}?{request.GET.urlencode()}",
            "may_download": any(rows_to_download(found, request.user)),
        }  # fmt: skip
    return render(request, "ratecards/rate_search.html", context, status=422 if form.is_bound and form.errors else 200)


@access.screen("rate_search.view")
def search_download(request):
    """All that was found, as CSV, of the cards whose prices the user may have as CSV."""
    form = SearchForm(request.GET)
    if not form.is_valid():
        context = {"form": form, "title": "Global search"}
        return render(request, "ratecards/rate_search.html", context, status=422)
    user = request.user
    offered = rows_to_download(searched(user, form)[1], user)
    rows = [cells(*one) for one in ordered(offered, request.GET.get("sort", ""))]
    asked = {name: form.cleaned_data[name] for name in ("number", "how")}
    audit.record("export", request=request, actor=user, company=user.company_id, label="Global search",
                 changes=asked | {"rows": len(rows)})  # fmt: skip
    return HttpResponse(text([HEADER, *rows]), content_type="text/csv; charset=utf-8",
                        headers={"Content-Disposition": 'attachment; filename="rates.csv"'})  # fmt: skip


def searched(user, form):
    """(the answer of the store, its rows as (card, its kind to the user, rate)); None: the card cannot be read."""
    cards = list(cards_for(user, **form.scope())[: MOST_CARDS + 1])
    answer = SEARCHES[form.cleaned_data["how"]](cards[:MOST_CARDS], form.cleaned_data["number"])
    answer = answer._replace(unread=answer.unread + (len(cards) > MOST_CARDS))
    for one in answer.found:
        if one.damage:
            log.error("global search: %s", one.damage)
    return answer, [(one.card, kind_of(one.card, user), one.row) for one in answer.found]


def rows_to_download(found, user):
    """Of what was found the rates of cards whose prices the user may have as CSV, one after the other."""
    offered = cache(lambda card: "csv" in exports.offered(card, user))
    return (one for one in found if one[2] and offered(one[0]))


def kind_of(card, user) -> str:
    return (card.kind if card.owner_id == user.company_id else RateCard.PROVIDER).capitalize()


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


ORDERS = {
    "card": lambda card, row: (card.sort_name, card.pk, row.prefix),
    "prefix": lambda card, row: (row.prefix, card.sort_name, card.pk),
    "name": lambda card, row: (row.name.casefold(), row.prefix, card.sort_name),
    "price": lambda card, row: (card.currency, row.cost, card.sort_name, row.prefix),  # figures of one currency compare
}


def ordered(found, sort: str) -> list:
    """In the order of a column, "-" before it: backwards; Blocked rates and what cannot be read come last of prices."""
    key = ORDERS.get(sort.removeprefix("-"), ORDERS["card"])
    rated, rest = [], []
    for one in found:
        has_place = one[2] and not (key is ORDERS["price"] and one[2].blocked)
        (rated if has_place else rest).append(one)
    return sorted(rated, key=lambda one: key(one[0], one[2]), reverse=sort.startswith("-")) + rest


def cells(card, kind: str, row) -> list[str]:
    """One rate as cells of a CSV file; figures in plain decimal notation, none for a Blocked one."""
    prices = ["" if units is None or row.blocked else format_units(units) for units in (row.intra, row.inter, row.cost)]
    return [inert(card.shown_name), card.code, kind, card.get_direction_display(), card.currency, row.prefix,
            inert(row.name), *prices, str(row.mcd), str(row.pulse), format_units(row.connect),
            "Blocked" if row.blocked else ""]  # fmt: skip
