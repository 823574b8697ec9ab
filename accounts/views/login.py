"""What surrounds allauth's pages: the closed sign-up, and the trail of second factors."""

from allauth.mfa import signals
from django.dispatch import receiver
from django.shortcuts import redirect

from accounts import audit


def sign_up(request):
    """The name has to exist for allauth's links; accounts are made by invitation alone."""
    return redirect("account_login")


@receiver([signals.authenticator_added, signals.authenticator_removed, signals.authenticator_reset])
def record_second_factor(sender, request, user, authenticator, signal, **kwargs):
    """These pages are the only ones that change a second factor; allauth tells of it after its commit."""
    words = {signals.authenticator_added: "added", signals.authenticator_removed: "removed"}.get(signal, "renewed")
    audit.record("second factor", request=request, actor=user, thing=user, company=user.company_id,
                 label=f"{authenticator.type} {words}")  # fmt: skip


@receiver(signals.authentication_failed)
def record_wrong_code(sender, request, user, **kwargs):
    audit.record("login", request=request, actor=user, thing=user, company=user.company_id,
                 reason="wrong second factor", result="denied")  # fmt: skip
