"""The prices of one card: any page of a revision, the rate of a number, the download."""

import logging

from django.core.paginator import Paginator
from django.http import StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts import access
from ratecards import queries, store, timeline
from ratecards.engine.numbers import MAX_PREFIX, Refused
from ratecards.services import exports
from ratecards.views._card import VIEW, can, card_or_404, card_page, may, number_or_404

log = logging.getLogger(__name__)
PER_PAGE = 100


class RateRows:
    """The rates of a revision as a sequence for the paginator: all, a stretch of them, or those at some places."""

    def __init__(self, revision, places):
        self.revision, self.places = revision, places

    def __len__(self):
        return len(self.places)

    def __getitem__(self, part):
        rows = []
        for start, stop in stretches(self.places[part]):
            rows += store.rows(self.revision, start, stop)
        return rows


def stretches(places):
    """Row numbers as [start, stop) of those that follow one another."""
    if isinstance(places, range):
        return [(places.start, places.stop)]
    found = []
    for place in map(int, places):
        if found and found[-1][1] == place:
            found[-1][1] = place + 1
        else:
            found.append([place, place + 1])
    return found


@access.screen(*VIEW)
def card_rates(request, code):
    user = request.user
    card = card_or_404(user, code, own=False)
    revision, choices = chosen(request, card)
    query = request.GET.get("q", "").strip()[:40]
    context = card_page(
        user, card, "Rates", revision=revision, choices=choices, query=query, may_export=may(user, card, "export")
    )
    if revision:
        if revision.state == revision.DRAFT and can(user, card, "update"):
            context["edit_url"] = reverse("ratecards:draft_rates", args=[code, revision.number])
        try:
            context |= page_of(revision, query, request.GET.get("page"))
        except store.Damaged as damage:
            log.error("%s", damage)
            context |= {"problem": "The prices of this revision cannot be read; it has been noted.", "damaged": True}
    return render(request, "ratecards/card_rates.html", context, status=500 if context.get("damaged") else 200)


def page_of(revision, query: str, number) -> dict:
    """The rows of one page, with the longest match of a number that was looked for."""
    places, match, problem = searched(revision, query)
    page = Paginator(RateRows(revision, places), PER_PAGE).get_page(number)
    return {"page": page, "rows": list(page), "match": match, "problem": problem}


def chosen(request, card):
    """(the revision to show, those to choose from with their states): the active one, else the newest, unless said."""
    rows = list(queries.revisions(card, request.user)[:200])
    states = timeline.states_of(rows)
    choices = [(one, timeline.STATES[states[one.pk]]) for one in rows]
    number = request.GET.get("revision", "")
    if number:
        return queries.revision_or_404(card, request.user, number_or_404(number)), choices
    active = next((one for one in rows if states[one.pk] == timeline.ACTIVE), rows[0] if rows and card.is_own else None)
    if active:
        active.card = card
    return active, choices


def searched(revision, query):
    """(places of the rows to list, the longest match of a number, words for a search that cannot be done)."""
    everything = range(store.count(revision))
    if not query:
        return everything, None, ""
    digits = query.removeprefix("+").replace(" ", "")
    if not (digits.isascii() and digits.isdigit()):
        return store.named(revision, query), None, ""
    try:
        match = store.find(revision, digits)
        return (range(*store.below(revision, digits)) if len(digits) <= MAX_PREFIX else range(0)), match, ""
    except Refused as refused:
        return range(0), None, refused.message


@access.screen("provider_card.export", "customer_card.export")
def card_download(request, code, number):
    card = card_or_404(request.user, code, "export", own=False)
    revision = queries.revision_or_404(card, request.user, number)
    lines = exports.export_csv(revision, actor=request.user, request=request)
    name = f"{card.code}-{number}.csv"
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8",
                                 headers={"Content-Disposition": f'attachment; filename="{name}"'})  # fmt: skip
