"""From groups to rights: defaults, rows that replace them, denials that win, the ceiling that cuts last.

Groups add up; an explicitly empty row denies its area whatever the other groups say; an inactive group gives nothing;
what the catalogue does not know is not a right.
"""

from dataclasses import dataclass

from django.db import connection

from accounts.areas import AREAS, MASTER, RESELLER, RIGHTS, ceiling, drawn

__all__ = ["NONE", "RIGHTS", "Grant", "Rights", "of_role", "potential", "resolve"]


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


@dataclass(frozen=True)
class Rights:
    """A user's rights and where each comes from. `groups` are his groups: (name, active)."""

    held: frozenset[str] = frozenset()
    grants: tuple[Grant, ...] = ()
    groups: tuple[tuple[str, bool], ...] = ()
    kind: str = ""

    def sources(self, right: str) -> list[Grant]:
        area = right.split(".")[0]
        return [grant for grant in self.grants if grant.area == area and right in drawn(area, grant.boxes)]

    def reasons(self, right: str) -> list[tuple[bool, str]]:
        """Steps of the decision for one right, in words: (opens, text)."""
        area = right.split(".")[0]
        if not self.grants:
            return [(False, "no active group")]
        steps = [(False, f"group “{grant.role}” denies {AREAS[area].label}") for grant in self.grants
                 if grant.area == area and grant.denies]  # fmt: skip
        steps = steps or [(True, f"group “{grant.role}” gives it") for grant in self.sources(right)]
        steps = steps or [(False, "no group gives it")]
        return steps + [(right in ceiling(self.kind), f"a {self.kind} company can hold it" if right in ceiling(self.kind)
                         else f"no {self.kind} company can hold it")]  # fmt: skip


NONE = Rights()

ROWS = """
    SELECT r.group_id, r.name, r.is_active, r.default_boxes, r.known_areas, c.is_master,
           coalesce(json_object_agg(a.area, a.boxes) FILTER (WHERE a.area IS NOT NULL), '{}')
    FROM accounts_user_groups ug JOIN accounts_role r ON r.group_id = ug.group_id
    JOIN accounts_user u ON u.id = ug.user_id JOIN resellers_company c ON c.id = u.company_id
    LEFT JOIN accounts_areaaccess a ON a.role_id = r.group_id
    WHERE ug.user_id = %s AND (u.is_active OR %s) AND r.audience = CASE WHEN c.is_master THEN 'master' ELSE 'reseller' END
    GROUP BY r.group_id, c.is_master ORDER BY r.name
"""


def resolve(user) -> Rights:
    """All rights of a user from the database, one statement; nobody's rights are none."""
    rows = groups_of(user)
    if not rows:
        return NONE
    kind = MASTER if rows[0][5] else RESELLER
    grants = [grant for row in rows if row[2] for grant in says(row)]
    return Rights(combine(grants, kind), tuple(grants), tuple((row[1], row[2]) for row in rows), kind)


@dataclass(frozen=True)
class Potential:
    """What a user would hold, and the rights that any of his groups denies, were he and all his groups active."""

    held: frozenset[str] = frozenset()
    denied: frozenset[str] = frozenset()


def potential(user) -> Potential:
    """All that a user can come to by being activated, he or a group of his; one statement.

    Nobody relies on what sleeps: for `held` an inactive group gives but denies nothing.
    """
    rows = groups_of(user, even_inactive=True)
    if not rows:
        return Potential()
    kind = MASTER if rows[0][5] else RESELLER
    grants = [(grant, row[2]) for row in rows for grant in says(row)]
    held = combine([grant for grant, is_active in grants if is_active or not grant.denies], kind)
    denied = {grant.area for grant, _ in grants if grant.denies}
    return Potential(held, frozenset(right for right in ceiling(kind) if right.split(".")[0] in denied))


def groups_of(user, *, even_inactive=False) -> list[tuple]:
    """The rows of ROWS; none for an inactive user, unless `even_inactive`."""
    with connection.cursor() as cursor:
        cursor.execute(ROWS, [user.pk, even_inactive])
        return cursor.fetchall()


def says(row: tuple) -> list[Grant]:
    role_id, name, _, default_boxes, known_areas, _, areas = row
    return of_role(role_id, name, default_boxes, known_areas, areas)


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
