"""What view-as shows is what the person's own login shows: status, headers and body of every GET, byte for byte.

`ALLOWED` is the whole list of what may differ, each with its reason; everything else must be equal.
"""

import re

import pytest
from django.urls import reverse

from tests.crawl import crawl, headers_of, text_of
from tests.route_table import ROUTES
from tests.view_as.looks import begin

ALLOWED = {
    "the banner, which says that this is a look": (r'\n<div class="view-as" role="status">.*?</div>\n', ""),
    "the token against forged requests, masked anew on every page": (r'(name="csrfmiddlewaretoken" value=")\w+', r"\1"),
    "words for how long ago something was, for the second request comes later": (
        r">(now|(an?|\d+)\s(second|minute)s?\sago)<", "><"),
}  # fmt: skip
# Content-Length counts the banner too, and the banner's form sets the token's cookie where a page has no form of its own.
HEADERS, COOKIES = {"Content-Length"}, {"csrf"}
# Not pages of the panel as the person sees it: his own identity, which stays shut, and what shows no tenant anything.
SHUT = {name for name, route in ROUTES.items() if route.identity}
TIMED = {"readyz"}  # the machine's health, which tells of nobody and measures itself anew each time


def normal(body: str) -> str:
    for pattern, instead in ALLOWED.values():
        body = re.sub(pattern, instead, body, flags=re.S)
    return body


def without_length(page: str) -> str:
    """A page of the crawl, which ends with its headers."""
    return re.sub(r"'Content-Length': '\d+'", "", normal(page))


def seen(client, path):
    """(status, headers, body) of a page as it is compared."""
    answer = client.get(path)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    headers = {name: value for name, value in headers_of(answer).items() if name not in HEADERS}
    return answer.status_code, headers, set(answer.cookies) - COOKIES, normal(body.decode())


@pytest.fixture
def both(world, login):
    """both(user) -> the client of the user himself, and that of the administrator who looks through his eyes."""

    def clients(user):
        own, viewer = login(user), login(world.admin)
        assert begin(viewer, user).status_code == 302
        return own, viewer

    return clients


def addresses(world, keys):
    """Every route of the table with objects of these tenants, the person's own or foreign ones, and unknown pages."""
    for name in sorted(set(ROUTES) - SHUT - TIMED):
        route = ROUTES[name]
        for key in keys if route.object else keys[:1]:
            yield reverse(name, kwargs=route.object(world, key) if route.object else {}) + route.query
    yield from (
        "/no/such/page/",
        "/admin/",
        "/admin/accounts/user/",
        "/management/customers/?search=Customer&sort=-name&page=2",
    )


@pytest.mark.parametrize("name", ["a_admin", "a_reader", "a1_admin"])
def test_every_route_looks_the_same_to_both(world, both, name):
    """The administrator meets foreign objects as well."""
    own, viewer = both(getattr(world, name))
    compared = 0
    for path in addresses(world, "ab" if name == "a_admin" else "a"):
        assert seen(viewer, path) == seen(own, path), path
        compared += 1
    assert compared > 100


def test_every_page_a_crawl_reaches_looks_the_same_to_both(world, both):
    own, viewer = both(world.a_admin)
    shut = {reverse(name) for name in SHUT if not ROUTES[name].object}
    pages = {path: page for path, page in crawl(own, ["/"]).items() if path not in shut}
    for path, page in pages.items():
        assert without_length(text_of(viewer.get(path))) == without_length(page), path
    assert len(pages) > 60


def test_page_without_access_looks_the_same_to_both(world, both):
    own, viewer = both(world.a_dormant)
    assert seen(viewer, "/") == seen(own, "/")
    assert "No access" in viewer.get("/").content.decode()


def test_comparison_would_notice_another_persons_page(world, login):
    assert seen(login(world.a_admin), "/") != seen(login(world.a_reader), "/")


@pytest.mark.parametrize("reason", ALLOWED)
def test_each_allowance_is_needed(world, both, reason):
    """Nothing stands on the list that is not there: it draws something out of the two pages of one person."""
    own, viewer = both(world.a_admin)
    pattern, instead = ALLOWED[reason]
    path = reverse("accounts:user_detail", args=[world.a_admin.pk])
    for client in (viewer, own) if "banner" not in reason else (viewer,):
        text = client.get(path).content.decode()
        assert re.sub(pattern, instead, text, flags=re.S) != text
