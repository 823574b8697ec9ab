"""A walk through the panel: from the menu along every link, one page of each kind."""

from collections import deque
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve

from tests.browser_flow.site import Person

FILES = {
    "ratecards:card_download",
    "ratecards:search_download",
    "ratecards:compare_download",
    "ratecards:revision_refused",
    "resellers:customer_export",
    "resellers:customer_import_refused",
    "mfa_download_recovery_codes",
}  # no pages
ELSEWHERE = ("admin", "account_logout", "account_reset_password")  # another look, or not inside the panel
FAMILIES = {"ratecards:provider_card_list": "provider", "ratecards:customer_card_list": "customer"}


class Stop(NamedTuple):
    """One page of the walk; `name` is its route, `family` the list where the walker met the card that it shows."""

    name: str
    family: str
    path: str


def walk(person: Person) -> Iterator[Stop]:
    """Opens page after page and stands on it while its stop is yielded; whoever looks may not lead elsewhere."""
    queue, seen, families = deque(links(person, "nav")), set(), {}
    while queue:
        path = queue.popleft()
        name, code = route(path)
        stop = Stop(name, families.get(code, ""), path)
        if not name or name in FILES or name.startswith(ELSEWHERE) or stop[:2] in seen:
            continue
        seen.add(stop[:2])
        person.open(path)
        found = links(person, "main") + links(person, "header")
        if name in FAMILIES:
            families |= {code: FAMILIES[name] for _, code in map(route, found) if code and code not in families}
        yield stop
        queue.extend(found)


def links(person: Person, part: str) -> list[str]:
    """The addresses within the panel that a part of the page leads to, without their questions."""
    found = person.page.locator(f"{part} a[href]").evaluate_all("all => all.map(one => one.href)")
    here = urlsplit(person.page.url).netloc
    return [url.path for url in map(urlsplit, found) if url.netloc == here]


def route(path: str) -> tuple[str, str]:
    """(name of the route, code of the card), each empty where there is none."""
    try:
        match = resolve(path)
    except Resolver404:
        return "", ""
    return match.view_name, match.kwargs.get("code", "")
