"""Looking through a reseller user's eyes in a real browser: the reason, the banner on his pages, the way back."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser_flow.inspection import faults

pytestmark = pytest.mark.xdist_group("browser")


def test_support_looks_and_comes_back(person):
    admin = person("admin@example.test")
    admin.menu("Setup", "Settings", "Users")
    admin.click("a_admin")
    admin.click("View as")
    assert not faults(admin, "the form of view-as")
    admin.fill("Reason", "Ticket 4711: prices look wrong")
    admin.click("View as")
    banner = admin.page.get_by_role("status").filter(has_text="You view the panel as")
    expect(banner).to_contain_text("a_admin (a_admin@example.test) of Company a")
    assert "Carriers" not in admin.menu_words()
    assert not faults(admin, "a page with the banner", frame=True)
    admin.open("/profile/")
    admin.click("Save")
    admin.sees("view-as only reads: nothing was changed")
    expect(banner).to_be_visible()
    banner.get_by_role("button", name="End view").click()
    expect(admin.page).to_have_url(re.compile("/setup/settings/users/"))
    admin.sees("View-as has ended")
    expect(banner).to_be_hidden()
    reseller = person("a_admin@example.test")
    reseller.menu("Setup", "Information", "Support Access")
    reseller.sees("Ticket 4711: prices look wrong")
    assert not faults(reseller, "support access")
