"""What the browser tests share: the address and mails of the site, and a person who finds his way by visible words."""

import json
import re
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Page, Response, expect

from accounts import outbox

LEFT = "net::ERR_ABORTED"  # a download, or somebody who clicked on before a list had answered
PASSWORD = "a-long-walk-by-the-sea"  # everybody's in the tests' world


class Site(NamedTuple):
    """A running panel: address without a slash at the end, folder of its files."""

    url: str
    data: Path

    def link_to(self, address: str) -> str:
        """The link in the newest mail to an address."""
        mail = next(mail for mail in outbox.mails(self.data / "outbox") if mail.to == address)
        return re.search(r"https?://\S+", mail.text)[0]

    def password_of(self, email: str) -> str:
        """The one of everybody in the tests' world; the demo makes its own and notes them."""
        noted = self.data / "demo" / "logins.json"
        return json.loads(noted.read_text())["passwords"][email] if noted.exists() else PASSWORD


class Person:
    """Somebody who reads labels and clicks; notes every complaint of the browser on the way."""

    def __init__(self, page: Page):
        self.page = page
        self.complaints: list[str] = []
        page.on("console", lambda message: message.type in ("error", "warning") and self.complain(message.text))
        page.on("pageerror", lambda error: self.complain(f"script: {error}"))
        page.on(
            "requestfailed",
            lambda request: request.failure != LEFT and self.complain(f"{request.failure}: {request.url}"),
        )

    def complain(self, text: str) -> None:
        self.complaints.append(f"{self.page.url}: {text}")

    # -- going about ---------------------------------------------------------------------------------------------------

    def open(self, path: str) -> Response:
        return self.page.goto(path)

    def log_in(self, email: str, password: str) -> None:
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
        """Press the link or button of this name in the page itself; its tabs are another thing."""
        named = {"name": name, "exact": True}
        either = self.page.get_by_role("link", **named).or_(self.page.get_by_role("button", **named))
        either.and_(self.page.locator("main *:not(.tabs *)")).first.click()

    def tab(self, name: str) -> None:
        self.page.locator(".tabs").get_by_role("link", name=name, exact=True).click()

    def must_get(self, status: int, *addresses: str) -> None:
        """Ask for these addresses beside the page, as this person."""
        assert {address: self.page.request.get(address).status for address in addresses} == dict.fromkeys(
            addresses, status
        )

    # -- looking -------------------------------------------------------------------------------------------------------

    def sees(self, text: str) -> None:
        expect(self.page.locator("main")).to_contain_text(text)

    def sees_no(self, text: str) -> None:
        expect(self.page.locator("main")).not_to_contain_text(text)

    def tabs(self) -> list[str]:
        return self.page.locator(".tabs").get_by_role("link").all_inner_texts()

    def menu_words(self) -> list[str]:
        return self.page.get_by_role("navigation", name="Menu").get_by_role("link").all_inner_texts()
