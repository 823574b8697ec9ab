"""The whole way of a new reseller, played by the labels that people read: from an empty account to prices of his own."""

import csv
import io
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from tests.browser_flow.sheets import SHEET
from tests.browser_flow.site import PASSWORD, Person

pytestmark = pytest.mark.xdist_group("browser")  # one process drives the browser


ADDRESS = "nadia@northwind.example.test"
NORTHWIND = "Northwind Voice"
PRIVATE, PUBLIC = "Private wholesale a", "Wholesale a"  # the carrier's card, as he and as his resellers call it
RETAIL = "Northwind retail"
MENU = [
    "Dashboard", "Customers", "Provider Rate Cards", "Customer Rate Cards", "Global Search", "Users", "Groups",
    "Reseller Account", "Prefix Set", "Jobs", "Support Access",
]  # fmt: skip


def test_reseller_is_made_and_sells_by_prices_of_his_own(person, site):
    admin = person("admin@example.test")
    group = make_group(admin)
    make_reseller(admin, group)
    reseller = accept(person(), site.link_to(ADDRESS))
    assert reseller.menu_words() == MENU

    assign_card(admin)
    bought = see_assigned_card(reseller)
    address = make_card(reseller)
    build_and_activate(reseller)
    look_up_a_rate(reseller)
    assert downloaded_prices(reseller) == sold_at(Decimal("1.10") * Decimal("1.20"))

    stranger = person("b_admin@example.test")
    stranger_finds_nothing(stranger, address)
    take_card_away(admin)
    card_is_gone(reseller, bought)
    assert [*admin.complaints, *reseller.complaints, *stranger.complaints] == []


def make_group(admin: Person) -> str:
    admin.menu("Setup", "Settings", "Users")
    admin.sees("a_admin@example.test")
    admin.menu("Setup", "Settings", "Groups")
    admin.click("Create Default Reseller")
    admin.sees("A new group with the usual rights of resellers is made")
    return admin.page.get_by_role("heading", level=1).inner_text()


def make_reseller(admin: Person, group: str) -> None:
    admin.menu("Setup", "Advanced", "Reseller Account")
    admin.click("New reseller")
    admin.fill("Name", NORTHWIND)
    admin.fill("E-mail", "office@northwind.example.test")
    admin.click("Save")
    admin.tab("Users")
    admin.click("Invite user")
    admin.fill("Name", "Nadia North")
    admin.fill("E-mail", ADDRESS)
    admin.choose("Group", group)
    admin.click("Send invitation")
    admin.sees("The invitation is on its way")
    admin.sees(ADDRESS)


def accept(invited: Person, link: str) -> Person:
    invited.open(link)
    invited.sees(f"Welcome to {NORTHWIND}")
    invited.fill("Password", PASSWORD)
    invited.fill("Password again", PASSWORD)
    invited.click("Create account")
    expect(invited.page.get_by_role("heading", level=1)).to_have_text("Dashboard")
    invited.open(link)
    invited.sees("This link does not work")
    invited.complaints.clear()  # the browser's remark about that 404
    invited.open("/")
    return invited


def assign_card(admin: Person) -> None:
    admin.menu("Management", "Customer Rate Cards")
    admin.click(PRIVATE)
    admin.tab("Assignments")
    admin.choose("Assign to", NORTHWIND)
    admin.click("Assign")
    admin.sees(f"“{NORTHWIND}” has the card now")


def see_assigned_card(reseller: Person) -> str:
    """Returns the address of the card."""
    reseller.menu("Management", "Provider Rate Cards")
    reseller.sees(PUBLIC)
    reseller.sees_no(PRIVATE)
    reseller.click(PUBLIC)
    assert reseller.tabs() == ["Main", "Rates", "Compare"]
    reseller.sees_no("Carrier X")
    reseller.must_get(404, f"{reseller.page.url}revisions/", f"{reseller.page.url}profits/")
    return reseller.page.url


def make_card(reseller: Person) -> str:
    """Returns the address of the new card."""
    reseller.menu("Management", "Customer Rate Cards")
    reseller.click("New customer card")
    reseller.fill("Name (private)", RETAIL)
    reseller.tick(PUBLIC)
    reseller.fill("Markup % on everything", "20")
    reseller.click("Save")
    reseller.sees("Not built")
    return reseller.page.url.removesuffix("build/")


def build_and_activate(reseller: Person) -> None:
    reseller.tab("Build")
    reseller.click("Build")
    reseller.sees("A new revision was built.")  # the page follows the job to its end by itself
    reseller.click("Activate")
    reseller.page.get_by_label("Now").check()
    reseller.click("Activate")
    reseller.sees("Active revision: 1")
    reseller.sees("In sync")


def look_up_a_rate(reseller: Person) -> None:
    reseller.tab("Rates")
    reseller.fill("Prefix, number or name", "447700900123")
    reseller.click("Show")
    reseller.sees("Longest match of 447700900123")
    reseller.sees(f"{plain(sold_at(Decimal('1.32'))['447'])} USD")


def downloaded_prices(reseller: Person) -> dict[str, Decimal | None]:
    reseller.page.locator("summary", has_text="Download").click()
    with reseller.page.expect_download() as download:
        reseller.click("CSV")
    lines = csv.DictReader(io.StringIO(download.value.path().read_text()))
    return {line["prefix"]: None if line["status"] else Decimal(line["cost"]) for line in lines}


def sold_at(factor: Decimal) -> dict[str, Decimal | None]:
    """What a card sells at when nothing but this factor stands between it and the carrier's sheet; None is blocked."""
    lines = csv.DictReader(io.StringIO(SHEET))
    return {line["prefix"]: None if line["status"] else Decimal(line["cost"]) * factor for line in lines}


def plain(price: Decimal) -> str:
    return f"{price.normalize():f}"


def stranger_finds_nothing(stranger: Person, address: str) -> None:
    words = [NORTHWIND, RETAIL, PUBLIC, ADDRESS]
    for entry in (("Setup", "Advanced", "Reseller Account"), ("Setup", "Settings", "Users"), ("Setup", "Information", "Jobs"),
                  ("Management", "Provider Rate Cards"), ("Management", "Customer Rate Cards")):  # fmt: skip
        stranger.menu(*entry)
        for word in words:
            stranger.sees_no(word)
    stranger.menu("Management", "Global Search")
    stranger.fill("Number, prefix or name", "447700900123")
    stranger.click("Search")
    stranger.sees("United Kingdom")  # of his own cards
    for word in words:
        stranger.sees_no(word)
    stranger.must_get(404, address, f"{address}rates/", f"{address}build/", f"{address}revisions/1/download/")


def take_card_away(admin: Person) -> None:
    admin.menu("Management", "Customer Rate Cards")
    admin.click(PRIVATE)
    admin.tab("Assignments")
    admin.page.get_by_role("link", name=f"Take away from {NORTHWIND}").click()
    admin.sees("from their next request on")
    admin.click("Take away")
    admin.sees(f"taken away from “{NORTHWIND}”")


def card_is_gone(reseller: Person, bought: str) -> None:
    reseller.must_get(404, bought, f"{bought}rates/")
    reseller.menu("Management", "Provider Rate Cards")
    reseller.sees_no(PUBLIC)
    reseller.menu("Management", "Customer Rate Cards")
    reseller.sees("Orphaned")
    reseller.click(RETAIL)
    reseller.sees("Active revision: 1")  # what he sells by stays
