"""Bulk Build: all cards that wait for a build, chosen and built one after the other, and how far that is."""

from django.http import Http404
from django.shortcuts import redirect, render

from accounts import access
from accounts.models import Job
from accounts.saving import answer_status, done, saved
from ratecards import freshness, overview, queries
from ratecards.forms import BulkBuildForm
from ratecards.services import bulk_builds

MOST = 500  # cards looked at on one page
RIGHT = "customer_card.build"


@access.screen(RIGHT)
def bulk_build(request):
    user = request.user
    cards = waiting(user)
    form = BulkBuildForm(request.POST or None, cards=cards, initial={"cards": [card.code for card in cards]})
    if not access.may(user, "customer_card.activate"):
        del form.fields["activate"]
    if form.is_valid():
        activate = form.cleaned_data.get("activate", False)
        if key := saved(form, bulk_builds.bulk_build, form.chosen(), actor=user, activate=activate):
            return redirect("ratecards:bulk_build_status", key)
    chosen = set(form["cards"].value() or ())
    context = {"title": "Bulk build", "form": form, "cards": cards, "chosen": chosen,
               "menu_here": "ratecards:customer_card_list"}  # fmt: skip
    return render(request, "ratecards/bulk_build.html", context, status=answer_status(form))


def waiting(user) -> list:
    """The user's company's cards whose prices a build would change, named, each with its `sync`."""
    cards = overview.named(queries.customer_cards(user, RIGHT).filter(archived_at=None), user.company_id)
    cards = list(cards.order_by("sort_name", "id")[:MOST])
    states = freshness.sync_state(cards)
    for card in cards:
        card.sync = states[card.pk]
    return [card for card in cards if card.sync.state in bulk_builds.WAITING]


@access.screen(RIGHT)
def bulk_build_status(request, bulk):
    """Every card of a bulk build with its job; the page asks itself again until the last one is over.

    Where it ended before its last card, what is left is asked for from here.
    """
    user = request.user
    jobs = bulk_builds.jobs_of(bulk, access.visible(user, Job, RIGHT).filter(company=user.company_id))
    if not jobs:
        raise Http404("no bulk build")
    if request.method == "POST":
        done(request, "The bulk build goes on.", bulk_builds.resume, bulk, actor=user)
        return redirect("ratecards:bulk_build_status", bulk)
    cards = overview.named(queries.customer_cards(user, RIGHT), user.company_id).in_bulk(jobs)
    lines = [(cards[pk], job) for pk, job in jobs.items() if pk in cards]
    over = sum(job is not None and job.is_over for job in jobs.values())
    context = {"title": "Bulk build", "lines": lines, "over": over, "total": len(jobs), "bulk": bulk,
               "left": len(bulk_builds.left_of(jobs)), "menu_here": "ratecards:customer_card_list"}  # fmt: skip
    return render(request, "ratecards/bulk_build_status.html", context)
