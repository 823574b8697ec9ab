"""Making, changing and closing reseller accounts. Never deletes one: cards, customers and history hang on it."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts import access, acl, audit
from accounts.services.invitations import invite_user
from resellers.models import Company, CompanyNote

ANY_OPEN = (Company.ACTIVE, Company.SUSPENDED)


def create_company(*, actor, parent, name, email, currency, time_zone, note="", first_user=None) -> Company:
    """Make a company below `parent`, its parent's note and the invitation of its first user: all of it or nothing.

    `first_user` is {"name", "email", "role"} or None; the mail goes out when the transaction is through. Raises
    ValidationError by field (the first user's are user_name, user_email, user_role) for a closed parent, a note that
    is not one's own to keep or an address that cannot be invited, and IntegrityError with constraint
    company_name_unique_under_parent for a name taken.
    """
    if parent.status == Company.CLOSED:
        raise ValidationError({"parent": "A closed account gets no new accounts below it."})
    with transaction.atomic():
        company = Company.objects.create(parent=parent, name=name, email=email, currency=currency, time_zone=time_zone)
        acl.refresh()
        write_note(company, actor=actor, text=note)
        if first_user:
            invite_first_user(company, actor=actor, **first_user)
        return access.still_visible(actor, company, "reseller.create")


def invite_first_user(company, *, actor, name, email, role) -> None:
    """Open the door for the first user; what is wrong with him is said of user_name, user_email or user_role."""
    try:
        invite_user(actor=actor, company=company, role=role, email=email, name=name, time_zone=company.time_zone)
    except ValidationError as error:
        raise ValidationError({f"user_{field}": words for field, words in error.message_dict.items()}) from error


def change_company(company, *, actor, name, email, currency, time_zone, note=None) -> None:
    """Change what a company is called and how it is reached; None leaves the note alone. Raises as create_company."""
    not_own(company, actor)
    with transaction.atomic():
        Company.objects.filter(pk=company.pk).update(name=name, email=email, currency=currency, time_zone=time_zone)
        if note is not None:
            write_note(company, actor=actor, text=note)
        access.still_visible(actor, company, "reseller.update")


def suspend_company(company, *, actor, reason) -> None:
    """Shut out the users of a company and of all below it, from their next request on; customers and cards stay."""
    change_status(company, Company.SUSPENDED, (Company.ACTIVE,), "suspend", actor=actor, reason=reason)


def close_company(company, *, actor, reason) -> None:
    """Like suspending, and no card, user or account is added to it any more; `resume_company` opens it again."""
    change_status(company, Company.CLOSED, ANY_OPEN, "close", actor=actor, reason=reason)


def resume_company(company, *, actor, reason="") -> None:
    """Let the users of a suspended or closed company in again, as far as no company above it is shut."""
    change_status(company, Company.ACTIVE, (Company.SUSPENDED, Company.CLOSED), "resume", actor=actor, reason=reason)


def change_status(company, status, possible, action, *, actor, reason) -> None:
    """One step of a company's state, once: raises ValidationError when somebody else was faster."""
    not_own(company, actor)
    with transaction.atomic():
        if not Company.objects.filter(pk=company.pk, status__in=possible).update(status=status):
            raise ValidationError("The status of this account was changed in the meantime. Look again.")
        audit.record(action, thing=company, company=company.pk, reason=reason)
        access.still_visible(actor, company, "reseller.suspend")


def write_note(company, *, actor, text: str) -> None:
    """The note of the company directly above: no other company keeps one, and the company itself never sees it."""
    if company.parent_id == actor.company_id:
        changed = CompanyNote.objects.filter(company=company).update(text=text)
        if text and not changed:
            CompanyNote.objects.create(company=company, owner_id=company.parent_id, text=text)
    elif text:
        raise ValidationError({"note": "Only the company directly above keeps a note. Leave this empty."})


def not_own(company, actor) -> None:
    """Nobody changes the company he belongs to: that is for the one above."""
    if company.pk == actor.company_id:
        raise PermissionDenied("Nobody changes his own company.")
