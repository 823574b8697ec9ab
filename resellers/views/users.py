"""The users of one reseller account, and inviting one to it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render

from accounts import access
from accounts.filters import OwnUserFilter
from accounts.forms import InviteForm
from accounts.lists import listing
from accounts.models import User
from accounts.queries import pending_invitations, with_groups
from accounts.saving import answer_status, saved
from accounts.services.invitations import assignable_roles, invite_user
from accounts.services.view_as import may_view_into
from resellers.grids import CompanyInvitationTable, CompanyUserTable, ViewableUserTable
from resellers.models import Company
from resellers.views.companies import one_company
from resellers.views.pages import company_page, url_if_may


@access.screen("user.view")
def reseller_users(request, pk):
    user = request.user
    company = one_company(user, "user.view", pk)
    rows = with_groups(access.visible(user, User, "user.view").filter(company=company))
    table = ViewableUserTable if may_view_into(company, user) else CompanyUserTable
    create = url_if_may(user, "user.create", "resellers:reseller_user_create", pk)
    return listing(
        request, "resellers/reseller_users.html", table, rows, OwnUserFilter,
        **company_page(user, company), invited=invited_to(user, company),
        create_url="" if company.status == Company.CLOSED else create, create_label="Invite user",
        empty_hint="Nobody works for this company yet. Invite its first user.",
    )  # fmt: skip


@access.screen("user.create")
def reseller_user_create(request, pk):
    user = request.user
    company = one_company(user, "user.create", pk)
    if company.status == Company.CLOSED:
        raise PermissionDenied("A closed account gets no new users.")
    form = InviteForm(request.POST or None, initial={"time_zone": company.time_zone}, company=company)
    access.narrow(form, user, role=assignable_roles(user, company))
    if form.is_valid() and saved(form, invite_user, actor=user, company=company, **form.invitation()):
        messages.success(request, "The invitation is on its way.")
        return redirect("resellers:reseller_users", pk)
    context = company_page(user, company) | {"form": form, "title": f"Invite a user to {company.name}"}
    return render(request, "resellers/reseller_user_create.html", context, status=answer_status(form))


def invited_to(user, company) -> CompanyInvitationTable:
    """Who was invited and has not come yet, as a second table of the page."""
    rows = pending_invitations(user).filter(company=company)
    return CompanyInvitationTable(rows, orderable=False, prefix="invited-")
