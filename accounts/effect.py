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
    def of_shutting(self) -> str:
        return f"Users who can enter now and lose rights by it: {self.losing}. Who gain, because it denied: {self.gaining}."

    @property
    def of_opening(self) -> str:
        return f"Users who can enter now and gain rights by it: {self.gaining}. Who lose, because it denies: {self.losing}."

    @property
    def more(self) -> int:
        return self.changed - len(self.people)


def effect_of(reader, role, change) -> Effect:
    """If the group `role` became what `change` (from one `Said` to another) makes of it. Five statements; writes nothing."""
    members = User.objects.filter(groups=role.pk)
    sets = who.role_sets(who.able(members))
    before = who.groups_said([role.pk, *(pk for one in sets for pk in one.roles)])
    then = before | {role.pk: change(before[role.pk])}
    diffs, gaining, losing = {}, 0, 0
    for one in sets:
        old, new = who.given(one.roles, one.kind, before), who.given(one.roles, one.kind, then)
        gaining += len(one.users) if new - old else 0
        losing += len(one.users) if old - new else 0
        if old != new:
            diffs |= dict.fromkeys(one.users, (in_words(new - old), in_words(old - new)))
    asleep = members.count() - sum(len(one.users) for one in sets)
    return Effect(gaining, losing, len(diffs), asleep, listed(reader, diffs))


def listed(reader, diffs: dict[int, tuple]) -> list[Change]:
    """The first of these users, as far as the reader may see them."""
    rows = access.visible(reader, User, "user.view").filter(pk__in=diffs).select_related("company")
    return [Change(user, *diffs[user.pk]) for user in rows.order_by("company__name", "name", "pk")[:SHOWN]]


def replaced(*, default_boxes, areas, known_areas, **_):
    """Other contents, as `services.groups.change_group` would store them."""

    def change(old: rights.Said) -> rights.Said:
        return rights.said(*old[:4], default_boxes, known_areas, areas)

    return change


def deactivated(old: rights.Said) -> rights.Said:
    return old._replace(is_active=False)


def activated(old: rights.Said) -> rights.Said:
    return old._replace(is_active=True)
