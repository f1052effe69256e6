"""A mail comes in: kept, threaded, and accounted for under exactly one outcome."""

import logging
import threading
from datetime import timedelta

import pytest
from django.db import OperationalError, connection

from bihuan.customers.models import Customer
from bihuan.foundation.errors import NotAllowed
from bihuan.intake.actions import add_note, deliver_message, link_number, receive_mail, send_message
from bihuan.intake.actions import mail as mail_actions
from bihuan.intake.loops import MAILS_PER_THREAD
from bihuan.intake.models import Conversation, Delivery, Mail, Message, Quarantine
from bihuan.intake.tests.factories import AT, LIN, POSTMAN, ZHAO_ADDRESS, mail, take, taken
from bihuan.journal.models import StoredEntry
from bihuan.mail.reasons import MailOutcome, MailReason

pytestmark = pytest.mark.django_db

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 30
NUMBER = "TS-20261123-000128"


def answer(message: Message, body: str = "谢谢", **headers: str) -> bytes:
    return mail(body, in_reply_to=message.external_id, **headers)


def test_a_mail_becomes_a_message_of_its_sender():
    message = taken(mail("快件丢了，电话 13800001234", message_id="<a@mail.example>"))
    customer = message.conversation.customer
    assert customer.name == "赵敏" and message.conversation.reply_to.value == ZHAO_ADDRESS
    assert message.external_id == "<a@mail.example>" and "13800001234" not in message.body
    assert Mail.objects.get().message == message


def test_what_is_kept_of_a_mail_is_sealed():
    take(mail("绝密内容 secret-content"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT raw FROM intake_mail")
        raw = bytes(cursor.fetchone()[0])
    assert b"secret-content" not in raw
    assert b"secret-content" in Mail.objects.get().raw


def test_the_same_mail_twice_is_counted_and_not_stored_again():
    raw = mail("您好", message_id="<a@mail.example>")
    first, second = take(raw), take(b"Received: by another way\r\n" + raw)
    assert (first.outcome, second.outcome) == (MailOutcome.RECEIVED, MailOutcome.DUPLICATE)
    assert second.message_id == first.message_id
    assert Message.objects.count() == 1 and Mail.objects.get(pk=second.mail_id).raw is None


def test_a_mail_without_an_id_is_known_by_its_content():
    assert take(mail("您好", date="Mon, 23 Nov 2026 10:00:00 +0800")).outcome == MailOutcome.RECEIVED
    assert take(mail("您好", date="Mon, 23 Nov 2026 10:00:00 +0800")).outcome == MailOutcome.DUPLICATE
    assert take(mail("再见")).outcome == MailOutcome.RECEIVED


def test_another_mail_under_a_known_id_is_set_aside_once():
    take(mail("您好", message_id="<a@mail.example>"))
    assert take(mail("另一封", message_id="<a@mail.example>")).reason == MailReason.ID_REUSED
    assert take(mail("另一封", message_id="<a@mail.example>")).outcome == MailOutcome.DUPLICATE
    assert Quarantine.objects.count() == 1


def test_an_answer_joins_the_conversation_it_answers():
    message = taken(mail(message_id="<a@mail.example>"))
    ours = send_message(actor=LIN, conversation_id=message.conversation_id, body="已收到", at=AT)
    for raw in (
        answer(ours, message_id="<b@mail.example>"),
        mail("催一下", references=f"<unknown@x.example> {ours.external_id}", message_id="<c@mail.example>"),
        mail("补充", in_reply_to="<a@mail.example>", **{"from": "other@mail.example"}),
    ):
        assert taken(raw).conversation_id == message.conversation_id
    assert Conversation.objects.count() == 1


def test_the_new_part_of_an_answer_is_the_message_and_the_rest_is_kept():
    message = taken(mail("好的\n\n在 2026年11月23日，远禾 <s@x.cn> 写道：\n> 已收到"))
    assert message.body == "好的" and "已收到" in message.quoted


def test_a_number_in_the_subject_counts_from_the_conversations_own_customer_only():
    message = taken(mail())
    link_number(actor=POSTMAN, conversation_id=message.conversation_id, number=NUMBER, at=AT)
    own = taken(mail("进展如何", subject=f"Re: [{NUMBER}] 快件丢失"))
    stranger = taken(mail("给我看看", subject=f"Re: [{NUMBER}]", **{"from": "mallory@mail.example"}))
    assert own.conversation_id == message.conversation_id
    assert stranger.conversation_id != message.conversation_id


def test_files_are_taken_in_and_refused_ones_are_named():
    message = taken(mail(files=(("破损.png", PNG, "image/png"), ("run.exe", b"MZ", "application/octet-stream"))))
    kept, refused = message.attachments.order_by("id")
    assert (kept.file.name, refused.name, refused.refusal) == ("破损.png", "run.exe", "file_type_refused")


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"auto_submitted": "auto-replied"}, MailReason.AUTO_SUBMITTED),
        ({"precedence": "bulk"}, MailReason.BULK),
        ({"list_id": "<news.example>"}, MailReason.BULK),
        ({"subject": "自动回复：外出"}, MailReason.AUTO_REPLY),
        ({"from": "MAILER-DAEMON@mx.example"}, MailReason.BOUNCE),
    ],
)
def test_a_machines_mail_opens_nothing(headers, reason):
    receipt = take(mail(**headers))
    assert (receipt.outcome, receipt.reason) == (MailOutcome.AUTOMATIC, reason)
    assert not Conversation.objects.exists() and not StoredEntry.objects.filter(code="message.received").exists()


def test_a_machines_answer_is_shown_where_it_belongs_and_wakes_nobody():
    message = taken(mail())
    ours = send_message(actor=LIN, conversation_id=message.conversation_id, body="已收到", at=AT)
    receipt = take(answer(ours, "我在休假", auto_submitted="auto-replied"))
    shown = Message.objects.get(pk=receipt.message_id)
    assert shown.is_automatic and shown.conversation_id == message.conversation_id
    assert StoredEntry.objects.filter(code="message.received").count() == 1
    assert StoredEntry.objects.filter(code="message.noted").count() == 1


def test_our_own_mail_that_comes_back_is_recognised(mailoutbox):
    message = taken(mail())
    ours = send_message(actor=LIN, conversation_id=message.conversation_id, body="已收到", at=AT)
    deliver_message(actor=POSTMAN, message_id=ours.pk, at=AT)
    receipt = take(mailoutbox[0].message().as_bytes())
    assert (receipt.outcome, receipt.reason) == (MailOutcome.AUTOMATIC, MailReason.OWN_MESSAGE)


def test_a_returned_mail_marks_its_delivery_as_failed(mailoutbox):
    message = taken(mail())
    ours = send_message(actor=LIN, conversation_id=message.conversation_id, body="已收到", at=AT)
    deliver_message(actor=POSTMAN, message_id=ours.pk, at=AT)
    take(report(ours.external_id, action="delayed", own_id="<r0@mx.example>"))
    assert Delivery.objects.get().state == "SENT"
    take(report(ours.external_id, action="failed", own_id="<r1@mx.example>"))
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.error) == ("FAILED", "bounced")
    assert StoredEntry.objects.get(code="message.failed").payload["error"] == "bounced"


def report(message_id: str, *, action: str, own_id: str) -> bytes:
    return (
        "From: MAILER-DAEMON@mx.example\r\nSubject: Undelivered Mail\r\n"
        f"Message-ID: {own_id}\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nYour mail could not be delivered.\r\n"
        f"--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\nAction: {action}\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {message_id}\r\nSubject: x\r\n--b--\r\n"
    ).encode()


def test_a_thread_that_is_flooded_waits_for_a_person():
    message = taken(mail(message_id="<a0@mail.example>"))
    outcomes = [
        take(mail("又", in_reply_to="<a0@mail.example>", message_id=f"<a{number}@mail.example>")).outcome
        for number in range(1, MAILS_PER_THREAD + 3)
    ]
    assert outcomes[-3:] == [MailOutcome.QUARANTINED] * 3
    assert Message.objects.filter(conversation=message.conversation).count() == MAILS_PER_THREAD
    late = mail("又", in_reply_to="<a0@mail.example>", message_id="<late@mail.example>")
    assert take(late, AT + timedelta(hours=2)).outcome == MailOutcome.RECEIVED


def test_what_cannot_be_understood_is_kept_and_waits():
    receipt = take(b"\x00\xff garbage")
    assert (receipt.outcome, receipt.reason) == (MailOutcome.QUARANTINED, MailReason.NO_SENDER)
    assert Mail.objects.get().raw == b"\x00\xff garbage"
    assert take(b"\x00\xff garbage").outcome == MailOutcome.DUPLICATE
    assert StoredEntry.objects.get(code="mail.quarantined").payload["reason"] == "NO_SENDER"


@pytest.mark.prints
def test_a_mail_that_breaks_us_is_set_aside_and_logged_without_its_words(monkeypatch, caplog):
    words = "赵敏 13800001234"

    def break_down(*_arguments, **_options):
        raise KeyError(words)

    monkeypatch.setattr(mail_actions, "accept_mail", break_down)
    with caplog.at_level(logging.ERROR):
        receipt = take(mail("您好"))
    assert (receipt.outcome, receipt.reason) == (MailOutcome.QUARANTINED, MailReason.BROKEN)
    assert "KeyError" in caplog.text and words not in caplog.text
    assert not Customer.objects.exists()


@pytest.mark.parametrize("error", [OperationalError("gone"), OSError("disk full")])
def test_what_another_attempt_may_cure_is_not_swallowed(monkeypatch, error):
    def fail(*_arguments, **_options):
        raise error

    monkeypatch.setattr(mail_actions, "accept_mail", fail)
    with pytest.raises(type(error)):
        take(mail("您好"))
    assert not Mail.objects.exists()


def test_only_those_who_care_for_the_mailbox_take_mail_in():
    with pytest.raises(NotAllowed):
        receive_mail(actor=LIN, raw=mail(), at=AT)
    assert not Mail.objects.exists()


def test_a_note_is_not_part_of_the_thread():
    message = taken(mail(message_id="<a@mail.example>"))
    note = add_note(actor=LIN, conversation_id=message.conversation_id, body="内部", at=AT)
    assert note.external_id is None


@pytest.mark.django_db(transaction=True)
def test_the_same_mail_taken_in_twice_at_once_is_one_message():
    raw = mail("您好", message_id="<a@mail.example>")
    outcomes: list[str] = []

    def work() -> None:
        try:
            outcomes.append(take(raw).outcome)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(outcomes) == [MailOutcome.DUPLICATE] * 5 + [MailOutcome.RECEIVED]
    assert Message.objects.count() == 1
