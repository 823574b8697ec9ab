"""What the browser tests share: the address and mails of the site, and a person who finds his way by visible words."""

import re
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Page, Response, expect

from accounts import outbox

PASSWORD = "a-long-walk-by-the-sea"  # everybody's in the tests' world


class Site(NamedTuple):
    """A running panel: address without a slash at the end, folder of the mails that it sent."""

    url: str
    folder: Path

    def link_to(self, address: str) -> str:
        """The link in the newest mail to an address."""
        mail = next(mail for mail in outbox.mails(self.folder) if mail.to == address)
        return re.search(r"https?://\S+", mail.text)[0]


class Person:
    """Somebody who reads labels and clicks; notes every complaint of the browser on the way."""

    def __init__(self, page: Page):
        self.page = page
        self.complaints: list[str] = []
        page.on("console", lambda message: message.type in ("error", "warning") and self.complain(message.text))
        page.on("pageerror", lambda error: self.complain(f"script: {error}"))
        page.on("requestfailed", lambda request: self.complain(f"not loaded: {request.url} {request.failure}"))

    def complain(self, text: str) -> None:
        self.complaints.append(f"{self.page.url}: {text}")

    # -- going about ---------------------------------------------------------------------------------------------------

    def open(self, path: str) -> Response:
        return self.page.goto(path)

    def log_in(self, email: str, password: str = PASSWORD) -> None:
        self.open("/login/")
        self.fill("Email", email)
        self.fill("Password", password)
        self.click("Log in")
        expect(self.page).not_to_have_url(re.compile("/login/"))

    def menu(self, *steps: str) -> None:
        """Click the last of these words in the menu, below the others."""
        place = self.page.get_by_role("navigation", name="Menu")
        for step in steps[:-1]:
            place = place.get_by_role("listitem").filter(has=self.page.locator("summary", has_text=step)).last
        place.get_by_role("link", name=steps[-1], exact=True).click()

    def fill(self, label: str, text: str) -> None:
        self.page.get_by_label(re.compile(rf"^\s*{re.escape(label)}\W*$")).fill(text)

    def choose(self, label: str, option: str) -> None:
        self.page.get_by_label(re.compile(rf"^\s*{re.escape(label)}\W*$")).select_option(label=option)

    def tick(self, label: str) -> None:
        self.page.get_by_label(re.compile(re.escape(label))).check()

    def click(self, name: str) -> None:
        """Press the link or button of this name in the page itself."""
        named = {"name": name, "exact": True}
        main = self.page.locator("main")
        main.get_by_role("link", **named).or_(main.get_by_role("button", **named)).first.click()

    # -- looking -------------------------------------------------------------------------------------------------------

    def sees(self, text: str) -> None:
        expect(self.page.locator("main")).to_contain_text(text)

    def sees_no(self, text: str) -> None:
        expect(self.page.locator("main")).not_to_contain_text(text)

    def menu_words(self) -> list[str]:
        return self.page.get_by_role("navigation", name="Menu").get_by_role("link").all_inner_texts()
