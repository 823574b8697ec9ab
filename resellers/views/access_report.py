"""The access report: what a company and each of its users can see and do, and why."""

from django.shortcuts import render
from django.urls import reverse

from accounts import access, matrix, report, rights
from accounts.forms import AskForm
from accounts.grids_access import ReportUserTable
from accounts.lists import show_page
from accounts.models import User
from accounts.objects import holdings
from resellers.models import Company
from resellers.views.pages import company_page

RIGHT = "reseller.access"


@access.screen(RIGHT)
def reseller_access(request, pk):
    reader = request.user
    company = access.get_or_404(reader, Company, RIGHT, pk=pk)
    context = company_page(reader, company) | {
        "title": company.name, "report_url": reverse("resellers:reseller_access", args=[pk]),
        "cards": [one for listed in holdings for one in listed(reader, company)],
        "knows_cards": reader.company.is_master or pk == reader.company_id,
        "right_to_cards": any(access.may(reader, one) for one in ("provider_card.view", "customer_card.view")),
    }  # fmt: skip
    if company.is_master:  # it is nobody's reseller account: the other pages are not there
        context |= {"tabs": [], "menu_here": "resellers:reseller_list"}
    if request.GET.get("user"):
        return of_user(request, company, context)
    rows = access.visible(reader, User, RIGHT).filter(company=company)
    people = list(rows)
    held = rights.resolve_all([person.pk for person in people])
    table = ReportUserTable(rows, held=held)
    show_page(request, table)
    return render(request, "resellers/reseller_access.html", context | {
        "table": table, "warnings": report.company_warnings(company, people, held)})  # fmt: skip


def of_user(request, company, context):
    """The report of one user, and the answer to a question about him."""
    reader, person = request.user, request.GET["user"]
    person = access.get_or_404(reader, User, RIGHT, pk=person, company=company)
    is_asked = "object" in request.GET
    form = AskForm(request.GET if is_asked else None, reader=reader)
    answer = None
    if is_asked and form.is_valid():
        asked = form.cleaned_data
        answer = report.answer(reader, person, asked["kind"], asked["right"], asked["thing"])
        context |= {"kind": asked["kind"], "thing_name": asked["kind"].words(asked["thing"]),
                    "thing_url": asked["kind"].url(asked["thing"]), "right": asked["right"]}  # fmt: skip
    context |= {
        "title": f"Access of {person.name}", "person": person, "matrix": matrix.of_user(person), "form": form, "answer": answer,
        "reaches": report.reaches(reader, person), "reach": report.reach_in_words(person),
        "warnings": report.user_warnings(person, access.rights_of(person)),
    }  # fmt: skip
    return render(request, "resellers/reseller_access_user.html", context, status=422 if form.errors else 200)
