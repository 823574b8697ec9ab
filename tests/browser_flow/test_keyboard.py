"""The panel without a mouse."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser_flow.inspection import NARROW
from tests.browser_flow.site import PASSWORD

pytestmark = pytest.mark.xdist_group("browser")  # one process drives the browser


REACH = 60  # presses of Tab after which something cannot be reached


def test_login_by_keyboard(person):
    nobody = person()
    nobody.open("/login/")
    tab_to(nobody.page, "Email*", "textbox")
    nobody.page.keyboard.type("a_admin@example.test")
    nobody.page.keyboard.press("Tab")
    nobody.page.keyboard.type(PASSWORD)
    nobody.page.keyboard.press("Enter")
    expect(nobody.page.get_by_role("heading", level=1)).to_have_text("Dashboard")


def test_first_stop_is_the_way_past_the_menu(person):
    page = person("a_admin@example.test").page
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_narrow_menu_opens_is_used_and_closes(person):
    page = person("a_admin@example.test", viewport=NARROW).page
    menu = page.get_by_role("navigation", name="Menu")
    expect(menu).to_be_hidden()
    open_menu(page)
    expect(menu).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(page.get_by_role("link", name="Open the menu")).to_be_focused()

    open_menu(page)
    tab_to(page, "Customers", "link")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/management/customers/$"))
    expect(menu).to_be_hidden()


def test_dropdown_closes_by_escape_and_gives_the_focus_back(person):
    page = person("a_admin@example.test").page
    tab_to(page, re.compile("Your account"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Change password")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Change password")).to_be_hidden()
    expect(page.locator("summary", has_text="a_admin@example.test")).to_be_focused()


def test_form_is_filled_and_sent(person):
    page = person("a_admin@example.test").page
    page.goto("/management/customers/new/")
    tab_to(page, "Name*", "textbox")
    page.keyboard.type("Keyboard Customer")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Keyboard Customer")


def test_list_is_searched_and_sorted(person):
    page = person("a_admin@example.test").page
    page.goto("/management/customers/")
    tab_to(page, "Search name", "searchbox")
    page.keyboard.type("Customer a 1")
    expect(page.locator("tbody tr")).to_have_count(1)  # the list follows without Enter
    expect(page).to_have_url(re.compile("name=Customer"))
    tab_to(page, "Name", "link")
    page.keyboard.press("Enter")
    expect(page.locator("th[aria-sort=descending]")).to_contain_text("Name")


def open_menu(page: Page) -> None:
    tab_to(page, "Open the menu", "link")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Close the menu")).to_be_visible()


def tab_to(page: Page, name, role: str = "") -> None:
    """Press Tab until the element of this name has the focus; it must show where it is."""
    wanted = page.get_by_role(role, name=name, exact=True) if role else page.get_by_label(name)
    for _ in range(REACH):
        page.keyboard.press("Tab")
        if wanted.first.evaluate("one => one === document.activeElement"):
            style = wanted.first.evaluate(
                "one => [getComputedStyle(one).outlineStyle, getComputedStyle(one).boxShadow]"
            )
            assert style != ["none", "none"], f"{name} does not show the focus"
            return
    raise AssertionError(f"{name} cannot be reached by Tab")
