"""Row by row: for every user, what guardian's side would show against what row security does show.

The first is access.within, the very filter of access.visible, over tables in which every row can be read. The second is
acl.enter and no filter at all. Counts and sums of hashes of the keys are computed in the database; only where they
differ are keys fetched. Users whom both sides give the same scope share the work, for no policy of reading asks who the
actor is. Rights stay out of it: a right is a question about a whole area and both sides leave it to the catalogue.

Prices of a card that is assigned have to be opened first, and the database opens fewer of them than guardian's side
would (those of the time of the assignment): there each row that the database shows must be one that guardian's shows.
"""

import contextlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from django.core.exceptions import EmptyResultSet
from django.db import connection

from accounts import access, acl
from accounts.models import User
from accounts.proof.finding import LEAK, Finding, Kind, case
from accounts.tenancy import Table, register

ROWS = Kind("rows_differ", LEAK, "Users to whom the two locks show different rows",
            "look at the other findings first; else a policy or a filter is wrong", lambda cursor: ())  # fmt: skip
NOTHING = (0, 0)
SUM = "SELECT '{name}', count(*), coalesce(sum(hashint8extended(pk::bigint, 0)), 0) FROM ({rows}) {alias}"
MOST_KEYS, SHOWN_KEYS, CARDS_AT_ONCE = 100_000, 5, 50
WHO = """
    SELECT u.id, r.company, r.role, r.scope FROM accounts_user u, LATERAL acl.resolve(u.id) r WHERE u.id = ANY (%s)
"""
READABLE = (
    "SELECT t FROM unnest(%s, %s) AS x(t, pk) WHERE has_column_privilege('public.' || quote_ident(t), pk, 'SELECT')"
)


@dataclass(frozen=True)
class Share:
    """Users to whom both sides give one scope. `first` stands for all of them."""

    users: tuple[User, ...]
    reach: access.Scope

    @property
    def first(self) -> User:
        return self.users[0]

    def __str__(self):
        more = f" and {len(self.users) - 1} more of company {self.first.company_id}" if len(self.users) > 1 else ""
        return f"user {self.first.pk} ({self.first.email}){more}"


@dataclass(frozen=True)
class Compared:
    """What a comparison came to: users looked at, rows compared, cases of difference."""

    users: int
    rows: int
    findings: list[Finding]


def batches(size: int = 25) -> list[list[int]]:
    """Ids of all users, whole companies together, `size` companies a batch. As the login role."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT array_agg(id ORDER BY id) FROM accounts_user GROUP BY company_id ORDER BY company_id")
        companies = [ids for (ids,) in cursor.fetchall()]
    return [sum(companies[start : start + size], []) for start in range(0, len(companies), size)]


def compare(ids: Iterable[int], every_row: Callable) -> Compared:
    """Both sides for these users, in the open transaction of the login role.

    `every_row()` is a context in which queries see all rows; outside of it they are the login role's again. Nobody
    can enter for users who are inactive or suspended: they see nothing by either side.
    """
    users, rows, cases = list(ids), 0, []
    for share in shares(users, every_row):
        shown, opened = by_row_security(share)
        with every_row():
            granted = by_guardian(share)
            strange = [(table, ids_not_granted(share, table, keys)) for table, keys in opened]
        rows += sum(count for count, _ in granted.values())
        cases += [
            difference(share, table, granted, shown, every_row) for table in tables() if granted[table] != shown[table]
        ]
        cases += [case(ROWS, share, f"{table.name}: row security opens {listed(keys)} and guardian's side does not")
                  for table, keys in strange if keys]  # fmt: skip
    return Compared(len(users), rows, cases)


def tables() -> list[Table]:
    """What any screen can show. The grants themselves have no screen; they are compared as sets."""
    return [table for table in register.tables.values() if table.view]


def needs_opening(table: Table) -> bool:
    return table.cards not in (None, "pk")


def shares(ids: list[int], every_row: Callable) -> list[Share]:
    with connection.cursor() as cursor:
        cursor.execute(WHO, [ids])
        resolved = {pk: rest for pk, *rest in cursor.fetchall()}
    together: dict = {}
    with every_row():
        for user in User.objects.filter(pk__in=resolved).order_by("pk"):
            reach = access.scope(user)
            together.setdefault((*resolved[user.pk], reach), []).append(user)
    return [Share(tuple(users), reach) for (*_, reach), users in together.items()]


# -- guardian's side ---------------------------------------------------------------------------------------------------


def filtered(share: Share, table: Table):
    """The rows guardian's side gives without opening anything."""
    reach = replace(share.reach, cards=()) if needs_opening(table) else share.reach
    return table.model._base_manager.filter(access.within(reach, table)).order_by().values("pk")


def by_guardian(share: Share) -> dict[Table, tuple[int, int]]:
    parts, values = [], []
    for table in tables():
        with contextlib.suppress(EmptyResultSet):  # the allow-list's last line
            sql, params = filtered(share, table).query.sql_with_params()
            parts.append(SUM.format(name=table.name, rows=sql, alias="shown(pk)"))
            values += params
    return summed(parts, values)


def ids_not_granted(share: Share, table: Table, keys: list[int]) -> list[int]:
    granted = table.model._base_manager.filter(access.within(share.reach, table), pk__in=keys)
    return sorted(set(keys) - set(granted.values_list("pk", flat=True)))


# -- row security's side -----------------------------------------------------------------------------------------------


@contextlib.contextmanager
def entered(user: User) -> Iterator[None]:
    """As the database sees the user, reading only; then the login role again, in the same transaction."""
    acl.enter(user, read_only=True)
    yield
    acl.leave()


def by_row_security(share: Share):
    """{table: (count, sum)} with no filter, and [(table, keys)] of what opening the cards in use adds."""
    with entered(share.first):
        names = readable()
        parts = [
            SUM.format(name=table.name, rows=all_keys(table), alias="shown")
            for table in tables()
            if table.name in names
        ]
        shown = summed(parts, [])
        opened = [] if share.reach.everything else list(opened_rows(share.reach.cards))
    return shown, opened


def readable() -> set[str]:
    """Tables whose key the current role may read; of the others it sees nothing."""
    with connection.cursor() as cursor:
        cursor.execute(
            READABLE, [[table.name for table in tables()], [table.model._meta.pk.column for table in tables()]]
        )
        return {name for (name,) in cursor.fetchall()}


def all_keys(table: Table) -> str:
    return f'SELECT "{table.model._meta.pk.column}" AS pk FROM "{table.name}"'


def opened_rows(cards: tuple[int, ...]):
    """(table, keys) of the rows of these cards, opened as a screen opens them."""
    for start in range(0, len(cards), CARDS_AT_ONCE):
        some = list(cards[start : start + CARDS_AT_ONCE])
        acl.open_cards(some)
        for table in filter(needs_opening, tables()):
            rows = table.model._base_manager.filter(**{f"{table.cards}__in": some})
            yield table, list(rows.order_by("pk").values_list("pk", flat=True))


# -- both --------------------------------------------------------------------------------------------------------------


def summed(parts: list[str], values: list) -> dict[Table, tuple[int, int]]:
    """Count and sum of hashes of each table, one statement; a table without a part shows nothing."""
    found = {}
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), values)
            found = {name: (count, total) for name, count, total in cursor.fetchall()}
    return {table: found.get(table.name, NOTHING) for table in tables()}


def difference(share: Share, table: Table, granted: dict, shown: dict, every_row: Callable) -> Finding:
    """The case of one table, with the first keys that only one side shows."""
    with every_row():
        first = set(filtered(share, table).order_by("pk").values_list("pk", flat=True)[:MOST_KEYS])
    with entered(share.first):
        rows = table.model._base_manager.order_by("pk").values_list("pk", flat=True)
        second = set(rows[:MOST_KEYS]) if table.name in readable() else set()
    words = [f"{table.name}: guardian's side shows {granted[table][0]}, row security {shown[table][0]}"]
    words += [f"only guardian's: {listed(sorted(first - second))}"] if first - second else []
    words += [f"only row security's: {listed(sorted(second - first))}"] if second - first else []
    return case(ROWS, share, "; ".join(words))


def listed(keys: list) -> str:
    shown = ", ".join(map(str, keys[:SHOWN_KEYS]))
    return f"{shown} and {len(keys) - SHOWN_KEYS} more" if len(keys) > SHOWN_KEYS else shown
