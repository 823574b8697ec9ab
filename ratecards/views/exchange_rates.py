"""Setup > Settings > Exchange Rates: what builds take one currency for in another, now, before and announced."""

from django.contrib import messages
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.shortcuts import redirect, render

from accounts import access
from accounts.lists import listing
from accounts.saving import answer_status, saved
from ratecards.filters import ExchangeRateFilter
from ratecards.forms.exchange_rates import ExchangeRateForm
from ratecards.grids import ExchangeRateTable
from ratecards.models import ExchangeRate
from ratecards.services.exchange_rates import add_exchange_rate
from resellers.views.pages import url_if_may

HELP = """A card may be built from a card of another currency; the rate that holds at the build is kept with the revision.
Rates are added and never changed: of a pair, in either direction, the one that became valid last counts. Cards that are
built with a pair are stale once it has a new rate."""


@access.screen("exchange_rate.view")
def exchange_rate_list(request):
    pair = Q(one=OuterRef("one"), other=OuterRef("other")) | Q(one=OuterRef("other"), other=OuterRef("one"))
    due = access.visible(request.user, ExchangeRate, "exchange_rate.view").filter(pair, valid_from__lte=Now())
    later = Q(valid_from__gt=OuterRef("valid_from")) | Q(valid_from=OuterRef("valid_from"), pk__gt=OuterRef("pk"))
    rows = access.visible(request.user, ExchangeRate, "exchange_rate.view")
    rows = rows.annotate(replaced=Exists(due.filter(later)), begun=Q(valid_from__lte=Now()))
    return listing(
        request, "ratecards/exchange_rate_list.html", ExchangeRateTable, rows, ExchangeRateFilter,
        title="Exchange rates", help=HELP, create_label="New exchange rate",
        create_url=url_if_may(request.user, "exchange_rate.create", "ratecards:exchange_rate_create"),
        empty_hint="Needed as soon as a card is built from one of another currency.",
    )  # fmt: skip


@access.screen("exchange_rate.create")
def exchange_rate_create(request):
    initial = {name: request.GET[name] for name in ("one", "other") if name in request.GET}
    form = ExchangeRateForm(request.POST or None, initial=initial)
    if form.is_valid() and (row := saved(form, add_exchange_rate, actor=request.user, **form.cleaned_data)):
        messages.success(request, f"Added: {row}. Cards that are built with this pair are stale from then on.")
        return redirect("ratecards:exchange_rate_list")
    context = {"form": form, "title": "New exchange rate"}
    return render(request, "ratecards/exchange_rate_create.html", context, status=answer_status(form))
