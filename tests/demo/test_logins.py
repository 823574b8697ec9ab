"""Everybody whom the demo names logs in at the door that people use, and sees what is his and no more."""

import html
import re
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar

import pytest

from tests.demo.conftest import environment
from tests.server import panel

pytestmark = pytest.mark.xdist_group("demo_world")  # one process loads it for all

FIGURE = re.compile(r'class="stat-label">(?:<a [^>]*>)?([^<]+).*?class="stat-value">([^<]+)', re.DOTALL)
ALL_OF_THE_MASTER = {"Resellers": 5, "Customers": 94, "Users": 15, "Provider rate cards": 2, "Customer rate cards": 2}
SEEN = {  # what the dashboard counts for each of them
    "ada@tamarind.example": ALL_OF_THE_MASTER,
    "ben@tamarind.example": ALL_OF_THE_MASTER,
    "rates@tamarind.example": {name: number for name, number in ALL_OF_THE_MASTER.items() if name != "Users"},
    "sam@tamarind.example": ALL_OF_THE_MASTER,
    "maya@bramble.example": {"Resellers": 1, "Customers": 43, "Users": 6, "Provider rate cards": 1, "Customer rate cards": 2},
    "lars@bramble.example": {"Resellers": 1, "Customers": 43, "Users": 6, "Provider rate cards": 1, "Customer rate cards": 2},
    "vera@bramble.example": {"Resellers": 1, "Customers": 43, "Users": 6, "Provider rate cards": 1, "Customer rate cards": 2},
    "joris@kestrel.example": {"Resellers": 0, "Customers": 21, "Users": 2, "Provider rate cards": 2, "Customer rate cards": 1},
    "paula@kestrel.example": {"Resellers": 0, "Customers": 21, "Users": 2, "Provider rate cards": 2, "Customer rate cards": 1},
    "iris@copperline.example": {"Resellers": 0, "Customers": 12, "Users": 2, "Provider rate cards": 1, "Customer rate cards": 1},
    "hugh@copperline.example": {"Resellers": 0, "Customers": 12, "Users": 2, "Provider rate cards": 1, "Customer rate cards": 1},
    "tove@pinefield.example": {"Resellers": 0, "Customers": 9, "Users": 2, "Provider rate cards": 1, "Customer rate cards": 1},
    "emil@pinefield.example": {"Resellers": 0, "Customers": 9, "Users": 2, "Provider rate cards": 1, "Customer rate cards": 1},
}  # fmt: skip
SHUT_OUT = {"nils@bramble.example": "None of your groups is active", "omar@duskwater.example": "closed or suspended"}


@pytest.fixture(scope="module")
def address(demo):
    own = {name: environment(demo.database, demo.folder)[name] for name in ("CONNEXCS_DATA_DIR", "CONNEXCS_DEMO")}
    with panel(demo.database, **own) as url:
        yield url


@pytest.fixture
def enter(demo, address):
    """enter(email) -> (status, text) of the first page after the login with the password that the demo tells."""
    passwords = {login["email"]: login["password"] for login in demo.logins}

    def log_in(email):
        browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', answer(browser, f"{address}/login/")[1]).group(
            1
        )
        form = {"login": email, "password": passwords[email], "csrfmiddlewaretoken": token}
        return answer(browser, f"{address}/login/", urllib.parse.urlencode(form).encode())

    return log_in


def answer(browser, url, data=None):
    try:
        with browser.open(url, data, timeout=30) as page:
            return page.status, page.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def figures(page):
    found = {html.unescape(label).strip(): int(value.replace("\u202f", "")) for label, value in FIGURE.findall(page)}
    return {label: number for label, number in found.items() if label in ALL_OF_THE_MASTER}


def test_everybody_who_is_named_is_expected_here(demo):
    assert {login["email"] for login in demo.logins} == SEEN.keys() | SHUT_OUT.keys()


@pytest.mark.parametrize("email", SEEN)
def test_the_dashboard_counts_what_is_his(email, enter):
    status, page = enter(email)

    assert status == 200
    assert figures(page) == SEEN[email]


@pytest.mark.parametrize("email", SHUT_OUT)
def test_who_has_nothing_is_told_so_and_sees_nothing(email, enter):
    status, page = enter(email)

    assert status == 403
    assert SHUT_OUT[email] in page
    assert figures(page) == {}
