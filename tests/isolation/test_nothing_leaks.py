"""Reseller A follows every link, form and htmx attribute, and reads nothing of tenant Z nor of the carrier's own."""

import re

import pytest
from django.core import mail
from django.urls import reverse

from tests.crawl import crawl, text_of
from tests.isolation.conftest import DRAWN, name_of, own
from tests.planting import SIGN
from tests.route_table import ROUTES
from tests.test_every_url import address
from tests.view_as.test_same_pages import without_length

# Pages of A that no link of another page leads to, and why.
UNLINKED = {
    "ratecards:revision_refused": "where lines were refused",
    "ratecards:revision_waive": "where lines were refused",
    "ratecards:card_job": "while a build runs",
    "accounts:job_progress": "while a job runs",
    "ratecards:import_preview": "after a sheet was uploaded",
    "ratecards:import_deck": "after a sheet was uploaded",
    "ratecards:deck_preview": "after a code deck was sent",
    "resellers:customer_import_preview": "after a sheet was uploaded",
    "resellers:customer_import_job": "while an import runs",
    "resellers:customer_import_correct": "where lines were refused",
    "resellers:customer_import_refused": "where lines were refused",
    "resellers:reseller_resume": "where an account below is suspended",
    "ratecards:compare_download": "where two revisions differ",
    "ratecards:assignment_create": "where somebody below lacks the card",
    "ratecards:revision_roll_back": "where a revision was live before",
    "ratecards:revision_activate": "where a revision is ready and not live",
    "ratecards:revision_correct": "where lines were refused",
    "ratecards:revision_release": "where a list is in quarantine",
    "ratecards:bulk_build_status": "while many cards are built",
    "ratecards:search_download": "where a search found prices",
    "resellers:company_choose": "where there are more companies than a select holds",
}  # fmt: skip


def foreign(world):
    return [
        address(name, route, world, key)
        for name, route in ROUTES.items()
        if route.object and not route.public
        for key in "bz"
    ]


def leaks(pages: dict[str, str]) -> dict[str, set[str]]:
    """{path: canaries on its page}, without the address that was asked for."""
    found = {path: set(SIGN.findall(text.replace(path.partition("?")[0], ""))) for path, text in pages.items()}
    return {path: words for path, words in found.items() if words}


def test_what_others_have_changes_no_byte_of_any_page(world, request, login):
    """Neither a text nor a number nor a count, an order or a page of a list: both worlds look the same to A."""
    client = login(world.a_admin)
    alone = crawl(client, ["/"])
    assert never_linked(alone) == set(UNLINKED), "no route drops out of the crawl unnoticed"
    alone |= crawl(client, own(world), known=alone)
    world = request.getfixturevalue("planted")
    beside = crawl(client, ["/"])
    beside |= crawl(client, own(world), known=beside)
    assert leaks(beside) == {}
    assert set(beside) == set(alone)
    assert [
        path
        for path in alone
        if without_length(alone[path]) != without_length(beside[path]) and name_of(path) not in DRAWN
    ] == []
    assert len(beside) > 150
    refused = crawl(client, foreign(world))
    assert leaks(refused) == {}


def never_linked(pages) -> set[str]:
    """The screens open to A that are not among the pages."""
    opened = {name for name, route in ROUTES.items() if "a_admin" in route.opens.split() and not route.post and not route.public
              and not route.identity and route.special.get("a_admin", 200) == 200}  # fmt: skip
    return opened - {name_of(path) for path in pages}


def test_carriers_own_pages_do_show_it(planted, login):
    """The proof that the first test can fail: the canaries stand where they may."""
    client = login(planted.admin)
    paths = [address(name, route, planted, "z") for name, route in ROUTES.items() if not (route.public or route.post)]
    pages = {path: text_of(client.get(path)) for path in paths}
    seen = {word.lower() for words in leaks(pages).values() for word in words}
    assert seen >= {"kanarie", "731947", "cnry-", "xqz"}


@pytest.mark.xdist_group("forms")  # one process looks for the forms
def test_no_answer_to_a_form_and_no_mail_shows_it(forms, undone, django_capture_on_commit_callbacks):
    client, found = forms
    answers = {}
    for form in found:
        for data in (form.values, {}, {name: ["4'\"<x>"] for name in form.values}):
            with undone(client), django_capture_on_commit_callbacks(execute=True):
                answer = getattr(client, form.method)(form.action, data)
                assert answer.status_code < 500, (form.action, data)
                answers[form.action, str(data)] = text_of(answer)
                answers[form.action, str(data), "next"] = text_of(client.get(answer.headers.get("Location") or "/"))
    assert leaks({" ".join(key): text for key, text in answers.items()}) == {}
    assert len(mail.outbox) >= 2
    for message in mail.outbox:
        assert not SIGN.search(str(message.message())), message.subject


def test_asking_a_known_person_of_another_company_tells_nothing(
    planted, login, undone, django_capture_on_commit_callbacks
):
    client = login(planted.a_admin)
    role, answers = str(planted.roles.readers.pk), {}
    for email in (planted.z_admin.email, "nobody@example.test"):
        data = {"email": email, "name": "X", "role": role, "company": str(planted.companies.a.pk), "time_zone": "UTC"}
        with undone(client), django_capture_on_commit_callbacks(execute=True):
            answer = client.post(reverse("accounts:user_invite"), data)
            page = client.get(answer.headers.get("Location", "/"))
            answers[email] = (answer.status_code, re.sub(re.escape(email), "", text_of(answer)))
            assert leaks({"page": text_of(page).replace(email, "")}) == {}
    assert len({status for status, _ in answers.values()}) == 1
    told = [message for message in mail.outbox if planted.z_admin.email in message.to]
    assert told and not SIGN.search(told[0].subject + told[0].body.replace(planted.z_admin.email, ""))
