"""The prices of one card: any page of a revision, what it says of one prefix, the download."""

from django.http import Http404, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts import access
from ratecards import queries, store, timeline
from ratecards.downloads import FORMATS
from ratecards.engine.numbers import Refused, parse_prefix
from ratecards.services import exports
from ratecards.views._card import VIEW, can, card_or_404, card_page, downloads_of, number_or_404
from ratecards.views._damage import damaged
from ratecards.views._rates import columns_of, page_of

HISTORY = 12  # revisions whose price of a prefix is told


@access.screen(*VIEW)
def card_rates(request, code):
    user = request.user
    card = card_or_404(user, code, own=False)
    revision, choices = chosen(request, card)
    context = card_page(user, card, "Rates", revision=revision, choices=choices, columns=columns_of(card),
                        downloads=downloads_of(user, card))  # fmt: skip
    if revision:
        if revision.state == revision.DRAFT and can(user, card, "update"):
            context["edit_url"] = reverse("ratecards:draft_rates", args=[code, revision.number])
        try:
            context |= page_of(request, store.Prices(revision))
        except store.Damaged as damage:
            return damaged(request, context, damage)
    return render(request, "ratecards/card_rates.html", context)


@access.screen(*VIEW)
def card_rate(request, code):
    """What one revision says of a prefix, what stands around it there, and what other revisions said."""
    user = request.user
    card = card_or_404(user, code, own=False)
    revision, choices = chosen(request, card)
    prefix = request.GET.get("prefix", "")
    context = card_page(user, card, prefix[:15], revision=revision, columns=columns_of(card))
    try:
        wanted = parse_prefix(prefix)
        if revision:
            context |= around(revision, wanted) | {"history": history(card, choices, wanted)}
    except Refused as refused:
        context |= {"problem": refused.message, "here": "Rate"}
    except store.Damaged as damage:
        return damaged(request, context, damage)
    return render(request, "ratecards/card_rate.html", context)


def around(revision, prefix: str) -> dict:
    """The rate of a prefix, the one that would answer without it, and how many stand below it."""
    prices = store.Prices(revision)
    row = prices.find(prefix)
    shorter = prices.find(row.prefix[:-1]) if row and len(row.prefix) > 1 else None
    start, stop = prices.below(prefix)
    return {
        "prefix": prefix,
        "row": row,
        "shorter": shorter,
        "below": stop - start - bool(row and row.prefix == prefix),
    }


def history(card, choices, prefix: str) -> list[tuple]:
    """(revision, state, what answers for the prefix in it) of the newest revisions, as they were stored."""
    rows = [(one, state) for one, state in choices][:HISTORY]
    for one, _ in rows:
        one.card = card
    found = store.find_in([one for one, _ in rows], prefix)
    return [(one, state, found[one.pk]) for one, state in rows
            if one.pk in found and not isinstance(found[one.pk], store.Damaged)]  # fmt: skip


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


@access.screen("provider_card.export", "customer_card.export")
def card_download(request, code, number):
    """The whole revision as a file; `?format=` is csv (also without it), xlsx or json."""
    card = card_or_404(request.user, code, "export", own=False)
    revision = queries.revision_or_404(card, request.user, number)
    form = request.GET.get("format", "csv")
    if form not in FORMATS:
        raise Http404("no such format")
    try:
        pieces = exports.export(revision, form, actor=request.user, request=request)
    except store.Damaged as damage:
        return damaged(request, card_page(request.user, card, "Rates"), damage)
    return StreamingHttpResponse(pieces, content_type=FORMATS[form].content_type,
                                 headers={"Content-Disposition": f'attachment; filename="{code}-{number}.{form}"'})  # fmt: skip
