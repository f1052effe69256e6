"""The door: locked after five wrong passwords, closed after a quarter of an hour, opened with a second factor."""

import base64
import hmac
import struct
import time
from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest
from playwright.sync_api import expect

from tests.journeys.windows import Window
from tests.people import PASSWORD
from tests.stack import Stack

pytestmark = [pytest.mark.journey, pytest.mark.prints]

Windows = Callable[..., Window]
LEFT = "SELECT expire_date - now() FROM django_session WHERE session_key = %s"
AGE = "UPDATE django_session SET expire_date = now() WHERE session_key = %s"
ZHOU, TAN, INSPECTOR = "E10002", "S10002", "H30001"


@pytest.mark.feature("15.3")
def test_five_wrong_passwords_lock_the_account(window: Windows) -> None:
    tan = window()
    tan.expected_statuses = {403, 429}
    for left in (4, 3, 2, 1):
        tan.sign_in(TAN, "not-the-password")
        tan.see(f"还可试 {left} 次")
    tan.look()
    tan.sign_in(TAN, "not-the-password")
    tan.see("登录已锁定 15 分钟")
    tan.look()
    tan.sign_in(TAN)
    tan.see("登录已锁定 15 分钟")


@pytest.mark.feature("15.3")
def test_after_a_quarter_of_an_hour_without_a_hand_the_way_back_is_kept(window: Windows, stack: Stack) -> None:
    zhou = window()
    zhou.sign_in(ZHOU)
    zhou.page.wait_for_url("**/desk")
    cookie = next(each for each in zhou.context.cookies() if each["name"] == "bihuan_session")
    # the clock is not ours to move: the session is aged instead
    with psycopg.connect(stack.database_url, autocommit=True) as connection:
        left = connection.execute(LEFT, [cookie["value"]]).fetchone()
        assert left and timedelta(minutes=14) < left[0] <= timedelta(minutes=15)
        connection.execute(AGE, [cookie["value"]])
    zhou.page.goto("/cases?open=1")
    zhou.see("15 分钟没有操作会自动退出")
    zhou.look()
    zhou.page.locator("#id_login").fill(ZHOU)
    zhou.page.locator("#id_password").fill(PASSWORD)
    zhou.page.locator("#id_password").press("Enter")
    zhou.page.wait_for_url("**/cases?open=1")


def code_of(secret: str) -> str:
    """The six digits an authenticator shows for a secret now (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", int(time.time()) // 30), "sha1")
    place = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[place : place + 4])[0] & 0x7FFFFFFF) % 10**6:06}"


def enter_code(person: Window, secret: str) -> None:
    """Type the present code; when its half minute ends on the way, the next one."""
    page, before = person.page, person.page.url
    for _attempt in range(2):
        page.locator("#id_code").fill(code_of(secret))
        with page.expect_navigation():
            page.locator("#id_code").press("Enter")
        if page.url != before:
            return


@pytest.mark.feature("15.3")
def test_a_second_factor_is_set_up_and_asked_for(window: Windows) -> None:
    su = window(INSPECTOR)
    su.page.wait_for_url("**/cases")
    su.page.locator("button.bh-me").click()
    su.page.get_by_role("link", name="登录与安全").click()
    su.look()
    su.page.get_by_role("link", name="启用").click()
    su.page.wait_for_url("**/reauthenticate/**")
    su.look()
    su.page.locator("#id_password").fill(PASSWORD)
    su.page.locator("#id_password").press("Enter")
    secret = su.page.locator("#authenticator_secret").input_value()
    su.look()
    enter_code(su, secret)
    su.page.goto("/account/2fa/")
    su.see("已启用：登录时还要输入验证器应用里的 6 位动态码。")
    su.look()

    again = window()
    again.sign_in(INSPECTOR)
    again.see("再核对一步")
    again.look()
    again.page.locator("#id_code").fill("000000")
    again.page.locator("#id_code").press("Enter")
    expect(again.page.locator("#code-error")).to_be_visible()
    enter_code(again, secret)
    again.page.wait_for_url("**/cases")
