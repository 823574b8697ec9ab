"""Every page by the rules of axe: along the menu as the carrier and as a reseller, then what no link leads to."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser_flow.inspection import LOOKS, faults
from tests.browser_flow.sheets import DIRTY
from tests.browser_flow.tour import walk
from tests.route_table import ROUTES

pytestmark = pytest.mark.xdist_group("browser")  # one process drives the browser


NOT_LINKED = {  # fragments, files, and pages of a state that the first object of its kind is not in (drafts: see below)
    "accounts:job_progress", "accounts:group_activate", "accounts:group_delete", "resellers:reseller_resume", "ratecards:assignment_create",
    "ratecards:card_download", "ratecards:compare_download", "ratecards:revision_roll_back", "ratecards:search_download",
    "resellers:customer_export", "resellers:company_choose", "ratecards:profit_match",
    "ratecards:revision_waive", "ratecards:revision_delete", "ratecards:revision_release",
    "ratecards:draft_rates", "ratecards:draft_rate", "ratecards:draft_bulk", "ratecards:draft_paste",
}  # fmt: skip
RESELLER = {
    "dashboard", "accounts:user_list", "accounts:job_list", "resellers:reseller_list", "resellers:customer_list",
    "ratecards:card_detail", "ratecards:card_rates", "ratecards:card_build", "ratecards:card_profits",
    "ratecards:card_assignments", "ratecards:revision_activate",
}  # fmt: skip
CARDS = "/management/rate-cards"
OF_A_DRAFT = (
    "",
    "rates/",
    "rates/row/",
    "rates/row/?prefix=44",
    "rates/paste/",
    "rates/bulk/",
    "delete/",
    "waive/",
    "activate/",
)
EMPTY = (
    "/management/customers/?name=zzz", f"{CARDS}/provider/?name=zzz", f"{CARDS}/search/", f"{CARDS}/search/?number=999",
    f"{CARDS}/search/?number=44x",
)  # fmt: skip
FORMS = (
    "/management/customers/new/", "/management/carriers/new/", "/setup/settings/users/new/", "/setup/settings/groups/new/",
    "/setup/advanced/reseller-accounts/new/", f"{CARDS}/provider/new/", f"{CARDS}/customer/new/",
)  # fmt: skip


def test_carrier_meets_no_fault_along_all_links(person):
    admin = person("admin@example.test")
    met = {}
    for stop in walk(admin):
        if stop.name not in met:
            met[stop.name] = faults(admin, stop.name, frame=stop.name == "dashboard")
    assert [fault for found in met.values() for fault in found] == []
    assert admin.complaints == []
    assert expected("admin") - set(met) <= NOT_LINKED


@pytest.mark.long
def test_reseller_meets_no_fault_along_all_links(person):
    """On a phone in the dark: the pages are those of the carrier, with other contents; all kinds of cards."""
    reseller = person("a_admin@example.test")
    met = {stop: faults(reseller, stop.name, looks=LOOKS[1:]) for stop in walk(reseller)}
    assert [fault for found in met.values() for fault in found] == []
    assert reseller.complaints == []
    assert {stop.name for stop in met} >= RESELLER


def expected(who: str) -> set[str]:
    """The pages that the table of routes opens for somebody."""
    return {
        name for name, row in ROUTES.items()
        if who in row.opens.split() and row.status == 200 and not (row.post or row.public or row.identity)
    }  # fmt: skip


def test_pages_before_login(person, site):
    nobody = person()
    for path in ("/login/", "/login/password/", "/login/password/sent/", "/invitation/unknown/"):
        nobody.open(path)
        assert faults(nobody, path, frame=True) == []
    nobody.open(urlsplit(site.link_to("new@b.example.test")).path)
    nobody.sees("Welcome to Company b")
    assert faults(nobody, "invitation") == []
    nobody.click("Create account")
    expect(nobody.page.locator(".error-summary, .invalid-feedback").first).to_be_visible()
    assert faults(nobody, "refused invitation") == []
    assert only_statuses(nobody, 404, 422) == []


def test_error_pages(person):
    reseller = person("a_admin@example.test")
    found = []
    for path, status in (("/management/carriers/", 403), ("/management/customers/999999/", 404)):
        assert reseller.open(path).status == status
        found += faults(reseller, path)
    assert found == []
    assert only_statuses(reseller, 403, 404) == []


def test_suspended_company_is_told_so(person):
    suspended = person("closed_admin@example.test")
    expect(suspended.page.get_by_role("heading", name="No access")).to_be_visible()
    assert faults(suspended, "no access") == []
    assert only_statuses(suspended, 403) == []


def test_lists_without_a_row(person):
    reseller = person("a_admin@example.test")
    found = []
    for path in EMPTY:
        reseller.open(path)
        expect(reseller.page.locator(".empty, .alert").first).to_be_visible()
        found += faults(reseller, path, looks=LOOKS[1:])
    assert found == []
    assert only_statuses(reseller, 422) == []


def test_refused_forms(person):
    admin = person("admin@example.test")
    found = []
    for path in FORMS:
        admin.open(path)
        admin.page.locator("main form[method=post] button.btn-primary").click()
        expect(admin.page.locator("[data-error-summary]")).to_be_focused()  # read aloud, and Tab goes on from there
        found += faults(admin, path, looks=LOOKS[1:])
    assert found == []
    assert only_statuses(admin, 422) == []


def test_pages_of_a_draft_with_refused_lines(person):
    admin = person("admin@example.test")
    admin.menu("Management", "Provider Rate Cards")
    admin.click("Carrier X A-Z")
    admin.tab("Revisions")
    admin.page.get_by_role("row").filter(has_text="draft").first.get_by_role("link").first.click()
    admin.sees("refused")
    draft, found = urlsplit(admin.page.url).path, []
    for page in OF_A_DRAFT:
        assert admin.open(draft + page).status == 200, page
        found += faults(admin, page or "draft")
    assert found == []
    assert admin.complaints == []


def test_preview_of_an_import(person):
    admin = person("admin@example.test")
    admin.menu("Management", "Provider Rate Cards")
    admin.click("Carrier X A-Z")
    admin.page.locator(".tabs").get_by_role("link", name="Import").click()
    admin.page.get_by_label("Rate sheet").set_input_files(
        {"name": "july.csv", "mimeType": "text/csv", "buffer": DIRTY.encode()}
    )
    admin.page.locator("main form[method=post] button.btn-primary").click()
    admin.sees("As it will be read")
    admin.sees("2 of the 4 shown would be refused")
    assert faults(admin, "preview") == []
    assert admin.complaints == []


def only_statuses(person, *statuses: int) -> list[str]:
    """The browser's complaints beside its remark that a page came with one of these statuses."""
    known = "|".join(map(str, statuses))
    return [words for words in person.complaints if not re.search(rf"status of ({known}) ", words)]
