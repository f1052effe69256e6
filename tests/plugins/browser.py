"""A real Chromium for the tests of one file, and what every page in it is asked.

Not longer: while it is open, an event loop runs in the thread of the tests, and Django refuses the database to whoever
has one.
"""

import os
import shutil
from collections.abc import Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, expect, sync_playwright

# Milliseconds. A machine that runs other things too is no reason to fail; nothing waits longer than it must.
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)

# Style sheets are not fetched a second time (no rule in use reads them), and only what is grave comes back.
ASK = """async () => {
    const found = await axe.run({resultTypes: ["violations"], preload: false});
    return found.violations
        .filter(each => ["serious", "critical"].includes(each.impact))
        .map(each => `${each.id}: ${each.nodes[0].html.slice(0, 300)}`);
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium, without a window."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    flags = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=flags, timeout=PATIENCE)
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def grave_findings(page: Page) -> list[str]:
    """What hinders people who cannot see or point: the serious and critical violations that axe finds."""
    page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(ASK)
    return found
