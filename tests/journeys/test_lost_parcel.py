"""A lost parcel, from the customer's own words through every hand to the rating and the archive."""

import re
import smtplib
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from tests.journeys import story
from tests.journeys.conftest import SERVICE
from tests.journeys.windows import Window
from tests.mailserver import MailServer
from tests.stack import Stack
from tests.waiting import wait_until

pytestmark = [pytest.mark.journey, pytest.mark.prints]


@pytest.fixture
def lin(window: Callable[..., Window]) -> Window:
    """Lin the agent before her workspace, which was open before anything happened."""
    opened = window("E10001")
    opened.page.wait_for_url("**/desk")
    opened.wait_for_live()
    opened.look()
    return opened


@pytest.fixture
def xu(window: Callable[..., Window]) -> Window:
    """Xu of operations with the phone in his hand."""
    opened = window("E20001", phone=True)
    opened.page.wait_for_url("**/handoffs")
    opened.wait_for_live()
    opened.look()
    return opened


@pytest.mark.feature("3.7", "3.13", "4.2", "4.5", "4.10", "4.12", "4.13", "4.16", "5.4", "1.5", "1.7")
def test_a_complaint_from_the_portal_goes_the_whole_way(window, lin: Window, xu: Window) -> None:
    phone = window(phone=True)
    phone.expected_statuses = {422}
    number, code = story.sees_it_come(lin, lambda: story.file_complaint(phone))
    qian = story.travel(window, lin, xu, number)
    story.follow_and_rate(window(phone=True), number, code)
    with qian.page.expect_download() as download:
        qian.page.get_by_role("link", name="档案").click()
    story.verify_archive(download.value.path().read_bytes(), number)

    phone.open("/service/follow")
    story.find_case(phone, number, code)
    phone.see("查询码已用过")
    phone.look()


class Customer:
    """Somebody with a mailbox of their own on the mail server."""

    def __init__(self, server: MailServer) -> None:
        self.server = server
        self.user = server.new_user()
        server.maildir(self.user)

    def write(self, subject: str, text: str) -> None:
        """Send a mail to the service by SMTP."""
        mail = EmailMessage()
        mail["From"], mail["To"] = f"赵敏娟 <{self.user}@mail.example>", f"{SERVICE}@bihuan.example"
        mail["Subject"], mail["Message-ID"] = subject, f"<first.{self.user}@mail.example>"
        mail.set_content(text)
        with smtplib.SMTP("127.0.0.1", self.server.smtp.port) as line:
            line.send_message(mail)

    def mail_with(self, words: str) -> EmailMessage:
        """Wait for the mail whose text holds these words."""
        found: list[EmailMessage] = []

        def arrived() -> bool:
            mails = [message_from_bytes(bytes(raw), policy=default) for raw in self.server.inbox(self.user)]
            found[:] = [mail for mail in mails if words in mail.get_content()]
            return bool(found)

        wait_until(arrived, seconds=45, describe=lambda: f"no mail says {words}")
        return found[-1]


@pytest.mark.feature("3.4", "3.7", "4.5", "4.12", "4.13")
def test_a_complaint_by_mail_goes_the_whole_way(
    window, lin: Window, xu: Window, stack: Stack, mail_server: MailServer
) -> None:
    customer = Customer(mail_server)

    def write() -> tuple[str, str]:
        customer.write("投诉快递丢失", f"我要投诉：{story.MATTER}快递丢失了，请尽快找回。单号 {story.WAYBILL}")
        stack.run("bihuan", "mail", "poll")  # unless the worker was here first, as in each minute
        receipt = customer.mail_with("查询码")
        number = re.search(r"TS-\d{8}-\d{6}", str(receipt["Subject"]))
        code = re.search(r"查询码 ([A-Z0-9]{8})", receipt.get_content())
        assert number and code and receipt["In-Reply-To"] == f"<first.{customer.user}@mail.example>"
        return number[0], code[1]

    number, code = story.sees_it_come(lin, write)
    phone = window(phone=True)
    story.follow(phone, number, code)
    phone.see("首次回复")
    phone.look()
    story.travel(window, lin, xu, number)
    answer = customer.mail_with("除赔偿外退还运费 23 元")
    assert number in str(answer["Subject"]) and f"{customer.user}@mail.example" in str(answer["To"])

    phone.open("/service/follow")
    phone.page.locator("#code-number").fill(number)
    phone.page.get_by_role("button", name="发送查询码").click()
    phone.toast("查询码已发出")
    fresh = re.search(r"查询码是 ([A-Z0-9]{8})", customer.mail_with("查询码是").get_content())
    assert fresh
    story.follow_and_rate(window(phone=True), number, fresh[1])
