"""Rights as a table, areas by actions, with the words behind every cell: asked of the very rule that decides."""

from typing import NamedTuple

from accounts import access, rights
from accounts.areas import AREAS, MASTER, RESELLER, ceiling

ABOVE = "the carrier's own staff only"
ACTIONS = tuple(dict.fromkeys(action for one in AREAS.values() for action in one.actions))


class Cell(NamedTuple):
    """Whether the action is allowed, and why or why not."""

    is_held: bool
    text: str


class Matrix(NamedTuple):
    """`columns` are the words for ACTIONS; `rows` are (area's label, a Cell or None for each action)."""

    columns: list[str]
    rows: list[tuple[str, list[Cell | None]]]


def of_user(user) -> Matrix:
    """What a user may do and which of his groups is behind it, or what stands in the way."""
    return matrix(lambda right: user_cell(user, right))


def of_group(role) -> Matrix:
    """What a group gives by itself; its `areas` are read once."""
    rows = {row.area: row.boxes for row in role.areas.all()}
    grants = rights.of_role(role.pk, role.name, role.default_boxes, role.known_areas, rows)
    alone = rights.Rights(rights.combine(grants, role.audience), tuple(grants), ((role.name, True),), role.audience)
    return matrix(lambda right: group_cell(alone, right))


def matrix(cell) -> Matrix:
    columns = [action.removesuffix("_rates").replace("_", " ").capitalize() for action in ACTIONS]
    rows = [(one.label, [cell(f"{area}.{action}") if action in one.actions else None for action in ACTIONS])
            for area, one in AREAS.items()]  # fmt: skip
    return Matrix(columns, rows)


def user_cell(user, right: str) -> Cell:
    """Held as access.may says; the words are the groups that give it, or the one thing that stands in the way."""
    if access.may(user, right):
        return Cell(True, ", ".join(grant.role for grant in access.rights_of(user).sources(right)))
    if user.is_active and right not in ceiling(MASTER if user.company.is_master else RESELLER):
        return Cell(False, ABOVE)
    return Cell(False, next(step.text for step in access.explain(user, right) if not step.opens))


def group_cell(alone: rights.Rights, right: str) -> Cell:
    grant = next((grant for grant in alone.grants if grant.area == right.split(".")[0]), None)
    if right in alone.held:
        return Cell(True, "by its row" if grant.by_row else "by the default")
    if grant and grant.denies:
        return Cell(False, "denied")
    if right not in ceiling(alone.kind):
        return Cell(False, ABOVE)
    return Cell(False, "not given")
