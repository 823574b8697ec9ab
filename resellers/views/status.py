"""Suspending, resuming and closing a reseller account: one question first, with what will happen."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts import access
from accounts.models import User
from accounts.saving import answer_status, saved
from resellers import queries
from resellers.forms import ReasonForm
from resellers.models import Company
from resellers.services import companies
from resellers.views.companies import one_below
from resellers.views.pages import company_page


@access.screen("reseller.suspend")
def reseller_suspend(request, pk):
    company = one_below(request.user, "reseller.suspend", pk)
    lines = [*who_is_out(request.user, company), "Its customers, cards and prices stay as they are.",
             "It can be resumed at any time."]  # fmt: skip
    return asked(request, company, "Suspend", "suspended", companies.suspend_company, lines)


@access.screen("reseller.suspend")
def reseller_close(request, pk):
    company = one_below(request.user, "reseller.suspend", pk)
    lines = [*who_is_out(request.user, company), "It gets no new customers, users, cards or accounts below it.",
             "Nothing is deleted: its customers, cards and history stay.", "It can be resumed later."]  # fmt: skip
    return asked(request, company, "Close", "closed", companies.close_company, lines)


@access.screen("reseller.suspend")
def reseller_resume(request, pk):
    company = one_below(request.user, "reseller.suspend", pk)
    lines = ["Its active users can work again, from their next request on.",
             "So can those of the accounts below it that are not suspended themselves."]  # fmt: skip
    return asked(request, company, "Resume", "active again", companies.resume_company, lines, harmless=True)


def asked(request, company, verb: str, becomes: str, service, consequences, harmless=False):
    """The page that asks, and what follows a yes."""
    form = ReasonForm(request.POST or None)
    if form.is_valid() and saved(form, service, company, actor=request.user, **form.cleaned_data):
        messages.success(request, f"“{company.name}” is {becomes}.")
        return redirect("resellers:reseller_detail", company.pk)
    context = company_page(request.user, company) | {
        "form": form, "title": f"{verb} {company.name}", "question": f"{verb} the reseller account “{company.name}”?",
        "consequences": consequences, "confirm_label": verb, "harmless": harmless,
        "cancel_url": reverse("resellers:reseller_detail", args=[company.pk]),
    }  # fmt: skip
    return render(request, "resellers/reseller_confirm.html", context, status=answer_status(form))


def who_is_out(user, company) -> list[str]:
    """Who loses access, in figures as far as the reader may see them."""
    people = queries.inside(access.visible(user, User, "user.view").filter(is_active=True), company).count()
    accounts = queries.below(access.visible(user, Company, "reseller.suspend"), company).count()
    figure = f" ({people})" if access.may(user, "user.view") else ""
    lines = [f"Its users and those of everything below it{figure} are shut out at their next request."]
    return [*lines, f"Accounts below it that are shut out with it: {accounts}."] if accounts else lines
