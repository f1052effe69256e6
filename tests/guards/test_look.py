"""Every page as somebody who may open it, on a phone, light in Chinese and dark in English.

Nothing scrolls sideways, nothing is unreadable, and the browser has nothing to complain about.
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby

import pytest
from django.conf import settings
from django.db import transaction
from playwright.sync_api import Browser, ConsoleMessage
from pytest_django.live_server_helper import LiveServer

from tests.guards.routes import Route, all_routes
from tests.guards.table import ROLES, read_table
from tests.guards.visits import path_of, visits_of
from tests.guards.world import World, build_world
from tests.plugins.browser import PATIENCE, grave_findings

# a refused page is logged, and here it is looked at on purpose
pytestmark = [pytest.mark.django_db(transaction=True, serialized_rollback=True), pytest.mark.prints]

PHONE = {"width": 390, "height": 844}
LANGUAGES = {"light": "zh-hans", "dark": "en"}
REFUSED = "Failed to load resource: the server responded with a status of 40"

# What answers a GET with something else than a whole page, and the page that has a test of its own.
NO_PAGES = {
    "account_panel",
    "case_archive",
    "case_parcel",
    "case_timeline",
    "customer_timeline",
    "exports:open",
    "files:open",
    "healthz",
    "key_progress",
    "portal_recipient",
    "portal_waybill",
    "styleguide",
    "workspace_queues",
}


@dataclass(frozen=True)
class Look:
    """A page as a role sees it; ``status`` is what the server answers with."""

    role: str
    path: Callable[[World], str]
    status: int = 200


def at(role: str, path: str, status: int = 200) -> Look:
    return Look(role, lambda world: path, status)


def case(role: str, name: str) -> Look:
    return Look(role, lambda world: f"/cases/{world.cases[name].number}")


def handoff(name: str) -> Look:
    return Look("liaison", lambda world: f"/handoffs/{world.handoffs[name].pk}")


def followed(name: str) -> Look:
    return Look("customer", lambda world: f"/service/case/{world.cases[name].public_token}")


# Pages that look different with another state, role or question.
STATES = [
    Look("agent", lambda world: f"/desk?case={world.cases['confirmed'].number}"),
    at("agent", "/desk?kind=COMPLAINT&category=LOSS"),
    at("agent", "/cases?kind=SUGGESTION&state=CLOSED&priority=1"),
    at("agent", "/search?q=nobody"),
    Look("agent", lambda world: f"/search?q={world.cases['closed'].waybill}"),
    *(case("agent", name) for name in ("confirmed", "investigated", "closed", "question")),
    *(case("agent", name) for name in ("idea", "assessed", "adopted", "planned")),
    case("colleague", "answered"),
    at("supervisor", "/risk?priority=1"),
    at("liaison", "/handoffs?done=1"),
    *(handoff(name) for name in ("accepted", "forwarded")),
    at("system_admin", "/people?q=nobody"),
    Look("security_admin", lambda world: f"/people/{world.company.zhou.pk}"),
    *(at("anonymous", f"/service/new/{kind}") for kind in ("consultation", "suggestion")),
    *(followed(name) for name in ("received", "waiting", "closed", "planned")),
    at("agent", "/risk", 403),
    at("agent", "/cases/TS-20200101-000001", 404),
    at("agent", "/nowhere", 404),
    at("anonymous", "/service/case/unknown", 404),
]


def look_at(route: Route, role: str) -> Look:
    """A page with the values that the permission table is measured with."""
    return Look(role, lambda world: path_of(route, visits_of(route)[0], world))


def all_looks() -> list[Look]:
    """Each page of the permission table as the first role that gets it, and the states; role after role."""
    table, looks = read_table(), list(STATES)
    for route in all_routes():
        statuses = table.get((route.name, route.method), {})
        roles = [role for role in ROLES if statuses.get(role) == "200"]
        if roles and route.method == "GET" and not route.is_api and route.name not in NO_PAGES:
            looks.append(look_at(route, roles[0]))
    return sorted(looks, key=lambda look: look.role)


class Phone:
    """A window of 390 px in which one role is signed in; it writes down what is wrong with the pages it shows."""

    def __init__(self, browser: Browser, url: str, cookies: dict[str, str]) -> None:
        self.url, self.findings = url, list[str]()
        self.context = browser.new_context(viewport=PHONE, reduced_motion="reduce")
        self.context.set_default_timeout(PATIENCE)
        self.context.add_cookies([{"name": name, "value": value, "url": url} for name, value in cookies.items()])
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.note(str(error)))
        self.page.on("console", self._hear)

    def show(self, path: str, status: int) -> None:
        answer = self.page.goto(f"{self.url}{path}")
        if answer is None or answer.status != status or self.page.url != f"{self.url}{path}":
            self.note(f"{path} answers {answer and answer.status}")
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        if wide > PHONE["width"]:
            self.note(f"{wide} px wide")
        for finding in grave_findings(self.page):
            self.note(finding)

    def note(self, finding: str) -> None:
        self.findings.append(f"{self.page.url.removeprefix(self.url)}: {finding}")

    def _hear(self, message: ConsoleMessage) -> None:
        # the browser itself says so of every page that is refused, as it should be
        if message.type == "error" and not message.text.startswith(REFUSED):
            self.note(message.text)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_fits_a_phone_and_is_accessible(
    seeds: None, browser: Browser, live_server: LiveServer, theme: str
) -> None:
    with transaction.atomic():
        world = build_world()
    findings: list[str] = []
    for role, looks in groupby(all_looks(), lambda look: look.role):
        held = {settings.SESSION_COOKIE_NAME: world.sessions[role]} if role in world.sessions else {}
        wishes = {"bihuan_theme": theme, "django_language": LANGUAGES[theme]}
        phone = Phone(browser, live_server.url, {**wishes, **held})
        for look in looks:
            phone.show(look.path(world), look.status)
        phone.context.close()
        findings += phone.findings
    assert findings == []
