"""Changes of groups: the master company's alone. Nobody touches a group that gives what he lacks."""

from typing import NamedTuple

from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts import access, rights
from accounts.areas import AREAS, DEFAULT_RESELLER, RESELLER, ceiling, drawn
from accounts.models import AreaAccess, Role
from accounts.services import standing
from accounts.services.invitations import withdraw_unbacked
from accounts.services.users import an_administrator_stays

UNIQUE_TRIES = 50


@transaction.atomic
def create_group(*, actor, **fields) -> Role:
    """As `make_group`, by a person: raises PermissionDenied for rights the actor lacks."""
    role = make_group(**fields)
    require_not_widened(actor, Power(), power(role))
    return role


@transaction.atomic
def make_group(*, name, audience, description="", default_boxes=(), areas=None, known_areas=tuple(AREAS)) -> Role:
    """A group with a default and rows that replace it: `areas` is {area: boxes}, no boxes deny; for set-up too.

    The default covers `known_areas` only. Raises IntegrityError role_name_unique for a name that is taken.
    """
    group = Group.objects.create(name=group_name(name))
    role = Role.objects.create(
        group=group, name=name, audience=audience, description=description, default_boxes=list(default_boxes),
        known_areas=list(known_areas),
    )  # fmt: skip
    write_rows(role, areas or {})
    return role


@transaction.atomic
def change_group(role, *, actor, name, description, default_boxes, areas, known_areas) -> Role:
    """Replace everything of a group but its audience. Raises as `create_group`, and ValidationError when the actor's
    company would be left without an administrator."""
    standing.hold()
    require_within(role, actor)
    before = power(role)
    with an_administrator_stays(actor.company, actor):
        role.name, role.description = name, description
        role.default_boxes, role.known_areas = list(default_boxes), list(known_areas)
        role.save(update_fields=["name", "description", "default_boxes", "known_areas"])
        Group.objects.filter(pk=role.pk).update(name=group_name(name))
        write_rows(role, areas)
    require_not_widened(actor, before, power(role))
    withdraw_unbacked()
    return role


def create_default_reseller(*, actor) -> Role:
    """A new ordinary group with the rights a reseller usually needs; each call makes another one."""
    return create_numbered("Default Reseller", actor=actor, audience=RESELLER, areas=DEFAULT_RESELLER)


def clone_group(role, *, actor) -> Role:
    """An active copy under a free name; nobody stands in it yet. Raises as `create_group`."""
    require_within(role, actor)
    rows = {row.area: row.boxes for row in role.areas.all()}
    return create_numbered(
        f"Copy of {role.name}"[:90], actor=actor, audience=role.audience, description=role.description,
        default_boxes=role.default_boxes, known_areas=role.known_areas, areas=rows,
    )  # fmt: skip


def deactivate_group(role, *, actor) -> None:
    """The group gives and denies nothing from the next request on. Raises as `change_group`."""
    set_active(role, False, actor)


def activate_group(role, *, actor) -> None:
    set_active(role, True, actor)


@transaction.atomic
def delete_group(role, *, actor) -> None:
    """Remove a group that nobody uses. Raises ValidationError while a user stands in it or an invitation names it, and
    PermissionDenied for one that gives more than the actor has."""
    standing.hold()
    require_within(role, actor)
    if role.group.user_set.exists() or role.invitations.exists():
        raise ValidationError("This group is used, so it stays. Deactivate it instead.")
    # Not delete(): Django would first ask tables that no unit of work may read; the database's own keys refuse as well.
    AreaAccess.objects.filter(role=role).delete()
    for rows in (Role.objects.filter(pk=role.pk), Group.objects.filter(pk=role.pk)):
        rows._raw_delete(rows.db)


# -- parts -------------------------------------------------------------------------------------------------------------


class Power(NamedTuple):
    """What a group gives and which rights it denies, at one moment."""

    given: frozenset = frozenset()
    denied: frozenset = frozenset()


def power(role) -> Power:
    """As the database has it now; an inactive group has none."""
    if not role.is_active:
        return Power()
    rows = {row.area: row.boxes for row in AreaAccess.objects.filter(role=role)}
    grants = rights.of_role(role.pk, role.name, role.default_boxes, role.known_areas, rows)
    denied = frozenset().union(*(every_right(area) for area, boxes in rows.items() if not boxes))
    return Power(rights.combine(grants, role.audience), denied & ceiling(role.audience))


def require_within(role, actor) -> None:
    """The group gives nothing that the actor lacks, asleep or not: who empties it takes from people above him."""
    if lacking := rights.of_group(role) - access.rights_of(actor).held:
        raise PermissionDenied(f"{role} gives {', '.join(sorted(lacking))}, which you do not hold")


def every_right(area: str) -> frozenset[str]:
    return drawn(area, frozenset(AREAS[area].boxes)) if area in AREAS else frozenset()


def require_not_widened(actor, before: Power, after: Power) -> None:
    """What the group newly gives, or no longer denies, the actor must hold himself."""
    widened = (after.given - before.given) | (before.denied - after.denied)
    if lacking := widened - access.rights_of(actor).held:
        raise PermissionDenied(f"you do not hold {', '.join(sorted(lacking))} yourself")


@transaction.atomic
def set_active(role, is_active: bool, actor) -> None:
    standing.hold()
    require_within(role, actor)
    before = power(role)
    with an_administrator_stays(actor.company, actor):
        role.is_active = is_active
        role.save(update_fields=["is_active"])
    require_not_widened(actor, before, power(role))
    withdraw_unbacked()


def write_rows(role, areas: dict) -> None:
    AreaAccess.objects.filter(role=role).exclude(area__in=areas).delete()
    present = {row.area: row for row in AreaAccess.objects.filter(role=role)}
    for area, boxes in areas.items():
        if area not in present:
            AreaAccess.objects.create(role=role, area=area, boxes=list(boxes))
        elif set(present[area].boxes) != set(boxes):
            present[area].boxes = list(boxes)
            present[area].save(update_fields=["boxes"])


def create_numbered(name: str, **fields) -> Role:
    """Under the first free of `name`, `name 2`, `name 3`, …; another press at the same moment takes the next."""
    for number in range(1, UNIQUE_TRIES):
        numbered = name if number == 1 else f"{name} {number}"
        if Role.objects.filter(name__iexact=numbered).exists():
            continue
        try:
            with transaction.atomic():
                return create_group(name=numbered, **fields)
        except IntegrityError:
            continue
    raise ValidationError(f"There are too many groups called {name}.")


def group_name(name: str) -> str:
    """The auth.Group behind a role; the prefix keeps it apart from tenant groups."""
    return f"role:{name}"
