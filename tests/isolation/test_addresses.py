"""Every address with an id in it: foreign, unknown, mixed and malformed ones, walked from the resolver."""

import re
from urllib.parse import unquote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, Resolver404, resolve, reverse

from accounts.checks import patterns
from tests.crawl import text_of
from tests.isolation.conftest import difference
from tests.planting import NUMBER
from tests.route_table import ROUTES
from tests.test_every_url import written
from tests.view_as.test_same_pages import without_length

NEVER = NUMBER + 999
MALFORMED = ["0", "-1", str(2**63), "1e3", "\u0661\u0662", "x" * 5000, "%00", "..%2f..", "' OR 1=1--"]
OBJECTS = sorted(name for name, route in ROUTES.items() if route.object and not route.public)


def never(kwargs: dict) -> dict:
    """The same address of what never was: a number, a code or a long key of the same kind."""
    return {name: NEVER if isinstance(value, int) else unknown(value) for name, value in kwargs.items()}


def unknown(text: str) -> str:
    if text.isdigit():
        return str(NEVER)
    return {9: "zzzz-zzzz", 36: "00000000-0000-4000-8000-000000000000"}.get(len(text), text)


def asked(client, method: str, url: str, undone):
    """(status, headers and body without what names the id or changes from page to page, statements asked)."""
    with undone(client), CaptureQueriesContext(connection) as statements:
        answer = getattr(client, method)(url)
    return answer.status_code, without_length(text_of(answer)).replace(url, "URL"), len(statements)


@pytest.mark.parametrize(
    ("persona", "methods"),
    [
        ("a_admin", ("get", "head", "post")),
        ("a_reader", ("get",)),
        ("a1_admin", ("get",)),
    ],
)
def test_foreign_and_unknown_ids_answer_alike_in_status_bytes_and_statements(planted, login, undone, persona, methods):
    client = login(getattr(planted, persona))
    client.get("/")  # the first request of a session notes it
    before = written()
    for name in OBJECTS:
        route = ROUTES[name]
        for method in () if route.shared or route.public else methods:
            foreign = [route.object(planted, key) for key in "zb"]
            wanted = asked(client, method, reverse(name, kwargs=never(foreign[0])), undone)
            assert wanted[0] in (403, 404, 405), (name, method)
            for kwargs in foreign:
                assert asked(client, method, reverse(name, kwargs=kwargs), undone) == wanted, (name, method, kwargs)
    assert difference(before, written()) == {}


PATHS = {":".join([*spaces, one.name or path]): path for path, one, spaces in patterns()}
MIXED = [name for name in OBJECTS if "<code:code>" in PATHS[name] and PATHS[name].count("<") > 1]


def mixed(world, route):
    """Ids of one object of A's and of the rest of a foreign one's, in both orders."""
    own = route.object(world, "a")
    own["code"] = world.cards["Private retail a"].code  # a card of A's whatever the row is about
    for key in "zb":
        foreign = route.object(world, key)
        for kwargs in (own | {one: foreign[one] for one in foreign if one != "code"}, own | {"code": foreign["code"]}):
            if kwargs != own:  # both count their revisions from one
                yield kwargs


def test_own_parent_with_a_foreign_child_and_the_reverse_do_not_exist(planted, login, undone):
    client = login(planted.a_admin)
    client.get("/")
    before = written()
    for name in MIXED:
        for kwargs in mixed(planted, ROUTES[name]):
            for method in ("get", "post"):
                status, body, _ = asked(client, method, reverse(name, kwargs=kwargs), undone)
                assert status in (403, 404, 405), (name, kwargs, method)
        assert difference(before, written()) == {}, name


def malformed(world):
    """(route, what is no id, address) with each id of each route replaced by what is none."""
    for name in OBJECTS:
        path = PATHS[name]
        own = ROUTES[name].object(world, "a")
        for broken in own:
            for value in MALFORMED:
                yield name, value, "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found, b=broken, v=value, o=own: v if found[1] == b else str(o[found[1]]), path)  # fmt: skip


def leads_nowhere(url: str) -> bool:
    try:
        resolve(unquote(url))
    except Resolver404:
        return True
    return False


def test_malformed_ids_are_not_found_and_never_a_fault(world, login):
    """What no route takes is one answer, so it is asked once for each kind of nonsense."""
    client = login(world.a_admin)
    asked, nowhere = [], {}
    for name, value, url in malformed(world):
        if leads_nowhere(url):
            nowhere.setdefault(value, (name, url))
        else:
            asked.append((name, url))
    assert len(nowhere) == len(MALFORMED) and len(asked) > 50
    odd = {(name, url): status for name, url in [*asked, *nowhere.values()]
           if (status := client.get(url).status_code) not in (302, 400, 403, 404, 405)}  # fmt: skip
    assert odd == {}


def test_groups_of_the_carriers_own_staff_are_unknown_to_a_reseller(world, login):
    client = login(world.a_admin)
    for role in (world.roles.admins, world.roles.auditors):
        url = reverse("accounts:group_detail", args=[role.pk])
        gone = reverse("accounts:group_detail", args=[NUMBER])
        assert (client.get(url).status_code, client.get(gone).status_code) == (404, 404)
        assert without_length(text_of(client.get(url))) == without_length(text_of(client.get(gone)))


@pytest.mark.parametrize("kind", ["password", "accounts_user", "Customer", "customer.name", "../customer", "x" * 300])
def test_who_sees_takes_no_kind_but_those_it_knows(world, login, kind):
    try:
        url = reverse("accounts:who_sees", kwargs={"kind": kind, "key": str(world.customers["a_0"].pk)})
    except NoReverseMatch:
        return
    assert login(world.a_admin).get(url).status_code == 404
