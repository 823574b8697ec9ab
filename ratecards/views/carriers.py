"""Management > Carriers: the suppliers of the master company."""

from django.contrib import messages
from django.db.models import Count
from django.shortcuts import redirect, render

from accounts import access
from accounts.lists import listing
from accounts.saving import answer_status, locked, saved, watched
from ratecards.filters import CarrierFilter
from ratecards.forms import CarrierForm
from ratecards.grids import CarrierTable
from ratecards.models import Carrier
from ratecards.services import cards
from resellers.views.pages import url_if_may

HELP = "A carrier sells voice to you. Its price lists are your provider rate cards; no reseller ever sees its name."
FIELDS = ("name", "status", "currency", "notes")


@access.screen("carrier.view")
def carrier_list(request):
    rows = access.visible(request.user, Carrier, "carrier.view").annotate(card_count=Count("card_privates"))
    return listing(
        request, "ratecards/carrier_list.html", CarrierTable, rows, CarrierFilter, title="Carriers", help=HELP,
        create_url=url_if_may(request.user, "carrier.create", "ratecards:carrier_create"), create_label="New carrier",
        empty_hint="Begin with whom you buy from: its price list becomes a provider rate card.",
    )  # fmt: skip


@access.screen("carrier.create")
def carrier_create(request):
    form = CarrierForm(request.POST or None, initial={"currency": request.user.company.currency})
    if form.is_valid() and (carrier := saved(form, cards.create_carrier, actor=request.user, **form.cleaned_data)):
        messages.success(request, f"Carrier “{carrier.name}” was made.")
        return redirect("ratecards:carrier_list")
    return render(
        request, "ratecards/carrier_create.html", {"form": form, "title": "New carrier"}, status=answer_status(form)
    )


@access.screen("carrier.update")
def carrier_edit(request, pk):
    carrier = access.get_or_404(request.user, Carrier, "carrier.update", pk=pk)
    carrier = locked(carrier) if request.method == "POST" else carrier
    title = f"Edit {carrier.name}"
    form = watched(CarrierForm(request.POST or None, initial={name: getattr(carrier, name) for name in FIELDS}))
    if form.is_valid() and saved(form, cards.change_carrier, carrier, actor=request.user, **form.cleaned_data):
        messages.success(request, "Saved.")
        return redirect("ratecards:carrier_list")
    return render(
        request,
        "ratecards/carrier_edit.html",
        {"form": form, "title": title, "carrier": carrier},
        status=answer_status(form),
    )
