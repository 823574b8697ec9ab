"""The companies: one large and flat, one small, one above a subtree, and many ordinary ones directly below the master."""

from dataclasses import dataclass

from django.db import connection

from resellers.models import Company

BELOW = 200  # companies below the root of the subtree, where there are ten times as many in all

PLANT = """
    INSERT INTO resellers_company (parent_id, is_master, name, email, status, currency, time_zone, created_at)
    SELECT p.parent, false, p.name, 'office@' || replace(lower(p.name), ' ', '-') || '.example', 'active',
           (ARRAY['USD', 'EUR', 'GBP'])[1 + p.place %% 3], 'UTC', now()
    FROM unnest(%s::bigint[], %s::text[]) WITH ORDINALITY p(parent, name, place)
    ORDER BY p.place RETURNING id
"""


@dataclass(frozen=True)
class Firms:
    """Ids of companies. `heads` stand directly below `root`, `leaves` below the heads, `plain` below the master."""

    big: int
    small: int
    root: int
    plain: tuple[int, ...]
    heads: tuple[int, ...]
    leaves: tuple[int, ...]

    @property
    def top(self) -> tuple[int, ...]:
        """Those directly below the master."""
        return (self.big, self.small, self.root, *self.plain)

    @property
    def all(self) -> tuple[int, ...]:
        return (*self.top, *self.heads, *self.leaves)


def master(size) -> Company:
    """The root of the tree, made where the database has none."""
    found = Company.objects.filter(is_master=True).first()
    return found or Company.objects.create(name="Scale Carrier", email="office@scale.example", is_master=True)


def plant(size, root: Company) -> Firms:
    """All companies, one statement a level."""
    below = min(BELOW, size.companies // 10)
    heads = max(1, below // 10)
    names = [f"{size.label} Reseller {number:05}" for number in range(1, size.companies - 2)]
    named = [f"{size.label} {word}" for word in ("Big", "Small", "Root")]
    plain = names[: len(names) - below]
    big, small, top, *others = planted([root.pk] * (3 + len(plain)), named + plain)
    first = planted([top] * heads, names[len(plain) : len(plain) + heads])
    rest = names[len(plain) + heads :]
    leaves = planted([first[place % heads] for place in range(len(rest))], rest)
    return Firms(big, small, top, tuple(others), tuple(first), tuple(leaves))


def planted(parents: list[int], names: list[str]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(PLANT, [parents, names])
        return [pk for (pk,) in cursor.fetchall()]
