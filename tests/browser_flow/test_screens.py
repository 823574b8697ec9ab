"""`pytest -m screens`: a picture of every screen in light, dark and on a phone, of the demo's world, for people to look at."""

import pytest

from connexcs.demo.cast import ADMIN, BRAMBLE
from connexcs.embedded import ROOT
from tests.browser_flow.conftest import at_a_browser
from tests.browser_flow.inspection import NARROW, WIDE
from tests.browser_flow.site import Person
from tests.browser_flow.tour import Stop, walk

pytestmark = [pytest.mark.screens, pytest.mark.xdist_group("browser")]
PICTURES = ROOT / "docs" / "screens"
MODES = {"light": ("light", WIDE), "dark": ("dark", WIDE), "narrow": ("light", NARROW)}
LONGEST = 2400  # pixels of a page that are shown
SHEET = "Prefix;Country;Rate per minute;MCD;Pulse\n44;United Kingdom;0,0121;1;1\n447;United Kingdom Mobile;0,0294;30;6\n44x;Odd;0,1;1;1\n"


@pytest.fixture(scope="module", autouse=True)
def empty_folder():
    """Pictures of screens that are gone would mislead; those of the README stay."""
    for picture in PICTURES.glob("*.png"):
        if not picture.name.startswith("readme-"):
            picture.unlink()
    PICTURES.mkdir(exist_ok=True)


@pytest.mark.parametrize("who, email", [("carrier", ADMIN), ("reseller", BRAMBLE)])
def test_pictures_along_all_links(browser, showcase, who, email):
    with at_a_browser(browser, showcase, email) as person:
        for stop in walk(person):
            take(person, "-".join(filter(None, [who, stop.name.replace(":", "."), stop.family])))


def test_pictures_of_what_no_link_leads_to(browser, showcase):
    with at_a_browser(browser, showcase) as nobody:
        for name, path in (
            ("login", "/login/"),
            ("password-reset", "/login/password/"),
            ("invitation-dead", "/invitation/x/"),
        ):
            nobody.open(path)
            take(nobody, f"nobody-{name}")
    with at_a_browser(browser, showcase, BRAMBLE) as reseller:
        for name, path in (("403", "/management/carriers/"), ("404", "/management/customers/999999/"),
                           ("nothing-matches", "/management/customers/?name=zzz"),
                           ("search", "/management/rate-cards/search/?number=447700900123")):  # fmt: skip
            reseller.open(path)
            take(reseller, f"reseller-{name}")


def test_pictures_of_steps(browser, showcase):
    with at_a_browser(browser, showcase, ADMIN) as admin:
        for name, path in (
            ("reseller", "/setup/advanced/reseller-accounts/new/"),
            ("card", "/management/rate-cards/customer/new/"),
        ):
            admin.open(path)
            admin.page.locator("main form[method=post] button.btn-primary").click()
            take(admin, f"carrier-refused-{name}")
        card = next(stop for stop in walk(admin) if stop[:2] == ("ratecards:card_detail", "provider"))
        preview(admin, card)
        admin.page.set_viewport_size(NARROW)
        admin.open("/#sidebar")
        admin.page.screenshot(path=PICTURES / "carrier-menu-narrow.png")


def preview(admin: Person, card: Stop) -> None:
    admin.open(f"{card.path}import/")
    admin.page.get_by_label("Rate sheet").set_input_files(
        {"name": "june.csv", "mimeType": "text/csv", "buffer": SHEET.encode()}
    )
    admin.page.locator("main form[method=post] button.btn-primary").click()
    admin.sees("As it will be read")
    take(admin, "carrier-import-preview")


def test_picture_of_the_readme(browser, showcase):
    with at_a_browser(browser, showcase, BRAMBLE, viewport=WIDE) as reseller:
        reseller.menu("Management", "Customer Rate Cards")
        reseller.click("Bramble Retail")
        reseller.tab("Rates")
        reseller.fill("Prefix, number or name", "44")
        reseller.click("Show")
        reseller.sees("Longest match")
        reseller.page.screenshot(path=PICTURES / "readme-panel.png")


def take(person: Person, name: str) -> None:
    """Pictures of the page on which the person stands, as long as it is."""
    page = person.page
    for mode, (scheme, size) in MODES.items():
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size(size)
        height = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size(size | {"height": min(max(height, size["height"]), LONGEST)})
        page.screenshot(path=PICTURES / f"{name}-{mode}.png")
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(WIDE)
