"""Management > Provider Rate Cards and Customer Rate Cards: what a company buys by, and what it sells by."""

from django.urls import reverse

from accounts import access
from accounts.lists import listing
from ratecards import overview, queries
from ratecards.filters import CardFilter, OwnerFilter
from ratecards.grids import CustomerCardTable, ProviderCardTable
from ratecards.models import RateCard
from resellers.views.pages import url_if_may

PROVIDER_HELP = """A provider card is a price list you buy by. A customer card is built from one or several of them.
What you see here of a card that was assigned to you: its prices since then, and those announced."""
CUSTOMER_HELP = """A customer card is a price list you sell by, built from provider cards by profit rules, or imported.
Stale: what it is built from has changed since; build it again. Orphaned: a card it is built from was taken away."""


def bulk(user, right: str) -> dict:
    """What can be done with the selected rows."""
    return (
        {"bulk_url": reverse("ratecards:card_many"), "bulk_actions": [("change", "Change properties")]}
        if access.may(user, right)
        else {}
    )


@access.screen("provider_card.view")
def provider_card_list(request):
    user = request.user
    rows = overview.for_list(queries.provider_cards(user), user.company_id)
    create = user.company.is_master and url_if_may(user, "provider_card.create", "ratecards:provider_card_create")
    return listing(
        request, "ratecards/provider_card_list.html", ProviderCardTable, rows, CardFilter, title="Provider rate cards", **bulk(user, "provider_card.update"),
        help=PROVIDER_HELP, create_url=create, create_label="New provider card",
        empty_hint="Import a carrier's price list." if create else "Cards assigned to you appear here.",
    )  # fmt: skip


@access.screen("customer_card.view")
def customer_card_list(request):
    user, rows, filters = request.user, queries.customer_cards(request.user), CardFilter
    if user.company.is_master:
        rows, filters = access.visible(user, RateCard, "customer_card.view").filter(kind=RateCard.CUSTOMER), OwnerFilter
    rows = overview.for_build_list(rows, user.company_id)
    return listing(
        request, "ratecards/customer_card_list.html", CustomerCardTable, rows, filters,
        title="Customer rate cards", **bulk(user, "customer_card.update"), help=CUSTOMER_HELP, create_label="New customer card",
        create_url=url_if_may(user, "customer_card.create", "ratecards:customer_card_create"),
        empty_hint="A customer card is what your customers pay: build one from your provider cards.",
    )  # fmt: skip
