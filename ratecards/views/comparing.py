"""Two revisions of a card against one another: what a new price list means before it is live, and what an old one did."""

from typing import NamedTuple

from django.core.paginator import Paginator
from django.http import StreamingHttpResponse
from django.shortcuts import render

from accounts import access
from ratecards import queries, store, timeline
from ratecards.engine.classes import HEADINGS
from ratecards.engine.diff import KINDS, Difference
from ratecards.forms.comparing import AS_CALLED, CompareForm
from ratecards.models import Revision
from ratecards.services import comparisons
from ratecards.views._card import VIEW, card_or_404, card_page, may, number_or_404
from ratecards.views._damage import damaged

PER_PAGE, CHOICES = 100, 200
TERMS = {"new": "New", "increased": "Increased", "decreased": "Decreased", "closed": "Closed", "other": "Other terms",
         "unchanged": "Unchanged"}  # fmt: skip


class Asked(NamedTuple):
    """Which revisions the address names, how they are compared, and what of it is listed."""

    old: Revision
    new: Revision
    form: CompareForm
    values: dict

    def difference(self) -> Difference:
        return store.compare(self.old, self.new, self.values["column"], as_called=self.values["how"] == AS_CALLED)


@access.screen(*VIEW)
def card_compare(request, code):
    user = request.user
    card = card_or_404(user, code, own=False)
    context = card_page(user, card, "Compare", may_export=may(user, card, "export"))
    try:
        if asked := comparison(request, card):
            context |= {"old": asked.old, "new": asked.new, "form": asked.form, "values": asked.values}
            context |= shown(asked, request.GET.get("page"))
    except store.Damaged as damage:
        return damaged(request, context, damage)
    return render(request, "ratecards/card_compare.html", context)


@access.screen("provider_card.export", "customer_card.export")
def compare_download(request, code):
    """What the page lists, as CSV."""
    card = card_or_404(request.user, code, "export", own=False)
    try:
        asked = comparison(request, card)
        found = asked and asked.difference()
    except store.Damaged as damage:
        return damaged(request, card_page(request.user, card, "Compare"), damage)
    if found is None:
        return render(request, "ratecards/card_compare.html", card_page(request.user, card, "Compare"), status=404)
    lines = comparisons.export_difference(found, listed(found, asked.values), asked.old, asked.new,
                                          actor=request.user, request=request)  # fmt: skip
    name = f"{card.code}-{asked.old.number}-{asked.new.number}.csv"
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8",
                                 headers={"Content-Disposition": f'attachment; filename="{name}"'})  # fmt: skip


def comparison(request, card) -> Asked | None:
    """What the address asks for; where it says nothing, the active revision against the newest. None: there are no two."""
    rows = list(queries.revisions(card, request.user)[:CHOICES])
    states = timeline.states_of(rows)
    active = next((one for one in rows if states[one.pk] == timeline.ACTIVE), None)
    new = picked(request, card, "new") or (rows[0] if rows else None)
    old = picked(request, card, "old") or next((one for one in [active, *rows] if one and one != new), None)
    if old is None or new is None:
        return None
    old.card = new.card = card
    choices = [(one.number, f"Revision {one.number} · {timeline.STATES[states[one.pk]]}") for one in rows]
    choices += [(one.number, f"Revision {one.number}") for one in (old, new) if one.pk not in states]
    headings = HEADINGS[card.presentation]
    columns = {name: headings[name] for name in store.columns_of(old, new) if name in headings}
    initial = {"old": old.number, "new": new.number, "how": AS_CALLED, "column": next(iter(columns))}
    form = CompareForm(request.GET, revisions=choices, columns=columns, initial=initial)
    form.is_valid()
    return Asked(old, new, form, initial | form.cleaned_data)


def picked(request, card, name: str) -> Revision | None:
    number = request.GET.get(name, "")
    return queries.revision_or_404(card, request.user, number_or_404(number)) if number else None


def shown(asked: Asked, number) -> dict:
    found = asked.difference()
    counts = found.counts()
    page = Paginator(listed(found, asked.values), PER_PAGE).get_page(number)
    falls, rises = comparisons.largest(found)
    return {
        "counts": [(kind, TERMS[kind], counts[kind]) for kind in (*KINDS[1:], KINDS[0])], "differs": len(found),
        "bars": comparisons.bars(found), "falls": falls, "rises": rises,
        "page": page, "rows": found.rows(page.object_list),
    }  # fmt: skip


def listed(found: Difference, values: dict):
    """The positions of the difference that the address wants to see, in its order."""
    return comparisons.chosen(found, values.get("kind", ""), values.get("q", ""), values.get("sort", ""))
