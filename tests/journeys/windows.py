"""A person before a browser window, and what must hold on every page they look at."""

from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect

from tests.people import PASSWORD
from tests.plugins.browser import PATIENCE, grave_findings

DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
FAILED_LOAD = "Failed to load resource: the server responded with a status of "


class Window:
    """One browser window of its own: nobody else's cookies are in it. ``look`` is called on every page."""

    def __init__(self, browser: Browser, address: str, *, phone: bool = False, **wishes: Any) -> None:
        self.size = PHONE if phone else DESKTOP
        looks = {"locale": "zh-CN", "reduced_motion": "reduce"} | wishes
        self.context = browser.new_context(
            base_url=address, viewport=self.size, has_touch=phone, is_mobile=phone, **looks
        )
        self.context.set_default_timeout(PATIENCE)
        self.page: Page = self.context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.complaints: list[str] = []
        self.expected_statuses: set[int] = set()

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "verbose":  # advice of the browser, hidden unless asked for
            return
        status = message.text.removeprefix(FAILED_LOAD)[:3]
        if status not in {str(expected) for expected in self.expected_statuses}:
            self.complaints.append(f"{message.type} on {self.page.url}: {message.text}")

    def open(self, path: str) -> None:
        """Go to an address and look."""
        self.page.goto(path)
        self.look()

    def look(self) -> None:
        """The page is accessible, fits the screen, and the browser has nothing to complain about."""
        where = self.page.url
        assert grave_findings(self.page) == [], where
        assert self.page.evaluate("document.documentElement.scrollWidth") <= self.size["width"], where
        assert self.complaints == []

    def see(self, text: str, *, within: str = "main") -> Locator:
        """Wait until a text stands on the page; the place."""
        place = self.page.locator(within).get_by_text(text).first
        expect(place).to_be_visible()
        return place

    def toast(self, text: str) -> None:
        """Wait until the page says that something was done."""
        expect(self.page.locator("#bh-toasts")).to_contain_text(text)

    def sign_in(self, staff_no: str, password: str = PASSWORD) -> None:
        """Sign in by the form, as everybody does."""
        self.page.goto("/account/login/")
        self.page.locator("#id_login").fill(staff_no)
        self.page.locator("#id_password").fill(password)
        with self.page.expect_navigation():
            self.page.locator("main button[type=submit]").first.click()

    def wait_for_live(self) -> None:
        """Wait until the page hears of changes as they happen."""
        expect(self.page.locator("html")).to_have_attribute("data-live-state", "on")

    def step(self, verb: str, **values: str) -> None:
        """Do the step of a case: fill its form and send it."""
        form = self.page.locator(f".bh-next form[action$='/do/{verb}']")
        box = form.locator("xpath=ancestor::details")
        if box.get_attribute("open") is None:
            box.locator("summary").click()
        for name, value in values.items():
            fill(form, name, value)
        form.locator("button[type=submit]").click()

    def close(self) -> None:
        """Close the window; whatever the browser complained about last fails the test."""
        self.context.close()
        assert self.complaints == []


def fill(form: Locator, name: str, value: str) -> None:
    """Fill a field of a form, whatever it is made of."""
    field = form.locator(f"[name={name}]")
    kind = field.first.evaluate("field => field.type")
    if kind == "radio":
        form.locator(f"[name={name}][value={value}]").check()
    elif kind == "select-one":
        field.select_option(value)
    else:
        field.fill(value)
