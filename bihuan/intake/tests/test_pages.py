"""The mail room as its people see it."""

import pytest

from bihuan.intake.actions import deliver_message, send_message
from bihuan.intake.models import Message, Quarantine
from bihuan.intake.tests.factories import AT, LIN, POSTMAN, mail, take, taken
from tests.people import build_company, signed_in

pytestmark = pytest.mark.django_db

GARBLED = "没有信头，电话 13800001234".encode()


@pytest.fixture
def company():
    return build_company()


def test_a_leader_sees_what_waits_and_releases_it(company, count_queries):
    receipt = take(GARBLED)
    wei = signed_in(company.wei)
    with count_queries("intake.quarantine"):
        page = wei.get("/intake/quarantine")
    assert "没有信头" in page.text and "13800001234" not in page.text
    answer = wei.post(f"/intake/mails/{receipt.mail_id}/release", follow=True)
    assert answer.status_code == 200 and "没有信头" not in answer.text
    assert "没有信头" in Message.objects.get().body


def test_a_leader_dismisses_with_a_reason(company):
    receipt = take(GARBLED)
    signed_in(company.wei).post(f"/intake/mails/{receipt.mail_id}/dismiss", {"note": "广告"})
    assert (Quarantine.objects.get().state, Quarantine.objects.get().note) == ("DISMISSED", "广告")


def test_a_second_decision_is_refused_in_words(company):
    receipt = take(GARBLED)
    wei = signed_in(company.wei)
    wei.post(f"/intake/mails/{receipt.mail_id}/dismiss", {"note": "广告"})
    again = wei.post(f"/intake/mails/{receipt.mail_id}/release")
    assert again.status_code == 409 and "已经处理过" in again.text
    assert not Message.objects.exists()


def test_a_mail_taken_for_a_machines_can_be_found(company):
    take(mail("真人写在群发列表里的投诉", list_id="<group.example>"))
    page = signed_in(company.system_admin).get("/intake/automatic")
    assert "真人写在群发列表里的投诉" in page.text


def test_the_outbox_names_nobody_in_clear(company, count_queries, mailoutbox):
    message = taken(mail("您好"))
    sent = send_message(actor=LIN, conversation_id=message.conversation_id, body="已收到", at=AT)
    deliver_message(actor=POSTMAN, message_id=sent.pk, at=AT)
    wei = signed_in(company.wei)
    with count_queries("intake.outbox"):
        page = wei.get("/intake/outbox")
    assert "z***@mail.example" in page.text and "zhaomin" not in page.text and "赵敏" not in page.text
    assert "已发送" in page.text


@pytest.mark.parametrize("path", ["quarantine", "automatic", "outbox"])
def test_empty_pages_say_what_would_fill_them(company, path):
    assert "bs-empty" in signed_in(company.wei).get(f"/intake/{path}").text


@pytest.mark.parametrize("path", ["quarantine", "automatic", "outbox"])
def test_agents_have_no_mail_room(company, path):
    assert signed_in(company.lin).get(f"/intake/{path}").status_code == 403


@pytest.mark.parametrize("verb", ["release", "dismiss"])
def test_an_agent_decides_nothing(company, verb):
    receipt = take(GARBLED)
    assert signed_in(company.lin).post(f"/intake/mails/{receipt.mail_id}/{verb}").status_code == 403
    assert Quarantine.objects.get().state == "WAITING"
