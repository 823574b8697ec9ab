"""Who can see a row: the rule asked the other way round, and no user that the reader does not see himself.

From the row to the companies that reach it, from there to their users by their groups; nobody is looped over. Rights
hang on the set of groups somebody is in, so the rule is asked once for each set.
"""

from collections.abc import Iterable
from typing import NamedTuple

from django.contrib.postgres.aggregates import ArrayAgg
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject

from accounts import access, rights
from accounts.areas import MASTER, RESELLER
from accounts.models import AreaAccess, Role, User
from accounts.tenancy import register


class RoleSet(NamedTuple):
    """Users who are in just these groups; `kind` is that of their companies."""

    roles: tuple[int, ...]
    kind: str
    users: list[int]


def role_sets(users) -> list[RoleSet]:
    """The sets of groups that occur among some users, with the ids of who has each; one statement."""
    roles = ArraySubquery(Role.objects.filter(group__user=OuterRef("pk")).order_by("pk").values("pk"))
    rows = users.order_by().annotate(role_set=roles).values_list("role_set", "company__is_master")
    found = rows.annotate(ids=ArrayAgg("pk", order_by="pk"))
    return [RoleSet(tuple(ids), MASTER if is_master else RESELLER, people) for ids, is_master, people in found]


def groups_said(ids: Iterable[int]) -> dict[int, rights.Said]:
    """Groups as the rule reads them; one statement."""
    areas = (
        AreaAccess.objects.filter(role=OuterRef("pk"))
        .order_by("pk")
        .values(json=JSONObject(area="area", boxes="boxes"))
    )
    roles = Role.objects.filter(pk__in=set(ids)).annotate(rows=ArraySubquery(areas))
    return {role.pk: said(role, {row["area"]: row["boxes"] for row in role.rows}) for role in roles}


def said(role, rows: dict[str, list[str]]) -> rights.Said:
    return rights.said(role.pk, role.name, role.is_active, role.audience, role.default_boxes, role.known_areas, rows)


def given(roles: Iterable[int], kind: str, groups: dict[int, rights.Said]) -> frozenset[str]:
    return rights.together([groups[pk] for pk in roles if pk in groups], kind)


def able(users) -> QuerySet:
    """Those who can enter: active, in a company that is open like every one above it."""
    shut = register.closure._default_manager.exclude(ancestor__status="active")
    return users.filter(is_active=True).exclude(company__in=shut.values("descendant"))


def who_sees(reader, thing) -> QuerySet:
    """The users who see a row and are themselves in the reader's sight. Two or three statements, then rows by their ids."""
    wanted = set(register.of(type(thing)).view)
    users = access.visible(reader, User, "reseller.access")
    sets = role_sets(able(users).filter(company__in=access.reaching(thing)))
    groups = groups_said(pk for one in sets for pk in one.roles)
    seeing = [pk for one in sets if wanted & given(one.roles, one.kind, groups) for pk in one.users]
    return users.filter(pk__in=seeing).select_related("company")


class Way:
    """In words by which way each of some users sees a row, and which group gives the right."""

    def __init__(self, thing, users):
        table = register.of(type(thing))
        self.view = table.view
        self.held = rights.resolve_all([user.pk for user in users])
        self.owners = set(access.owners_of(thing, table)) if table.paths else set()
        self.assigned = dict(access.holding(thing, table).values_list("company", "started_at")) if table.cards else {}
        self.is_shared = not table.paths

    def of(self, user) -> str:
        if user.company.is_master and user.company_id not in self.owners:
            return "the carrier's own company reaches every row"
        if user.company_id in self.owners:
            return "it is his own company's"
        if user.company_id in self.assigned:
            return f"assigned to his company at {self.assigned[user.company_id]:%Y-%m-%d %H:%M}"
        return "every company may read it" if self.is_shared else "it belongs to a company below his own"

    def rights(self, user) -> list[str]:
        """The rights to see such a row that the user holds."""
        return [right for right in self.view if right in self.held.get(user.pk, rights.NONE).held]

    def groups(self, user) -> list[str]:
        return sorted({grant.role for right in self.rights(user) for grant in self.held[user.pk].sources(right)})
