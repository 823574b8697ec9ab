"""The dashboard: how much there is of what the reader may see, what of it wants his attention, and the way to it."""

from django.db.models import Q
from django.shortcuts import render

from accounts import access, trail
from accounts.grids_information import AuditTable
from accounts.lists import CAP
from accounts.models import Job, User
from accounts.templatetags.panel import thousands
from ratecards import overview
from ratecards.models import RateCard
from resellers.models import Company, Customer

RECENT, NOT_HERE = 8, ("company_name", "address", "result")


@access.screen("dashboard.view")
def dashboard(request):
    user = request.user
    context = {
        "title": "Dashboard",
        "company": user.company,
        "tiles": [tile(*one) for one in tiles(user)],
        "outdated": overview.outdated_announcements(user),
        "activity": recent_activity(user) if access.may(user, "audit.view") else None,
    }
    return render(request, "connexcs/dashboard.html", context)


def tiles(user):
    """(label, route, rows): the template shows those whose screen would open."""
    cards, below = own_cards(user), access.visible(user, Company, "reseller.view").exclude(pk=user.company_id)
    running = access.visible(user, Job, "job.view").filter(state__in=(Job.WAITING, Job.RUNNING))
    return [
        ("Resellers", "resellers:reseller_list", below),
        ("Customers", "resellers:customer_list", access.visible(user, Customer, "customer.view")),
        ("Users", "accounts:user_list", access.visible(user, User, "user.view")),
        ("Provider rate cards", "ratecards:provider_card_list", cards["provider_card.view"]),
        ("Customer rate cards", "ratecards:customer_card_list", cards["customer_card.view"]),
        ("Jobs running", "accounts:job_list", running),
    ]


def own_cards(user) -> dict:
    """A company buys by its provider cards and by those assigned to it, and sells by its own customer cards."""
    own = Q(owner=user.company_id)
    bought = own & Q(kind=RateCard.PROVIDER) if user.company.is_master else ~own
    sold = own & Q(kind=RateCard.CUSTOMER)
    return {right: access.visible(user, RateCard, right).filter(rows, archived_at=None)
            for right, rows in (("provider_card.view", bought), ("customer_card.view", sold))}  # fmt: skip


def recent_activity(user) -> AuditTable:
    """The newest entries of the trail; the whole of it is the audit log."""
    return AuditTable(trail.entries(user).order_by("-id")[:RECENT], exclude=NOT_HERE, orderable=False)


def tile(label: str, route: str, rows) -> dict:
    """One figure; counting stops where nobody counts any more."""
    number = rows.order_by()[: CAP + 1].count()
    return {"label": label, "route": route, "value": f"{thousands(CAP)}+" if number > CAP else thousands(number)}
