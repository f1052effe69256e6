"""What goes out, and how far it comes."""

import smtplib
from datetime import timedelta

import pytest
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from bihuan.customers.actions import find_or_register_customer
from bihuan.foundation.errors import NotAllowed
from bihuan.foundation.files import store_file
from bihuan.intake import loops
from bihuan.intake.actions import (
    MessageEmpty,
    deliver_due,
    deliver_message,
    link_number,
    send_message,
    send_notice,
)
from bihuan.intake.models import Delivery, Message
from bihuan.intake.tests.factories import AT, LIN, POSTMAN, QIAN, ZHAO_ADDRESS, mail, said, take, taken
from bihuan.journal.models import StoredEntry

pytestmark = pytest.mark.django_db


class FailingBackend(EmailBackend):
    """A mail server that answers with the error in ``error``."""

    error: Exception

    def send_messages(self, messages):
        raise self.error


@pytest.fixture
def failing(settings, monkeypatch):
    """Make the mail server answer with an error."""

    def fail_with(error: Exception) -> None:
        monkeypatch.setattr(FailingBackend, "error", error, raising=False)
        settings.EMAIL_BACKEND = f"{__name__}.FailingBackend"
        monkeypatch.setattr("django.core.mail.get_connection", lambda *a, **k: FailingBackend())

    return fail_with


def replied(body: str = "已收到", at=AT) -> Message:
    message = taken(mail(message_id="<a@mail.example>"))
    return send_message(actor=LIN, conversation_id=message.conversation_id, body=body, at=at)


def deliver(message: Message, at=AT) -> str:
    return deliver_message(actor=POSTMAN, message_id=message.pk, at=at)


def queued_jobs() -> list[int]:
    found = ProcrastinateJob.objects.filter(task_name="intake.deliver").order_by("id")
    return [args["message_id"] for args in found.values_list("args", flat=True)]


def test_an_answer_goes_to_the_address_the_mail_came_from(mailoutbox):
    message = replied()
    assert deliver(message) == "SENT"
    sent = mailoutbox[0]
    assert sent.to == [ZHAO_ADDRESS]
    headers = sent.message()
    assert headers["Message-ID"] == message.external_id
    assert headers["In-Reply-To"] == "<a@mail.example>" and headers["References"] == "<a@mail.example>"
    assert headers["Auto-Submitted"] is None
    assert StoredEntry.objects.get(code="message.sent").payload["attempts"] == 1


def test_a_later_answer_refers_to_the_whole_thread(mailoutbox):
    first = replied()
    second = send_message(actor=LIN, conversation_id=first.conversation_id, body="又及", at=AT + timedelta(minutes=1))
    deliver(second, AT + timedelta(minutes=1))
    assert mailoutbox[0].message()["References"] == f"<a@mail.example> {first.external_id}"


def test_the_mail_says_what_the_customer_wrote_and_the_number(mailoutbox):
    message = replied("您的电话 13800001234 对吗？")
    link_number(actor=POSTMAN, conversation_id=message.conversation_id, number="TS-20261123-000128", at=AT)
    assert "13800001234" not in message.body
    deliver(message)
    assert mailoutbox[0].subject == "[TS-20261123-000128] Re: 快件丢失"
    assert "13800001234" in mailoutbox[0].body and "TS-20261123-000128" in mailoutbox[0].body


def test_files_go_along(mailoutbox):
    message = taken(mail())
    file = store_file(name="赔付单.txt", content=b"x", at=AT)
    ours = send_message(actor=LIN, conversation_id=message.conversation_id, body="见附件", files=[file], at=AT)
    deliver(ours)
    assert mailoutbox[0].attachments[0].filename == "赔付单.txt"


def test_the_job_exists_exactly_when_the_message_does():
    message = replied()
    assert queued_jobs() == [message.pk]
    with transaction.atomic():
        send_message(actor=LIN, conversation_id=message.conversation_id, body="再见", at=AT)
        transaction.set_rollback(True)
    assert queued_jobs() == [message.pk]


def test_nothing_is_sent_twice(mailoutbox):
    message = replied()
    assert [deliver(message), deliver(message)] == ["SENT", "SENT"]
    assert len(mailoutbox) == 1


def test_an_attempt_that_died_is_made_again_later_under_the_same_id(mailoutbox):
    message = replied()
    Delivery.objects.filter(pk=message.pk).update(attempts=1, due_at=loops.next_attempt(1, AT))
    assert deliver(message) == "QUEUED"
    assert deliver_due(actor=POSTMAN, at=AT) == 0
    assert deliver_due(actor=POSTMAN, at=AT + timedelta(minutes=2)) == 1
    assert [sent.message()["Message-ID"] for sent in mailoutbox] == [message.external_id]


@pytest.mark.parametrize(
    ("error", "kept"),
    [
        (ConnectionRefusedError("no"), "ConnectionRefusedError"),
        (smtplib.SMTPDataError(451, b"try later zhaomin@mail.example"), "SMTPDataError 451"),
        (smtplib.SMTPRecipientsRefused({ZHAO_ADDRESS: (450, b"greylisted")}), "SMTPRecipientsRefused 450"),
        (smtplib.SMTPAuthenticationError(535, b"bad password"), "SMTPAuthenticationError"),
        (smtplib.SMTPServerDisconnected("gone"), "SMTPServerDisconnected"),
    ],
)
def test_a_passing_error_is_tried_again_and_its_words_are_not_kept(failing, error, kept):
    message = replied()
    failing(error)
    assert deliver(message) == "QUEUED"
    delivery = Delivery.objects.get()
    assert (delivery.error, delivery.attempts) == (kept, 1)
    assert delivery.due_at == AT + timedelta(minutes=1)
    assert not StoredEntry.objects.filter(code="message.failed").exists()


def test_a_refusal_for_good_fails_at_once(failing):
    message = replied()
    failing(smtplib.SMTPRecipientsRefused({ZHAO_ADDRESS: (550, b"no such user")}))
    assert deliver(message) == "FAILED"
    entry = StoredEntry.objects.get(code="message.failed")
    assert entry.payload["error"] == "SMTPRecipientsRefused 550" and ZHAO_ADDRESS not in str(entry.payload)


def test_attempts_grow_apart_and_end(failing):
    message = replied()
    failing(TimeoutError("slow"))
    at, states = AT, []
    for _ in range(loops.MAX_ATTEMPTS):
        states.append(deliver(message, at))
        at = Delivery.objects.get().due_at
    assert states == ["QUEUED"] * (loops.MAX_ATTEMPTS - 1) + ["FAILED"]
    assert timedelta(hours=5) < at - AT < timedelta(hours=12)


def test_a_customer_without_an_address_reads_the_answer_on_the_portal():
    message = said()
    ours = send_message(actor=LIN, conversation_id=message.conversation_id, body="已收到", at=AT)
    assert not hasattr(ours, "delivery") and queued_jobs() == []
    assert StoredEntry.objects.get(code="message.queued").payload["by_mail"] is False


def test_a_portal_customer_who_left_an_address_gets_a_mail(mailoutbox):
    customer = find_or_register_customer(actor=POSTMAN, name="赵敏", email=ZHAO_ADDRESS, at=AT)
    message = said(customer_id=customer.pk)
    deliver(send_message(actor=LIN, conversation_id=message.conversation_id, body="已收到", at=AT))
    assert mailoutbox[0].to == [ZHAO_ADDRESS]


def test_a_notice_is_marked_as_automatic(mailoutbox):
    message = taken(mail())
    deliver(send_notice(actor=POSTMAN, conversation_id=message.conversation_id, notice="RECEIPT", body="已受理", at=AT))
    headers = mailoutbox[0].message()
    assert headers["Auto-Submitted"] == "auto-replied" and headers["X-Auto-Response-Suppress"] == "All"


def test_a_one_time_code_is_in_the_mail_and_nowhere_else(mailoutbox):
    message = taken(mail())
    notice = send_notice(
        actor=POSTMAN,
        conversation_id=message.conversation_id,
        notice="FOLLOW_CODE",
        body="查询码 K7QX2M9P，30 天内有效。",
        secret="K7QX2M9P",
        at=AT,
    )
    assert "K7QX2M9P" not in notice.body and "••••••" in notice.body
    deliver(notice)
    assert "K7QX2M9P" in mailoutbox[0].body
    assert Delivery.objects.get().secret is None


def test_notices_into_one_thread_are_held_back_beyond_the_limit():
    message = taken(mail())
    for _ in range(loops.NOTICES_PER_THREAD + 2):
        send_notice(actor=POSTMAN, conversation_id=message.conversation_id, notice="X", body="通知", at=AT)
    states = list(Delivery.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["QUEUED"] * loops.NOTICES_PER_THREAD + ["HELD"] * 2
    later = AT + loops.WINDOW + timedelta(minutes=1)
    notice = send_notice(actor=POSTMAN, conversation_id=message.conversation_id, notice="X", body="通知", at=later)
    assert notice.delivery.state == "QUEUED"


@pytest.mark.feature("3.4")
def test_two_robots_do_not_talk_for_ever(mailoutbox):
    """A robot that answers every notice with a new mail, without any mark or reference, is answered a few times."""
    for number in range(40):
        message = Message.objects.get(
            pk=take(mail(f"机器人 {number}", message_id=f"<r{number}@bot.example>")).message_id
        )
        notice = send_notice(
            actor=POSTMAN, conversation_id=message.conversation_id, notice="RECEIPT", body="已受理", at=AT
        )
        deliver(notice)
    assert len(mailoutbox) == loops.NOTICES_PER_ADDRESS


def test_sending_is_refused_to_those_without_the_right():
    message = taken(mail())
    with pytest.raises(NotAllowed):
        send_message(actor=QIAN, conversation_id=message.conversation_id, body="x", at=AT)
    with pytest.raises(MessageEmpty):
        send_message(actor=LIN, conversation_id=message.conversation_id, body=" ", at=AT)
    assert Message.objects.count() == 1


def test_mail_without_a_server_is_kept_in_files(settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "sent"
    assert deliver(replied("已经找到")) == "SENT"
    (kept,) = (tmp_path / "sent").iterdir()
    assert ZHAO_ADDRESS in kept.read_text(encoding="utf-8")
