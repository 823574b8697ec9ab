"""What a change of a group would do: which users gain and lose which rights, before anything is saved.

The changed group is put in the place of the stored one and the rule is asked again, once for each set of groups that
its users are in; so the figures are exact however many they are, and the list is cut.
"""

from typing import NamedTuple

from accounts import access, rights, who
from accounts.areas import in_words
from accounts.models import User

SHOWN = 50


class Change(NamedTuple):
    """What happens to one user, in words."""

    user: User
    gains: list[str]
    loses: list[str]


class Effect(NamedTuple):
    """`gaining` and `losing` count users who can enter now; `people` are the first of them that the reader may see.

    `asleep` users of the group cannot enter now, so they have nothing to gain or lose yet.
    """

    gaining: int
    losing: int
    changed: int
    asleep: int
    people: list[Change]

    @property
    def more(self) -> int:
        return self.changed - len(self.people)


def effect_of(reader, role, after: rights.Said) -> Effect:
    """If the group `role` were `after`. Five statements; writes nothing."""
    members = User.objects.filter(groups=role.pk)
    users = who.able(members)
    sets = who.role_sets(users)
    before = who.groups_said(pk for roles, _, _ in sets for pk in roles)
    then = before | {role.pk: after}
    diffs, gaining, losing = {}, 0, 0
    for roles, kind, number in sets:
        old, new = who.given(roles, kind, before), who.given(roles, kind, then)
        if old != new:
            diffs[roles] = in_words(new - old), in_words(old - new)
            gaining += number if new - old else 0
            losing += number if old - new else 0
    changed = sum(number for roles, _, number in sets if roles in diffs)
    asleep = members.count() - sum(number for _, _, number in sets)
    return Effect(gaining, losing, changed, asleep, listed(reader, users, diffs))


def listed(reader, users, diffs: dict) -> list[Change]:
    seen = access.visible(reader, User, "user.view").filter(pk__in=users.values("pk"))
    rows = who.with_role_set(seen).filter(role_set__in=[list(roles) for roles in diffs]).select_related("company")
    return [Change(user, *diffs[tuple(user.role_set)]) for user in rows.order_by("company__name", "name", "pk")[:SHOWN]]


def as_changed(role, *, default_boxes, areas, known_areas, is_active=True, **_) -> rights.Said:
    """A group with other contents, as `services.groups.change_group` would store them."""
    return rights.said(role.pk, role.name, is_active, role.audience, default_boxes, known_areas, areas)


def deactivated(role) -> rights.Said:
    return who.said(role)._replace(is_active=False)
