"""Short stories of the desk: by keyboard alone, drafts, two people on one case, a leader's list, the looks kept."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.journeys.company import NIGHT, OVERDUE, SHARED, TYPED
from tests.journeys.windows import Window

pytestmark = [pytest.mark.journey, pytest.mark.prints]

Windows = Callable[..., Window]
LIN, ZHOU, WEI = "E10001", "E10002", "E10003"


def find(person: Window, waybill: str) -> None:
    """Open the one case of a waybill."""
    person.page.goto(f"/search?q={waybill}")
    person.page.locator("main [data-list] a").first.click()
    expect(person.page.locator(".bh-case-meta")).to_be_visible()


@pytest.mark.feature("5.5", "15.13")
def test_an_agent_works_a_whole_case_by_keyboard(window: Windows) -> None:
    zhou = window(ZHOU)
    keys = zhou.page.keyboard
    zhou.page.wait_for_url("**/desk")
    zhou.wait_for_live()
    keys.press("j")
    expect(zhou.page.locator("#queues .bh-q").first).to_be_focused()
    keys.press("Enter")
    zhou.page.wait_for_url("**/desk?kind=**")
    zhou.look()
    keys.press("/")
    keys.type(NIGHT)
    keys.press("Enter")
    zhou.page.wait_for_url("**/search?q=**")
    zhou.look()
    keys.press("j")
    keys.press("Enter")
    expect(zhou.page.get_by_role("button", name="领走")).to_be_visible()
    keys.press("t")
    zhou.toast("案件归你承办")
    keys.press("?")
    for label in ("回复客户", "内部备注", "搜索案件"):
        expect(zhou.page.locator("#bh-keys")).to_contain_text(label)
    zhou.look()
    keys.press("Escape")
    keys.press("r")
    expect(zhou.page.locator("#reply-text")).to_be_focused()
    keys.type("您好，照片已收到，今晚核对。")
    keys.press("Control+Enter")
    zhou.toast("已发给客户")
    zhou.see("您好，照片已收到，今晚核对。", within=".bh-tl")
    expect(zhou.page.locator("#reply-text")).to_have_value("")
    keys.press("Control+k")
    keys.type("登记")
    expect(zhou.page.locator("#bh-palette-list [aria-selected=true]")).to_contain_text("登记")
    keys.press("Enter")
    zhou.page.wait_for_url("**/cases/new")
    zhou.look()
    keys.press("g")
    keys.press("w")
    zhou.page.wait_for_url("**/desk")


@pytest.mark.feature("5.5")
def test_a_draft_outlives_the_page_and_is_shown_to_nobody_else(window: Windows) -> None:
    words = "赔付标准我再核对一次，明早回您。"
    lin = window(LIN)
    find(lin, TYPED)
    lin.page.locator("#reply-text").fill(words)
    expect(lin.page.locator("[data-draft-note]")).to_contain_text("草稿已存")
    lin.page.reload()
    expect(lin.page.locator("#reply-text")).to_have_value(words)
    lin.look()
    at_home = window(LIN)
    find(at_home, TYPED)
    expect(at_home.page.locator("#reply-text")).to_have_value(words)
    wei = window(WEI)
    find(wei, TYPED)
    expect(wei.page.locator("#reply-text")).to_have_value("")
    assert words not in wei.page.content()


@pytest.mark.feature("5.3", "5.5")
def test_of_two_people_on_one_case_one_wins_and_nothing_typed_is_lost(window: Windows) -> None:
    words = "代收货款的流水我已经要来了。"
    lin, zhou = window(LIN), window(ZHOU)
    find(lin, SHARED)
    find(zhou, SHARED)
    zhou.page.locator("#reply-text").fill(words)
    lin.page.get_by_role("button", name="领走").click()
    lin.toast("案件归你承办")
    zhou.expected_statuses = {409, 403}
    zhou.page.locator("#reply-text").press("Control+Enter")
    zhou.see("这件案子由同事承办")
    zhou.see("请承办人转交，或由班组长改派")
    zhou.see(words)
    zhou.look()
    zhou.page.go_back()
    zhou.page.get_by_role("button", name="领走").click()
    zhou.see("同事先领走了这件案子")
    zhou.look()


@pytest.mark.feature("4.8", "1.7")
def test_a_leader_gives_a_late_case_to_somebody_else(window: Windows) -> None:
    zhou, wei = window(ZHOU), window(WEI)
    mine = zhou.page.locator("#queues").get_by_text("三天没有人回复我")
    expect(mine).to_be_visible()
    zhou.wait_for_live()
    wei.page.wait_for_url("**/risk")
    wei.look()
    row = wei.page.locator("tbody tr").filter(has_text="三天没有人回复我")
    row.locator("[data-pick]").check()
    bar = wei.page.locator("[data-bulk-bar]")
    bar.locator("#bulk-agent").select_option(label="魏强 · 华东投诉组")
    wei.look()
    bar.get_by_role("button", name="改派").click()
    wei.toast("已改派 1 件")
    expect(row).to_have_count(0)
    expect(mine).to_have_count(0)
    find(wei, OVERDUE)
    wei.see("承办 魏强", within=".bh-case-meta")


@pytest.mark.feature("15.11", "15.13")
def test_dark_and_english_are_kept_from_page_to_page(window: Windows) -> None:
    lin = window(LIN)
    lin.page.wait_for_url("**/desk")
    lin.page.locator("button.bh-me").click()
    lin.page.locator("#bh-me [name=theme][value=dark]").click()
    expect(lin.page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    with lin.page.expect_navigation():
        lin.page.locator("#bh-me [name=language][value=en]").click()
    for path, words in (
        ("/desk", "My queues"),
        ("/cases", "Cases"),
        ("/cases/new", "Register cases"),
        ("/service/", "Tell us once"),
    ):
        lin.open(path)
        expect(lin.page.locator("html")).to_have_attribute("data-bs-theme", "dark")
        expect(lin.page.locator("html")).to_have_attribute("lang", "en")
        expect(lin.page.locator("main")).to_contain_text(words)
