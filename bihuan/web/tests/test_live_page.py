"""The scripts of live updates in a real browser, against a server that says what the test wants."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from bihuan.web.tests.live_page import LivePage, entry

STATE = "data-live-state"


@pytest.fixture
def server():
    server = LivePage()
    yield server
    server.cut()
    server.shutdown()
    server.server_close()


@pytest.fixture(params=["shared worker", "no shared worker"])
def window(request, browser: Browser):
    context = browser.new_context()
    if request.param == "no shared worker":
        context.add_init_script("delete window.SharedWorker")
    yield context
    context.close()


def open_page(window, server, path: str = "/page") -> Page:
    page = window.new_page()
    page.goto(f"{server.address}{path}")
    expect(page.locator("html")).to_have_attribute(STATE, "on")
    return page


def test_a_part_loads_itself_when_its_case_changes_and_others_stay(window, server):
    page = open_page(window, server)
    server.change(12, xid=101)
    expect(page.locator("#case")).to_have_text("1")
    expect(page.locator("#queue")).to_have_text("1")
    expect(page.locator("#other")).to_have_text("0")
    assert server.asked == ["100:0"]


def test_many_changes_at_once_load_a_part_once(window, server):
    page = open_page(window, server)
    for xid in range(101, 131):
        server.change(12, xid)
    expect(page.locator("#case")).to_have_text("1")
    server.change(13, xid=140)
    expect(page.locator("#other")).to_have_text("1")
    assert server.loads["case"] == 1


def test_an_entry_that_comes_twice_is_told_once(window, server):
    page = open_page(window, server)
    page.evaluate("addEventListener('bihuan:live', () => { document.title += '!' }, true)")
    for xid in (101, 101, 102):
        server.change(12, xid)
    server.change(13, xid=103)
    expect(page).to_have_title("/page!!!")


def test_a_part_that_somebody_types_in_waits_until_they_leave_it(window, server):
    page = open_page(window, server)
    page.locator("#words").fill("您好")
    server.change(12, xid=101)
    expect(page.locator("#case")).to_have_text("1")
    assert "draft" not in server.loads
    expect(page.locator("#words")).to_have_value("您好")
    page.locator("#words").blur()
    expect(page.locator("#draft")).to_have_text("1")


def test_a_page_may_keep_a_part_from_loading_itself(window, server):
    """For a list that shows "3 new cases" instead of moving under the pointer."""
    page = open_page(window, server)
    page.evaluate(
        "document.querySelector('#queue').addEventListener('bihuan:live-due',"
        " (event) => { event.preventDefault(); document.title = event.detail.entries.length })"
    )
    server.change(12, xid=101)
    expect(page).to_have_title("1")
    expect(page.locator("#queue")).to_have_text("0")


@pytest.mark.feature("5.4")
def test_after_a_broken_line_the_page_is_marked_and_comes_up_to_date_by_itself(window, server):
    page = open_page(window, server)
    page.evaluate(
        "for (const name of ['bh:stale', 'bh:fresh']) document.addEventListener(name, () => { document.title = name })"
    )
    server.change(12, xid=101)
    expect(page.locator("#case")).to_have_text("1")
    server.cut()
    expect(page.locator("html")).to_have_attribute(STATE, "retry")
    expect(page).to_have_title("bh:stale")
    server.missed = [entry(12, xid=105)]
    server.line_is_up = True
    expect(page.locator("html")).to_have_attribute(STATE, "on")
    expect(page).to_have_title("bh:fresh")
    expect(page.locator("#case")).to_have_text("2")
    assert server.asked[-1] == "101:1"


@pytest.mark.feature("5.4")
def test_on_an_old_page_the_colleagues_reply_is_there_before_one_can_send(window, server):
    server.words["case"] = "请问包裹在哪？"
    page = open_page(window, server)
    page.locator("#case").evaluate("part => { part.textContent = '请问包裹在哪？' }")
    server.cut()
    expect(page.locator("html")).to_have_attribute(STATE, "retry")
    server.words["case"] = "请问包裹在哪？同事：已经派送。"
    page.locator("#send").click()
    expect(page.locator("#case")).to_have_text("请问包裹在哪？同事：已经派送。")
    expect(page.locator("#held")).to_be_visible()
    assert page.url.endswith("/page")
    page.locator("#send").click()
    page.wait_for_url(re.compile("/sent"))


def test_on_an_old_page_without_news_the_form_goes_its_way(window, server):
    server.words["case"], server.words["draft"] = "0", '<textarea id="words"></textarea>'
    page = open_page(window, server)
    server.cut()
    expect(page.locator("html")).to_have_attribute(STATE, "retry")
    page.locator("#send").click()
    page.wait_for_url(re.compile("/sent"))


def test_a_resync_loads_every_part(window, server):
    page = open_page(window, server)
    server.tell("resync", {}, "900:0")
    for part in ("#case", "#other", "#queue"):
        expect(page.locator(part)).to_have_text("1")


def test_the_end_of_the_session_ends_the_stream_for_good(window, server):
    page = open_page(window, server)
    server.tell("signed-out", {}, "101:0")
    expect(page.locator("html")).to_have_attribute(STATE, "off")
    assert len(server.asked) == 1


@pytest.fixture
def tabs(browser: Browser):
    context = browser.new_context()
    yield context
    context.close()


def test_ten_tabs_share_one_stream(tabs, server):
    """HTTP/1.1 allows six connections to a server: without sharing the seventh tab would hang."""
    pages = [open_page(tabs, server, f"/page{number}") for number in range(10)]
    server.change(13, xid=101)
    for page in pages:
        page.bring_to_front()
        expect(page.locator("#other")).not_to_have_text("0")
    assert len(server.asked) == 1


def test_a_tab_that_opens_later_hears_what_happened_since_it_was_rendered(tabs, server):
    first = open_page(tabs, server)
    server.change(12, xid=105)
    expect(first.locator("#case")).to_have_text("1")
    up_to_date = open_page(tabs, server, "/later?after=106:0")
    behind = open_page(tabs, server, "/earlier?after=103:0")
    expect(behind.locator("#case")).not_to_have_text("0")
    assert up_to_date.locator("#case").text_content() == "0"
    assert len(server.asked) == 1


def test_a_tab_older_than_what_the_stream_knows_loads_everything(tabs, server):
    open_page(tabs, server)
    page = open_page(tabs, server, "/page?after=50:0")
    expect(page.locator("#other")).not_to_have_text("0")


def test_a_tab_of_another_person_gets_a_stream_of_its_own(tabs, server):
    open_page(tabs, server)
    server.staff = 8
    page = tabs.new_page()
    page.route("**/as-wei", lambda route: route.fulfill(response=(answer := route.fetch()), body=as_wei(answer.text())))
    page.goto(f"{server.address}/as-wei")
    expect(page.locator("html")).to_have_attribute(STATE, "on")
    assert len(server.asked) == 2


def as_wei(page: str) -> str:
    return page.replace('data-staff="7"', 'data-staff="8"')
