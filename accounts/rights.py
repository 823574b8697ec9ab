"""From groups to rights: defaults, rows that replace them, denials that win, the ceiling that cuts last.

Groups add up; an explicitly empty row denies its area whatever the other groups say; an inactive group gives nothing;
what the catalogue does not know is not a right.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.db import connection

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

ROWS = """
    SELECT u.id, c.is_master,
           ARRAY(SELECT concat('“', up.name, '” is ', up.status) FROM resellers_companyclosure t
                 JOIN resellers_company up ON up.id = t.ancestor_id
                 WHERE t.descendant_id = c.id AND up.status <> 'active' ORDER BY t.depth),
           r.group_id, r.name, r.is_active, r.audience, r.default_boxes, r.known_areas,
           coalesce(json_object_agg(a.area, a.boxes) FILTER (WHERE a.area IS NOT NULL), '{}')
    FROM accounts_user_groups ug JOIN accounts_role r ON r.group_id = ug.group_id
    JOIN accounts_user u ON u.id = ug.user_id JOIN resellers_company c ON c.id = u.company_id
    LEFT JOIN accounts_areaaccess a ON a.role_id = r.group_id
    WHERE ug.user_id = ANY (%s) AND (u.is_active OR %s)
      AND r.audience = CASE WHEN c.is_master THEN 'master' ELSE 'reseller' END
    GROUP BY u.id, c.id, r.group_id ORDER BY r.name
"""


class Person(NamedTuple):
    """What ROWS tells of one user: (the companies that shut him out, in words) and his groups."""

    kind: str
    shut: tuple[str, ...]
    groups: list[Said]


def resolve(user, *, even_shut=False) -> Rights:
    """All rights of a user from the database, one statement; nobody's rights are none."""
    return resolve_all([user.pk], even_shut=even_shut).get(user.pk, NONE)


def resolve_all(ids: Iterable[int], *, even_shut=False) -> dict[int, Rights]:
    """{user id: Rights} in one statement; who is missing has none.

    A unit sees the companies from its own downwards, and no unit opens below one that is shut: what it cannot see of
    the way up is open. `even_shut`: as if every company were open.
    """
    found = {}
    for pk, one in people(ids).items():
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
    one = people([user.pk], even_inactive=True).get(user.pk)
    if one is None:
        return Potential()
    grants = [(grant, group.is_active) for group in one.groups for grant in group.grants]
    held = combine([grant for grant, is_active in grants if is_active or not grant.denies], one.kind)
    denied = {grant.area for grant, _ in grants if grant.denies}
    return Potential(held, frozenset(right for right in ceiling(one.kind) if right.split(".")[0] in denied))


def people(ids: Iterable[int], *, even_inactive=False) -> dict[int, Person]:
    """The rows of ROWS, user by user; inactive users are missing, unless `even_inactive`."""
    with connection.cursor() as cursor:
        cursor.execute(ROWS, [list(ids), even_inactive])
        rows = cursor.fetchall()
    found = {}
    for pk, is_master, shut, *group in rows:
        one = found.setdefault(pk, Person(MASTER if is_master else RESELLER, tuple(shut), []))
        one.groups.append(said(*group))
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
