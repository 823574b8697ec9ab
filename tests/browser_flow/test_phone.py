"""The panel on a phone: what stands beside one another on a desk has to be found there too."""

import pytest
from playwright.sync_api import expect

from tests.browser_flow.inspection import NARROW

pytestmark = pytest.mark.xdist_group("browser")  # one process drives the browser


def test_the_tab_that_is_open_is_in_sight(person):
    reseller = person("a_admin@example.test", viewport=NARROW)
    reseller.open("/management/rate-cards/customer/")
    reseller.click("Private retail a")
    for name in ("Profits", "Import", "Main"):
        reseller.tab(name)
        here = reseller.page.locator(".tabs [aria-current=page]")
        expect(here).to_have_text(name)
        expect(here).to_be_in_viewport(ratio=0.9)
