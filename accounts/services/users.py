"""Changes of people. Nobody manages somebody who may do more than himself, and nobody changes his own standing."""

import contextlib

from allauth.usersessions.models import UserSession
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts import access, audit, rights
from accounts.areas import MASTER, RESELLER, ceiling
from accounts.models import User
from accounts.services import mail, standing
from accounts.services.invitations import assignable_roles, withdraw_unbacked

ADMINISTRATION = frozenset({"user.update", "group.update"})


def may_manage(user, actor) -> bool:
    """Whether `user` has no right that `actor` lacks, not even one that sleeps with his account or a group of his.

    Asked of the database, as it stands in this transaction. Everybody manages himself, as far as one may.
    """
    return user.pk == actor.pk or rights.potential(user).held <= access.rights_of(actor).held


def require_manageable(user, actor) -> None:
    if not may_manage(user, actor):
        raise PermissionDenied(f"{user.email} has rights that you do not have")


@transaction.atomic
def change_user(user, *, actor, name, time_zone, roles=None) -> User:
    """Change name and time zone and, unless `roles` is None, the groups. Raises as `set_groups` does."""
    standing.hold()
    require_manageable(user, actor)
    user.name, user.time_zone = name, time_zone
    user.save(update_fields=["name", "time_zone"])
    if roles is not None:
        set_groups(user, roles, actor=actor)
    return user


def change_profile(user, *, name, time_zone) -> User:
    """What everybody may change about himself."""
    user.name, user.time_zone = name, time_zone
    user.save(update_fields=["name", "time_zone"])
    return user


@transaction.atomic
def set_groups(user, roles, *, actor) -> None:
    """Let the user stand in exactly these groups (and his company's own, which the database keeps).

    Raises ValidationError for none, PermissionDenied for oneself, for a group the actor may not give, and
    when the user would end with more rights than the actor, or without a denial of rights that the actor lacks.
    """
    standing.hold()
    require_manageable(user, actor)
    if user.pk == actor.pk:
        raise PermissionDenied("nobody changes his own groups")
    wanted = {role.pk for role in roles}
    if not wanted:
        raise ValidationError("Choose at least one group: a user without a group could do nothing.")
    present = set(user.groups.filter(role__isnull=False).values_list("pk", flat=True))
    if not wanted - present <= set(assignable_roles(actor, user.company).values_list("pk", flat=True)):
        raise PermissionDenied("a group does not fit the company, or gives rights you do not have")
    denied = rights.potential(user).denied
    with an_administrator_stays(user.company, actor):
        user.groups.remove(*present - wanted)
        user.groups.add(*wanted - present)
    require_manageable(user, actor)
    if not denied - rights.potential(user).denied <= access.rights_of(actor).held:
        raise PermissionDenied(f"{user.email} would lose a denial of rights that you do not have")
    withdraw_unbacked(user)


@transaction.atomic
def deactivate_user(user, *, actor) -> None:
    """Shut the account from the next request on: sessions end, invitations he sent are dead. Undone by `activate_user`.

    Raises PermissionDenied for oneself and for who has more rights, ValidationError for the last administrator.
    """
    if user.pk == actor.pk:
        raise PermissionDenied("nobody deactivates himself")
    standing.hold()
    require_manageable(user, actor)
    with an_administrator_stays(user.company, actor):
        user.is_active = False
        user.save(update_fields=["is_active"])
    withdraw_unbacked(user)
    transaction.on_commit(lambda: end_sessions(user.pk))


@transaction.atomic
def activate_user(user, *, actor) -> None:
    """Open the account again, with the groups it has; sessions of before stay dead. Raises as `deactivate_user`."""
    standing.hold()
    require_manageable(user, actor)
    user.is_active = True
    user.save(update_fields=["is_active"])
    transaction.on_commit(lambda: end_sessions(user.pk))


def send_password_reset(user, *, actor) -> None:
    """Mail the user a link with which he chooses a password himself. Raises PermissionDenied as the others do, and
    ValidationError for an inactive account, which could not use it."""
    require_manageable(user, actor)
    if not user.is_active:
        raise ValidationError(f"{user.name} is not active. Activate the account first.")
    audit.record("reset mail", thing=user, company=user.company_id)
    transaction.on_commit(lambda: mail.send_password_reset(user.pk), robust=True)


@contextlib.contextmanager
def an_administrator_stays(company, actor):
    """Around a change: somebody active can still manage people in the actor's own company, or ValidationError.

    Only one's own company can be shut from inside; any other has the actor's above it. Two administrators who act
    against each other go one after the other: whoever comes here holds all standings alone.
    """
    if company.pk != actor.company_id:
        yield
        return
    yield
    people = User.objects.filter(company=company, is_active=True, is_staff=False).values_list("pk", flat=True)
    needed = ADMINISTRATION & ceiling(MASTER if company.is_master else RESELLER)
    if not any(needed <= one.held for one in rights.resolve_all(people).values()):
        raise ValidationError(f"{company} would be left without an active administrator.")


def end_sessions(user_id: int) -> None:
    """After the commit, as the login role: no session of the account is left to come back to life."""
    for session in UserSession.objects.filter(user=user_id):
        session.end()
