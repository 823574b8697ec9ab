"""Inviting people, the links that are still open, and the page behind such a link."""

from allauth.account.utils import perform_login
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_POST

from accounts import access, queries
from accounts.filters import InvitationFilter
from accounts.forms import AcceptForm, InviteForm
from accounts.grids import InvitationTable
from accounts.lists import listing
from accounts.models import Invitation
from accounts.saving import answer_status, done, saved
from accounts.services import acceptance, invitations
from accounts.views.tabs import settings_tabs

OPEN = {"accepted_at": None, "withdrawn_at": None}
HELP = "A link works once and for a limited time. Sending it again makes a new one; the old one is dead."


@access.screen("user.create")
def user_invite(request):
    actor = request.user
    form = InviteForm(request.POST or None, initial={"company": actor.company_id}, may_audit=actor.company.is_master)
    access.narrow(form, actor, company=queries.companies_of(actor), role=invitations.assignable_roles(actor))
    if form.is_valid() and saved(form, invitations.invite_user, actor=actor, company=form.cleaned_data["company"],
                                 **form.invitation()):  # fmt: skip
        messages.success(request, f"The invitation is on its way to {form.cleaned_data['email']}.")
        return redirect("accounts:invitation_list")
    context = {
        "title": "Invite a user",
        "form": form,
        "save_label": "Send invitation",
        "cancel_url": reverse("accounts:user_list"),
    }
    return render(request, "accounts/user_invite.html", context, status=answer_status(form))


@access.screen("user.view")
def invitation_list(request):
    user = request.user
    return listing(
        request, "accounts/invitation_list.html", InvitationTable, queries.pending_invitations(user), InvitationFilter,
        title="Invitations", tabs=settings_tabs(user), help=HELP, create_label="Invite",
        create_url=reverse("accounts:user_invite") if access.may(user, "user.create") else "",
        empty_hint="Everybody who was invited has answered.",
    )  # fmt: skip


@access.screen("user.create")
@require_POST
def invitation_resend(request, pk):
    invitation = access.get_or_404(request.user, Invitation, "user.create", pk=pk, **OPEN)
    done(request, f"A new link is on its way to {invitation.email}; the old one is dead.", invitations.resend_invitation,
         invitation, actor=request.user)  # fmt: skip
    return redirect("accounts:invitation_list")


@access.screen("user.create")
@require_POST
def invitation_withdraw(request, pk):
    invitation = access.get_or_404(request.user, Invitation, "user.create", pk=pk, **OPEN)
    done(request, f"The invitation of {invitation.email} is withdrawn.", invitations.withdraw_invitation, invitation,
         actor=request.user)  # fmt: skip
    return redirect("accounts:invitation_list")


@access.public
@sensitive_post_parameters("password1", "password2")
@sensitive_variables()
def invitation_accept(request, token):
    """For who holds the link. Somebody who is logged in logs out first: a link never changes whose session this is."""
    offer = acceptance.read_invitation(token)
    form = AcceptForm(request.POST or None, email=offer.email, initial={"name": offer.name}) if offer else None
    if offer and not request.user.is_authenticated and form.is_valid():
        values = form.cleaned_data
        user = acceptance.accept_invitation(token, name=values["name"], password=values["password1"], request=request)
        if user:
            return perform_login(request, user, email=user.email)
        offer = form = None
    template = "accounts/invitation_accept.html" if offer else "accounts/invitation_dead.html"
    status = answer_status(form) if offer else 404
    response = render(request, template, {"offer": offer, "form": form}, status=status)
    response["Referrer-Policy"] = "strict-origin"  # the secret is in the path
    return response
