"""Setup > Advanced > Reseller Account: the list, one account, making and changing one."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render

from accounts import access
from accounts.lists import listing
from accounts.models import User
from accounts.saving import answer_status, locked, saved, watched
from accounts.services.invitations import assignable_roles
from resellers import queries
from resellers.filters import ResellerFilter
from resellers.forms import CompanyForm, NewCompanyForm
from resellers.grids import ResellerTable
from resellers.models import Company, CompanyNote
from resellers.services import companies
from resellers.views.pages import company_page, url_if_may

REFUSALS = {"company_name_unique_under_parent": ("name", "There is an account of this name already.")}
HELP = """A reseller account is a company that buys from the one above it and sells to its own customers.
Its users see their own company, what stands below it, and the cards that were assigned to it. Nothing else.
Suspending an account shuts out its users and those of every account below it; customers and cards stay."""


@access.screen("reseller.view")
def reseller_list(request):
    rows = queries.with_counts(access.visible(request.user, Company, "reseller.view").filter(is_master=False))
    create = url_if_may(request.user, "reseller.create", "resellers:reseller_create")
    return listing(
        request, "resellers/reseller_list.html", ResellerTable, rows, ResellerFilter,
        title="Reseller accounts", help=HELP, create_url=create, create_label="New reseller",
        empty_hint="A reseller sells your voice under its own name, to customers of its own.",
    )  # fmt: skip


@access.screen("reseller.view")
def reseller_detail(request, pk):
    user = request.user
    rows = queries.with_counts(access.visible(user, Company, "reseller.view"))
    company = one_company(user, "reseller.view", pk)
    context = company_page(user, company) | {
        "counts": rows.get(pk=company.pk),
        "note": access.visible(user, CompanyNote, "reseller.view").filter(company=company).first(),
        "children": rows.filter(parent=company).order_by("search_name", "id")[:20],
        "recent_users": access.visible(user, User, "user.view").filter(company=company).order_by("-id")[:5],
    }
    return render(request, "resellers/reseller_detail.html", context)


@access.screen("reseller.create")
def reseller_create(request):
    user = request.user
    parents = queries.open_for_more(access.visible(user, Company, "reseller.create"))
    invites = access.may(user, "user.create")
    form = NewCompanyForm(request.POST or None, initial={"parent": user.company_id}, invites=invites)
    access.narrow(form, user, parent=parents, user_role=assignable_roles(user, Company()))
    if form.is_valid():
        values = form.company() | {"first_user": form.first_user()}
        company = saved(form, companies.create_company, actor=user, refusals=REFUSALS, **values)
        if company:
            messages.success(request, f"Reseller account “{company.name}” was made.")
            if first_user := values["first_user"]:
                messages.success(request, f"The invitation of its first user is on its way to {first_user['email']}.")
            return redirect("resellers:reseller_detail", company.pk)
    context = {"form": form, "title": "New reseller account"}
    return render(request, "resellers/reseller_create.html", context, status=answer_status(form))


@access.screen("reseller.update")
def reseller_edit(request, pk):
    user = request.user
    company = one_below(user, "reseller.update", pk)
    company = locked(company) if request.method == "POST" else company
    notes = access.visible(user, CompanyNote).filter(company=company)
    initial = {name: getattr(company, name) for name in ("name", "email", "currency", "time_zone")}
    initial["note"] = "".join(notes.values_list("text", flat=True))
    form = CompanyForm(request.POST or None, initial=initial, keeps_note=company.parent_id == user.company_id)
    save = partial(saved, form, companies.change_company, company, actor=user, refusals=REFUSALS)
    if watched(form).is_valid() and save(**form.cleaned_data):
        messages.success(request, "Saved.")
        return redirect("resellers:reseller_detail", company.pk)
    context = company_page(user, company) | {"form": form, "title": f"Edit {company.name}"}
    return render(request, "resellers/reseller_edit.html", context, status=answer_status(form))


def one_company(user, right: str, pk: int) -> Company:
    """A reseller account the user may see, or 404; the master company is none."""
    return access.get_or_404(user, Company, right, pk=pk, is_master=False)


def one_below(user, right: str, pk: int) -> Company:
    """A reseller account the user may change: one he sees that is not his own."""
    company = one_company(user, right, pk)
    if company.pk == user.company_id:
        raise PermissionDenied("Nobody changes his own company; the one above it does.")
    return company
