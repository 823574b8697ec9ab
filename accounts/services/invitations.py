"""Invitations: the one way a user comes to be. The secret is mailed and never stored; the row keeps its SHA-256."""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts import access, rights
from accounts.areas import MASTER, RESELLER
from accounts.models import Invitation, Role, User
from accounts.services import mail, standing

PLAIN_ADDRESS = "Use an address of plain letters, digits and signs."
PENDING = Q(accepted_at=None, withdrawn_at=None)


def assignable_roles(actor, company=None):
    """The active groups that `actor` may give in `company` (None: in any), as a queryset of Role.

    The audience fits the company, and the actor holds every right the group can give: nobody gives what he lacks.
    """
    held = access.rights_of(actor).held
    roles = Role.objects.filter(is_active=True).prefetch_related("areas")
    if company is not None:
        roles = roles.filter(audience=MASTER if company.is_master else RESELLER)
    return Role.objects.filter(pk__in=[role.pk for role in roles if rights.of_group(role) <= held])


@transaction.atomic
def invite_user(*, actor, company, role, email, name, time_zone="UTC", is_staff=False) -> Invitation:
    """Open a one-use, expiring door for one address into one company and one group, and mail its link on commit.

    An older link of the same address into the same company dies. An address that has an account gets another mail;
    nothing of that shows here. Raises ValidationError by field (email, company, role, is_staff): for a closed company,
    for a group or a mark that the actor may not give there, and for an open link that is worth more than he is.
    """
    standing.hold(alone=False)  # the inviter keeps his rights until the invitation stands, where their loss finds it
    email = clean_address(email)
    if company.status == company.CLOSED:
        raise ValidationError({"company": "A closed company gets no new users."})
    if is_staff and not (company.is_master and actor.company_id == company.pk):
        raise ValidationError({"is_staff": "Support auditors belong to the master company."})
    if not assignable_roles(actor, company).filter(pk=role.pk).exists():
        raise ValidationError({"role": f"You cannot give the group “{role}” to users of {company}."})
    older = Invitation.objects.filter(PENDING, email=email, company=company)
    if not all(may_withdraw(invitation, actor) for invitation in older.select_related("role")):
        raise ValidationError({"email": "Somebody with more rights than you have has invited this address already."})
    older.update(withdrawn_at=timezone.now())
    invitation, token = open_invitation(company=company, role=role, email=email, name=name, time_zone=time_zone,
                                        is_staff=is_staff, invited_by=actor)  # fmt: skip
    context = {"email": email, "name": name, "company": company.name, "inviter": actor.name,
               "url": mail.link("accounts:invitation_accept", token), "hours": settings.INVITATION_HOURS}  # fmt: skip
    transaction.on_commit(lambda: mail.send_invitation(email, context), robust=True)
    return invitation


def open_invitation(**fields) -> tuple[Invitation, str]:
    """Make the row and its secret, without a mail: for `invite_user`, and for the first administrator."""
    token = secrets.token_urlsafe(32)
    expires_at = timezone.now() + timedelta(hours=settings.INVITATION_HOURS)
    return Invitation.objects.create(**fields, digest=digest(token), expires_at=expires_at), token


def resend_invitation(invitation, *, actor) -> Invitation:
    """A new secret and a new term for the same person; the old link is dead. Asks again what the actor may give, and
    raises PermissionDenied for an invitation that is worth more than he is."""
    require_withdrawable(invitation, actor)
    return invite_user(
        actor=actor, company=invitation.company, role=invitation.role, email=invitation.email, name=invitation.name,
        time_zone=invitation.time_zone, is_staff=invitation.is_staff,
    )  # fmt: skip


def withdraw_invitation(invitation, *, actor) -> None:
    """Kill the link. Raises ValidationError when it was used or withdrawn before, and else as `resend_invitation`."""
    require_withdrawable(invitation, actor)
    if not Invitation.objects.filter(PENDING, pk=invitation.pk).update(withdrawn_at=timezone.now()):
        raise ValidationError("This invitation was used or withdrawn before.")


def may_withdraw(invitation, actor) -> bool:
    """Whether the actor holds all that the invited person would get: nobody meddles in what people above him began."""
    return rights.of_group(invitation.role) <= access.rights_of(actor).held


def require_withdrawable(invitation, actor) -> None:
    if not may_withdraw(invitation, actor):
        raise PermissionDenied(f"the group of {invitation.email} has rights that you do not have")


def withdraw_unbacked(*inviters: User) -> None:
    """Kill the links of these people that they could not send any more; none named: of everybody in sight.

    Called where rights shrink: an invitation is never worth more than its sender. A suspension shrinks none: while it
    lasts the links are dead, afterwards they are not.
    """
    pending = Invitation.objects.filter(PENDING, invited_by__isnull=False, expires_at__gt=timezone.now())
    if inviters:
        pending = pending.filter(invited_by__in=inviters)
    held = rights.resolve_all(pending.values_list("invited_by", flat=True), even_shut=True)
    for invitation in pending.select_related("role"):
        may = held.get(invitation.invited_by_id, rights.NONE).held
        if "user.create" not in may or not rights.of_group(invitation.role) <= may:
            Invitation.objects.filter(pk=invitation.pk).update(withdrawn_at=timezone.now())


def clean_address(email: str) -> str:
    """The one spelling of an address: trimmed, lower case, ASCII, so that no two addresses can pass for one."""
    email = email.strip().lower()
    if not email.isascii():
        raise ValidationError({"email": PLAIN_ADDRESS})
    return email


def digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
