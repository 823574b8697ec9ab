"""One card: its main page, making one, changing its properties, putting it out of use."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render

from accounts import access
from accounts.models import Job
from accounts.saving import answer_status, done, locked, saved, watched
from ratecards import countries, overview, queries, timeline
from ratecards.forms import CustomerCardForm, PropertiesForm, ProviderCardForm
from ratecards.models import Carrier, RateCard
from ratecards.services import cards, properties
from ratecards.views._card import VIEW, can, card_or_404, card_page, may, right_of

ARCHIVED = [
    "It is taken out of use for good: no more imports, builds or activations.",
    "Its revisions and its log stay readable, and past calls rate as they did.",
    "A card that is assigned to a company, or that another card is built from, is refused.",
]


@access.screen(*VIEW)
def card_detail(request, code):
    user = request.user
    card = card_or_404(user, code, own=False)
    context = card_page(user, card, children=overview.children(card, user))
    if card.is_own:
        jobs = access.visible(user, Job, right_of(user, card, "view")).filter(about=card.code)
        context |= {
            "private": card.private, "parents": overview.parents(card, user), "last_job": jobs.first(),
            "log": timeline.activations(card)[:5], "can_update": can(user, card, "update"),
            "can_clone": may(user, card, "create"),
            "assigned": queries.assignments_of(card, user).filter(ended_at__isnull=True).count(),
        }  # fmt: skip
    return render(request, "ratecards/card_detail.html", context)


@access.screen("provider_card.create")
def provider_card_create(request):
    user = request.user
    if not user.company.is_master:  # only who has carriers has provider cards of his own
        raise Http404
    form = ProviderCardForm(
        request.POST or None, initial={"currency": user.company.currency, "carrier": request.GET.get("carrier")}
    )
    access.narrow(form, user, carrier=access.visible(user, Carrier).exclude(status=Carrier.INACTIVE))
    if form.is_valid():
        card = saved(form, cards.create_card, actor=user, kind=RateCard.PROVIDER, **form.cleaned_data)
        if card:
            messages.success(request, "The card was made. Now import its prices.")
            return redirect("ratecards:card_detail", card.code)
    return render(request, "ratecards/provider_card_create.html", {"form": form, "title": "New provider card"},
                  status=answer_status(form))  # fmt: skip


@access.screen("customer_card.create")
def customer_card_create(request):
    user = request.user
    offered = {
        "may_build": access.may(user, "customer_card.update"),
        "may_add_rules": access.may(user, "profit_rule.create"),
    }
    form = CustomerCardForm(request.POST or None, initial={"currency": user.company.currency}, **offered)
    access.narrow(form, user, parents=overview.usable(user, "customer_card.create"))
    if form.is_valid():
        rule = form.rule()
        card = saved(form, properties.create_customer_card, actor=user, rule=rule, **form.cleaned_data)
        if card:
            messages.success(request, "The card was made.")
            next_page = "card_build" if rule and access.may(user, "customer_card.build") else "card_detail"
            return redirect(f"ratecards:{next_page}", card.code)
    return render(request, "ratecards/customer_card_create.html", {"form": form, "title": "New customer card"},
                  status=answer_status(form))  # fmt: skip


@access.screen("provider_card.update", "customer_card.update")
def card_properties(request, code):
    """What was changed by somebody else since the page was opened is never overwritten: the form is refused."""
    user = request.user
    card = card_or_404(user, code, "update")
    if request.method == "POST":
        locked(card.private)
        card = card_or_404(user, code, "update")
    usable = overview.usable(user, "customer_card.update").filter(card__direction=card.direction)
    form = PropertiesForm(request.POST or None, initial=properties_of(card, usable), kind=card.kind)
    access.narrow(form, user, parents=usable)
    watched(form)
    if form.is_valid() and saved(form, properties.change_properties, card, actor=user, **form.changes()):
        messages.success(request, "Saved.")
        return redirect("ratecards:card_properties", card.code)
    return render(request, "ratecards/card_properties.html", card_page(user, card, "Properties", form=form),
                  status=answer_status(form))  # fmt: skip


def properties_of(card, usable) -> dict:
    """What the form of properties shows; lists of countries are offered to a card that has none."""
    public = {name: getattr(card, name) for name in cards.PUBLIC}
    public |= {name: public[name] or countries.EEA for name in ("source_countries", "destination_countries")}
    private = {name: getattr(card.private, name) for name in cards.PRIVATE}
    return public | private | {"parents": list(usable.filter(children__card=card).values_list("pk", flat=True))}


@access.screen("provider_card.update", "customer_card.update")
def card_archive(request, code):
    user = request.user
    card = card_or_404(user, code, "update")
    if request.method == "POST":
        if done(request, "The card is archived.", cards.archive_card, card, actor=user):
            return redirect("ratecards:card_detail", card.code)
        return redirect("ratecards:card_archive", card.code)
    question = f"Archive “{card.shown_name}”?"
    companies = queries.assignments_of(card, user).filter(ended_at__isnull=True).order_by("company__search_name")
    context = card_page(user, card, "Archive", question=question, consequences=ARCHIVED, confirm_label="Archive",
                        companies=companies, children=overview.children(card, user))  # fmt: skip
    return render(request, "ratecards/card_archive.html", context)
