"""From groups to rights: defaults, rows that replace them, denials that win, the ceiling that cuts last.

Groups add up; an explicitly empty row denies its area whatever the other groups say; an inactive group gives nothing;
what the catalogue does not know is not a right.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.db import connection

from accounts import acl
from accounts.areas import AREAS, MASTER, RESELLER, RIGHTS, ceiling, drawn

__all__ = ["NONE", "RIGHTS", "Grant", "Rights", "Said", "of_role", "potential", "resolve", "resolve_all", "together"]


@dataclass(frozen=True)
class Grant:
    """What one group says about one area: its boxes, and whether by a row of its own or by its default."""

    role_id: int
    role: str
    area: str
    boxes: frozenset[str]
    by_row: bool

    @property
    def denies(self) -> bool:
        return self.by_row and not self.boxes


class Said(NamedTuple):
    """One group as the rule reads it."""

    role_id: int
    name: str
    is_active: bool
    audience: str
    grants: tuple[Grant, ...]


@dataclass(frozen=True)
class Rights:
    """A user's rights and where each comes from. `groups` are his groups: (name, active).

    `shut` says in words which company, his own or one above it, is suspended or closed; then he holds nothing.
    """

    held: frozenset[str] = frozenset()
    grants: tuple[Grant, ...] = ()
    groups: tuple[tuple[str, bool], ...] = ()
    kind: str = ""
    shut: tuple[str, ...] = ()

    def sources(self, right: str) -> list[Grant]:
        area = right.split(".")[0]
        return [grant for grant in self.grants if grant.area == area and right in drawn(area, grant.boxes)]

    def reasons(self, right: str) -> list[tuple[bool, str]]:
        """Steps of the decision for one right, in words: (opens, text)."""
        if self.shut:
            return [(False, words) for words in self.shut]
        area = right.split(".")[0]
        asleep = [f"“{name}” is inactive" for name, is_active in self.groups if not is_active]
        if len(asleep) == len(self.groups):
            return [(False, ": ".join(["no active group", *([", ".join(asleep)] if asleep else [])]))]
        steps = [(False, f"group “{grant.role}” denies {AREAS[area].label}") for grant in self.grants
                 if grant.area == area and grant.denies]  # fmt: skip
        steps = steps or [(True, f"group “{grant.role}” gives it") for grant in self.sources(right)]
        steps = steps or [(False, "no group gives it")]
        return steps + [(right in ceiling(self.kind), f"a {self.kind} company can hold it" if right in ceiling(self.kind)
                         else f"no {self.kind} company can hold it")]  # fmt: skip


NONE = Rights()


class Person(NamedTuple):
    """What acl.said_to tells of one user: (the companies that shut him out, in words) and his groups."""

    kind: str
    shut: tuple[str, ...]
    groups: list[Said]


def resolve(user) -> Rights:
    """All rights of a user, from what entering told of him, else by one statement; nobody's rights are none."""
    told = acl.told(user)
    return of_people(people(told.said if told else said_to([user.pk]))).get(user.pk, NONE)


def resolve_all(ids: Iterable[int], *, even_shut=False) -> dict[int, Rights]:
    """{user id: Rights} in one statement; who is missing has none. `even_shut`: as if every company were open.

    A unit sees the companies from its own downwards, and no unit opens below one that is shut: what it cannot see of
    the way up is open.
    """
    return of_people(people(said_to(ids)), even_shut=even_shut)


def of_people(persons: dict[int, Person], *, even_shut=False) -> dict[int, Rights]:
    """The rule itself: what each of these holds by his groups, and whence."""
    found = {}
    for pk, one in persons.items():
        held = frozenset() if one.shut and not even_shut else together(one.groups, one.kind)
        grants = tuple(grant for group in one.groups if group.is_active for grant in group.grants)
        groups = tuple((group.name, group.is_active) for group in one.groups)
        found[pk] = Rights(held, grants, groups, one.kind, one.shut)
    return found


@dataclass(frozen=True)
class Potential:
    """What a user would hold, and the rights that any of his groups denies, were he and all his groups active."""

    held: frozenset[str] = frozenset()
    denied: frozenset[str] = frozenset()


def potential(user) -> Potential:
    """All that a user can come to by being activated, he, his company or a group of his; one statement.

    Nobody relies on what sleeps: for `held` an inactive group gives but denies nothing.
    """
    one = people(said_to([user.pk]), even_inactive=True).get(user.pk)
    if one is None:
        return Potential()
    grants = [(grant, group.is_active) for group in one.groups for grant in group.grants]
    held = combine([grant for grant, is_active in grants if is_active or not grant.denies], one.kind)
    denied = {grant.area for grant, _ in grants if grant.denies}
    return Potential(held, frozenset(right for right in ceiling(one.kind) if right.split(".")[0] in denied))


def said_to(ids: Iterable[int]) -> list[tuple]:
    """What the groups of these users say, as far as the caller's role shows it: rows of acl.said_to."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM acl.said_to(%s)", [list(ids)])
        return cursor.fetchall()


def people(rows: Iterable, *, even_inactive=False) -> dict[int, Person]:
    """Rows of acl.said_to, user by user: without groups of another audience, and without inactive users unless
    `even_inactive`."""
    found = {}
    for pk, is_active, is_master, shut, *group in rows:
        one = said(*group)
        kind = MASTER if is_master else RESELLER
        if (is_active or even_inactive) and one.audience == kind:
            found.setdefault(pk, Person(kind, tuple(shut), [])).groups.append(one)
    return found


def said(role_id, name, is_active, audience, default_boxes, known_areas, rows: dict[str, list[str]]) -> Said:
    return Said(role_id, name, is_active, audience, tuple(of_role(role_id, name, default_boxes, known_areas, rows)))


def of_role(role_id, name, default_boxes, known_areas, rows: dict[str, list[str]]) -> list[Grant]:
    """What one group says about every area of the catalogue it speaks of."""
    grants = []
    for area in AREAS:
        if area in rows:
            grants.append(Grant(role_id, name, area, frozenset(rows[area]), True))
        elif area in known_areas and default_boxes:
            grants.append(Grant(role_id, name, area, frozenset(default_boxes), False))
    return grants


def of_group(role) -> frozenset[str]:
    """What a group gives by itself, under the ceiling of its audience; `role.areas` are its rows."""
    rows = {row.area: row.boxes for row in role.areas.all()}
    return combine(of_role(role.pk, role.name, role.default_boxes, role.known_areas, rows), role.audience)


def combine(grants: list[Grant], kind: str) -> frozenset[str]:
    """The sum of the groups, less what any of them denies, under the ceiling of the company's kind."""
    denied = {grant.area for grant in grants if grant.denies}
    given = frozenset().union(*(drawn(grant.area, grant.boxes) for grant in grants if grant.area not in denied))
    return given & ceiling(kind)


def together(groups: Iterable[Said], kind: str) -> frozenset[str]:
    """What groups give a user of a company of this kind: only the active ones that are meant for such companies."""
    speaking = [group for group in groups if group.is_active and group.audience == kind]
    return combine([grant for group in speaking for grant in group.grants], kind)
