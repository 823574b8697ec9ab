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
    def in_words(self) -> str:
        return f"Users who can enter now and lose rights by it: {self.losing}. Who gain, because it denied: {self.gaining}."

    @property
    def more(self) -> int:
        return self.changed - len(self.people)


def effect_of(reader, role, change) -> Effect:
    """If the group `role` became what `change` (from one `Said` to another) makes of it. Five statements; writes nothing."""
    members = User.objects.filter(groups=role.pk)
    users = who.able(members)
    sets = who.role_sets(users)
    before = who.groups_said([role.pk, *(pk for roles, _, _ in sets for pk in roles)])
    then = before | {role.pk: change(before[role.pk])}
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


def replaced(*, default_boxes, areas, known_areas, **_):
    """Other contents, as `services.groups.change_group` would store them."""

    def change(old: rights.Said) -> rights.Said:
        return rights.said(*old[:4], default_boxes, known_areas, areas)

    return change


def deactivated(old: rights.Said) -> rights.Said:
    return old._replace(is_active=False)
