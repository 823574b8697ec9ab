"""Handing a customer card to the companies directly below, and taking it away."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render

from accounts import access
from accounts.saving import answer_status, saved
from ratecards import overview, queries
from ratecards.forms import AssignForm, UnassignForm
from ratecards.models import CardParent, RateCard
from ratecards.services import assignments
from ratecards.views._card import can, card_or_404, card_page
from resellers.models import Company


@access.screen("customer_card.view")
def card_assignments(request, code):
    user = request.user
    card = card_or_404(user, code, kind=RateCard.CUSTOMER)
    rows = list(queries.assignments_of(card, user))
    context = card_page(user, card, "Assignments", live=[row for row in rows if row.ended_at is None],
                        ended=[row for row in rows if row.ended_at], can_assign=can(user, card, "assign"))  # fmt: skip
    if context["can_assign"]:
        context["form"] = assign_form(user, card)
    return render(request, "ratecards/card_assignments.html", context)


@access.screen("customer_card.assign")
def assignment_create(request, code):
    user = request.user
    card = card_or_404(user, code, "assign", kind=RateCard.CUSTOMER)
    form = assign_form(user, card, request.POST or None)
    if form.is_valid() and saved(form, assignments.assign_card, card, actor=user, **form.cleaned_data):
        messages.success(request, f"“{form.cleaned_data['company']}” has the card now, among its provider cards.")
        return redirect("ratecards:card_assignments", code)
    return render(
        request,
        "ratecards/assignment_create.html",
        card_page(user, card, "Assign", form=form),
        status=answer_status(form),
    )


def assign_form(user, card, data=None) -> AssignForm:
    """Open companies directly below that have not got the card."""
    has = queries.assignments_of(card, user).filter(ended_at__isnull=True).values("company")
    below = (
        access.visible(user, Company, "customer_card.assign")
        .filter(parent=user.company_id)
        .exclude(status=Company.CLOSED)
    )
    return access.narrow(AssignForm(data), user, company=below.exclude(pk__in=has).order_by("search_name"))


@access.screen("customer_card.assign")
def assignment_end(request, code, pk):
    user = request.user
    card = card_or_404(user, code, "assign", kind=RateCard.CUSTOMER)
    assignment = queries.assignments_of(card, user).filter(pk=pk, ended_at__isnull=True).first()
    if assignment is None:
        raise Http404("no live assignment")
    assignment.card = card
    form = UnassignForm(request.POST or None)
    if form.is_valid() and saved(form, assignments.unassign_card, assignment, actor=user, **form.cleaned_data):
        messages.success(request, f"The card was taken away from “{assignment.company}”.")
        return redirect("ratecards:card_assignments", code)
    context = card_page(
        user, card, "Take away", form=form, confirm_label="Take away", consequences=consequences(user, assignment),
        question=f"Take “{card.shown_name}” away from “{assignment.company}”?",
    )  # fmt: skip
    return render(request, "ratecards/assignment_end.html", context, status=answer_status(form))


def consequences(user, assignment) -> list[str]:
    """What depends on it, by name as far as the reader may see those cards: a company's cards are its own affair."""
    lines = ["Its users do not see the card any more from their next request on; a running download breaks off.",
             "Cards that it built from this one keep their published prices, but cannot be built again."]  # fmt: skip
    built = access.visible(user, CardParent).filter(assignment=assignment, card__archived_at__isnull=True)
    cards = overview.named(access.visible(user, RateCard).filter(pk__in=built.values("card")), user.company_id)
    names = [code if name == code else f"{name} ({code})" for name, code in cards.values_list("shown_name", "code")]
    return [*lines, f"Built from it: {', '.join(names)}."] if names else lines
