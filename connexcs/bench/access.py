"""What the two locks cost on the lists of customers, and whether lists stay as fast when everybody's data grow."""

from collections.abc import Iterator
from functools import partial

from django.db import connection, transaction
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from accounts import access, acl
from accounts.lists import show_page
from accounts.proof import KINDS, findings
from connexcs.bench.measure import Figure, compared, exact, seconds
from connexcs.bench.world import World
from resellers.filters import CustomerFilter
from resellers.grids import CustomerTable
from resellers.models import Customer

RIGHT = "customer.view"
SEARCH = {"name": "kestrel"}
ASKED = {  # the list, then a search in it: counted to the cap, as the panel does unasked, or exactly
    "counted exactly": [RequestFactory().get("/", data | {"count": "exact"}) for data in ({}, SEARCH)],
    "counted to 10,000": [RequestFactory().get("/", data) for data in ({}, SEARCH)],
}
PAGES = (("100k customers", "big", 1.15), ("200 customers", "small", 1.5), ("200 companies", "root", 1.3))
LISTS = {  # path of a list: those who open it and have a full page of it even at a hundredth
    "/management/customers/": ("big", "small", "root", "admin"),
    "/setup/advanced/reseller-accounts/": ("admin",),
    "/setup/settings/users/": ("admin",),
    "/setup/information/audit-log/": ("admin",),
}
MOST_STATEMENTS, MOST_GROWTH, AUDIT_SECONDS = 12, 1.3, 1.0


def run(world: World) -> Iterator[Figure]:
    for name, kind, target in PAGES:
        for how, requests in ASKED.items():
            ours, limit = partial(both_locks, world, kind, requests), partial(plainly, world, kind, requests)
            yield compared(f"access: {name}, {how}", ours, limit, target)
    yield from growth(world)
    yield from statements(world)
    yield from grants(world)


# -- list, count and search: with both locks, and as a plain query on the index ----------------------------------------


def both_locks(world: World, kind: str, requests) -> None:
    """What the list of customers and a search in it ask, in one unit of work of that user, opened as for a request."""
    user = world.user(kind)
    with world.through(world.login), transaction.atomic():
        acl.enter(user, read_only=True)
        try:
            list_and_search(access.visible(user, Customer, RIGHT), requests)
        finally:
            acl.forget()


def plainly(world: World, kind: str, requests) -> None:
    """The same pages over the companies' ids as constants, past row security, in no transaction."""
    with world.through(world.owner):
        list_and_search(Customer.objects.filter(**plain_filter(world, kind)), requests)


def plain_filter(world: World, kind: str) -> dict:
    ids = world.below(kind)
    return {"company": ids[0]} if len(ids) == 1 else {"company__in": ids}


def list_and_search(rows, requests) -> None:
    """The rows and the count of both pages, by the very parts of the view: its filter, table and paginator."""
    for request in requests:
        chosen = CustomerFilter(request.GET, queryset=rows.select_related("company"), request=request)
        table = CustomerTable(chosen.qs)
        show_page(request, table)
        list(table.page.object_list)


# -- whole pages -------------------------------------------------------------------------------------------------------


def growth(world: World) -> Iterator[Figure]:
    """Server time of each list at full data against a hundredth of them, whole requests."""
    if world.small is None:
        return
    for path, kinds in LISTS.items():
        for kind in kinds:
            full, hundredth = opener(world, kind, path), opener(world.small, kind, path)
            yield compared(f"growth: {path} {kind}", full, hundredth, MOST_GROWTH)


def opener(world: World, kind: str, path: str):
    """A function that opens a page as that user and fails unless it is the page."""
    with world.through(world.login):
        client = Client()
        client.force_login(world.user(kind), backend="accounts.backends.IdentityBackend")

    def opened():
        with world.through(world.login):
            status = client.get(path).status_code
        if status != 200:
            raise RuntimeError(f"{path} answered {status} to {kind}")

    return opened


def statements(world: World) -> Iterator[Figure]:
    """The most statements that any list needs inside its unit of work."""
    most = 0
    for path, kinds in LISTS.items():
        for kind in kinds:
            page = opener(world, kind, path)
            page()
            with world.through(world.login), CaptureQueriesContext(connection) as captured:
                page()
            asked = [one["sql"] for one in captured.captured_queries]
            entered = next(number for number, sql in enumerate(asked) if "acl.enter" in sql)
            most = max(most, len(asked[entered:]))
    yield exact("access: statements of a list page", most, MOST_STATEMENTS, "statements")


def grants(world: World) -> Iterator[Figure]:
    """The proof of companies' and cards' grants: each against what it derives from."""
    kinds = [kind for kind in KINDS if "_grant_" in kind.name]

    def proved() -> None:
        with connection.cursor() as cursor:
            if found := findings(cursor, kinds):
                raise RuntimeError(f"the grants of the world are wrong: {found[0]}")

    with world.through(world.owner):
        taken = sorted(seconds(proved) for _ in range(5))
    yield Figure("access: audit of the grants", taken[2], taken[0], taken[4], AUDIT_SECONDS, "s", ours_s=taken[2])
