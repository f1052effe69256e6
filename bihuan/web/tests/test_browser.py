"""The style guide in a real browser: accessible, silent, and its behaviours by keyboard and mouse."""

import pytest
from django.conf import settings
from playwright.sync_api import BrowserContext, Page, expect

from tests.people import build_company, signed_in
from tests.plugins.browser import grave_findings
from tests.waiting import wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.prints]


@pytest.fixture
def open_guide(browser, live_server):
    """Opens the style guide as Lin, in the looks asked for; what the browser complains about fails the test."""
    session = signed_in(build_company().lin).cookies[settings.SESSION_COOKIE_NAME].value
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    def open_it(width: int = 1440, theme: str = "light", language: str = "zh-hans") -> Page:
        context = browser.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce")
        cookies = {settings.SESSION_COOKIE_NAME: session, "bihuan_theme": theme, "django_language": language}
        contexts.append(context)
        context.add_cookies([{"name": k, "value": v, "url": live_server.url} for k, v in cookies.items()])
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"{live_server.url}/styleguide")
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_component_is_accessible_and_fits_the_screen(open_guide, width, theme, language):
    page = open_guide(width, theme, language)
    assert grave_findings(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_question_mark_shows_the_keys_and_escape_hides_them(open_guide):
    page = open_guide()
    page.keyboard.press("?")
    expect(page.locator("#bh-help")).to_be_visible()
    expect(page.locator("#bh-keys")).to_contain_text("工作台")
    page.keyboard.press("Escape")
    expect(page.locator("#bh-help")).to_be_hidden()


def test_the_palette_finds_a_page_by_its_name(open_guide):
    page = open_guide()
    page.keyboard.press("Control+k")
    page.keyboard.type("搜索")
    expect(page.locator("#bh-palette-list [aria-selected=true]")).to_contain_text("搜索案件")
    page.keyboard.press("Enter")
    expect(page.get_by_role("searchbox")).to_be_focused()


def test_letters_typed_into_a_field_are_no_shortcuts(open_guide):
    page = open_guide()
    page.keyboard.press("/")
    page.keyboard.type("r?")
    expect(page.get_by_role("searchbox")).to_have_value("r?")
    expect(page.locator("#bh-help")).to_be_hidden()


def test_single_letters_can_be_turned_off(open_guide):
    page = open_guide()
    page.keyboard.press("?")
    page.locator("#bh-single-keys").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).not_to_be_focused()


def test_a_send_can_be_taken_back(open_guide):
    page = open_guide()
    page.locator(".is-reply textarea").press("Control+Enter")
    toast = page.locator("#bh-toasts .bh-toast")
    expect(toast).to_contain_text("秒后发送")
    toast.get_by_role("button", name="撤销").click()
    expect(toast).to_contain_text("没有发送")
    assert "#case" not in page.url


def test_what_was_typed_survives_a_reload(open_guide):
    page = open_guide()
    page.locator("[data-draft=styleguide-note]").fill("客户 19 点后不接电话")
    wait_until(lambda: bool(page.evaluate("sessionStorage.getItem('draft:styleguide-note')")))
    page.reload()
    expect(page.locator("[data-draft=styleguide-note]")).to_have_value("客户 19 点后不接电话")


def test_the_reason_of_a_time_opens_beside_it(open_guide):
    page = open_guide()
    link = page.locator("#floats a[data-pop]")
    link.click()
    expect(page.locator("#bh-float")).to_be_visible()
    expect(page.locator("#bh-float")).to_contain_text("6 小时 00 分")
    expect(link).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(page.locator("#bh-float")).to_be_hidden()


def test_a_confirmation_stands_before_what_cannot_be_undone(open_guide):
    page = open_guide()
    page.locator("[data-confirm] button").click()
    expect(page.locator("#bh-confirm")).to_contain_text("不能再登录")
    page.locator("#bh-confirm [value=no]").click()
    expect(page.locator("#bh-confirm")).to_be_hidden()
    assert page.url.endswith("/styleguide")


def test_selecting_rows_brings_the_bar_of_verbs(open_guide):
    page = open_guide()
    bar = page.locator("[data-bulk-bar]")
    expect(bar).to_be_hidden()
    page.locator("[data-pick-all]").check()
    expect(bar).to_contain_text("已选 4 件")
    page.locator("[data-pick-none]").click()
    expect(bar).to_be_hidden()


def test_the_theme_changes_at_once_and_is_kept(open_guide):
    page = open_guide()
    page.locator("[data-theme-flip]").first.click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    wait_until(lambda: page.evaluate("document.cookie.includes('bihuan_theme=dark')"))
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_a_chosen_picture_is_shown_small_and_can_be_taken_out(open_guide):
    page = open_guide()
    chooser = page.locator("#id_empty-files")
    chooser.set_input_files({"name": "寄件底单.jpg", "mimeType": "image/jpeg", "buffer": page.screenshot(type="jpeg")})
    chips = page.locator("[data-files] .is-file")
    expect(chips.locator("canvas")).to_be_visible()
    chooser.set_input_files({"name": "坏了的.jpg", "mimeType": "image/jpeg", "buffer": b"x"})
    expect(chips).to_contain_text("坏了的.jpg")
    expect(chips.locator(".ti-file")).to_be_visible()
    chips.get_by_role("button").click()
    expect(chips).to_have_count(0)
    assert chooser.evaluate("input => input.files.length") == 0
