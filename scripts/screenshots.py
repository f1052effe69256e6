"""Take the pictures of the pages: of a running demo, else of a small one that is started for it and thrown away.

Without options the pictures of the README are written to ``docs/screenshots``; ``--all`` takes every page of
``screenshots.toml`` 1440 and 390 px wide, in both languages, light and dark, into ``var/screenshots``.
"""

import argparse
import base64
import itertools
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.stack import Stack

ROOT = Path(__file__).resolve().parent.parent
PAGES = Path(__file__).with_suffix(".toml")
HEIGHTS = {1440: 900, 390: 844}
# a phone's picture is shown small, on screens that are sharp
SCALES = {1440: 1, 390: 2}
DEMO_CASES = 2_000
LANGUAGES = {"zh": "zh-hans", "en": "en"}
THEMES = ("light", "dark")
# what a README may carry
MOST_BYTES = 250_000
# lossless costs three times as much and looks the same
WEBP_QUALITY = 92


@dataclass(frozen=True)
class Shot:
    """A page as somebody sees it."""

    name: str
    path: str
    person: str = ""
    fill: dict[str, str] = field(default_factory=dict)
    click: list[str] = field(default_factory=list)
    readme: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Look:
    """One way to look at a page."""

    width: int
    language: str
    theme: str

    @classmethod
    def named(cls, name: str) -> "Look":
        width, language, theme = name.split("-")
        return cls(int(width), language, theme)

    def __str__(self) -> str:
        return f"{self.width}-{self.language}-{self.theme}"


class Camera:
    """A browser that signs in once per person and look."""

    def __init__(self, browser: Browser, url: str, password: str) -> None:
        self.browser, self.url, self.password = browser, url, password
        self.sessions: dict[str, list[dict[str, object]]] = {}

    def take(self, shot: Shot, look: Look, target: Path) -> None:
        context = self._context(look)
        if shot.person:
            self._sign_in(context, shot.person)
        page = context.new_page()
        page.goto(self.url + shot.path)
        for name, value in shot.fill.items():
            page.fill(f"[name={name}]", value)
        for selector in shot.click:
            page.locator(selector).first.click()
            page.wait_for_load_state("load")
        self._settle(page)
        target.parent.mkdir(parents=True, exist_ok=True)
        devtools = context.new_cdp_session(page)
        picture = devtools.send("Page.captureScreenshot", {"format": "webp", "quality": WEBP_QUALITY})
        target.write_bytes(base64.b64decode(picture["data"]))
        context.close()

    def _context(self, look: Look) -> BrowserContext:
        context = self.browser.new_context(
            viewport={"width": look.width, "height": HEIGHTS[look.width]},
            device_scale_factor=SCALES[look.width],
            reduced_motion="reduce",
        )
        wishes = {"bihuan_theme": look.theme, "django_language": LANGUAGES[look.language]}
        context.add_cookies([{"name": name, "value": value, "url": self.url} for name, value in wishes.items()])
        return context

    def _sign_in(self, context: BrowserContext, person: str) -> None:
        if person not in self.sessions:
            page = context.new_page()
            page.goto(f"{self.url}/account/login/")
            page.fill("[name=login]", person)
            page.fill("[name=password]", self.password)
            page.press("[name=password]", "Enter")
            page.wait_for_url(lambda address: "/account/login" not in address)
            page.close()
            kept = [dict(cookie) for cookie in context.cookies() if cookie["name"] == "bihuan_session"]
            self.sessions[person] = kept
        context.add_cookies(self.sessions[person])  # type: ignore[arg-type]

    def _settle(self, page: Page) -> None:
        """Fonts are there and what was clicked has opened."""
        page.evaluate("document.fonts.ready")
        page.wait_for_timeout(400)


def wanted(shots: list[Shot], *, everything: bool, only: str) -> Iterator[tuple[Shot, Look]]:
    for shot in shots:
        if only and shot.name != only:
            continue
        if everything:
            for width, language, theme in itertools.product(HEIGHTS, LANGUAGES, THEMES):
                yield shot, Look(width, language, theme)
        else:
            yield from ((shot, Look.named(name)) for name in shot.readme)


def is_up(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, TimeoutError):
        return False


def kept_password() -> str:
    """The password of the demo in this checkout's folder."""
    file = Path(os.environ.get("BIHUAN_VAR", ROOT / "var")) / "demo-password.txt"
    return file.read_text(encoding="utf-8").strip() if file.exists() else ""


@contextmanager
def demo(url: str, password: str) -> Iterator[tuple[str, str]]:
    """Address and password of the demo at ``url``, or of one that lives as long as this."""
    if is_up(url):
        yield url, password or kept_password()
        return
    print(f"Nothing answers at {url}: starting a demo for the pictures …", flush=True)
    with tempfile.TemporaryDirectory(prefix="bihuan-pictures-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # the database server does not run as root
        with Stack(folder) as stack:
            build = [sys.executable, "-m", "bihuan", "demo", "--cases", str(DEMO_CASES)]
            subprocess.run(
                build, cwd=ROOT, env={**os.environ, "BIHUAN_VAR": name}, stdout=subprocess.DEVNULL, check=True
            )
            yield stack.address, (folder / "demo-password.txt").read_text(encoding="utf-8").strip()


def options(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--url", default=f"http://127.0.0.1:{os.environ.get('PORT', '8000')}")
    parser.add_argument("--password", default=os.environ.get("BIHUAN_DEMO_PASSWORD", ""), help="of the demo accounts")
    parser.add_argument("--all", action="store_true", help="every page in every look, into var/screenshots")
    parser.add_argument("--only", default="", help="name of one page")
    return parser.parse_args(words)


def main(words: list[str]) -> int:
    chosen = options(words)
    shots = [Shot(**page) for page in tomllib.loads(PAGES.read_text(encoding="utf-8"))["page"]]
    folder = ROOT / "var" / "screenshots" if chosen.all else ROOT / "docs" / "screenshots"
    with demo(chosen.url, chosen.password) as (url, password), sync_playwright() as playwright:
        flags = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=flags)
        camera = Camera(browser, url, password)
        heavy = take_all(camera, folder, wanted(shots, everything=chosen.all, only=chosen.only))
        browser.close()
    if chosen.all:
        return 0
    for target in heavy:
        print(f"{target.relative_to(ROOT)} is heavier than {MOST_BYTES // 1000} kB", file=sys.stderr)
    return 1 if heavy else 0


def take_all(camera: Camera, folder: Path, wishes: Iterator[tuple[Shot, Look]]) -> list[Path]:
    """Take the pictures; those heavier than a README may carry are returned."""
    heavy = []
    for shot, look in wishes:
        target = folder / f"{shot.name}-{look}.webp"
        camera.take(shot, look, target)
        size = target.stat().st_size
        print(f"{target.relative_to(ROOT)}  {size // 1024} KB", flush=True)
        if size > MOST_BYTES:
            heavy.append(target)
    return heavy


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
