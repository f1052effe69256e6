"""Reading a real IMAP server: nothing lost, nothing doubled, whatever happens in between."""

import io
import sys
from datetime import timedelta

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from bihuan.foundation.errors import NotAllowed
from bihuan.foundation.moment import now
from bihuan.intake import tasks
from bihuan.intake.actions import PollReport, deliver_message, poll_mailbox, polling, send_message, skip_mailbox
from bihuan.intake.models import Conversation, Mail, MailboxState, Message, Quarantine
from bihuan.intake.tests.factories import AT, LIN, POSTMAN, mail
from bihuan.journal.models import StoredEntry
from bihuan.mail import mailbox as mailbox_module
from bihuan.mail.mailbox import MailboxAddress, MailboxUnavailable, open_mailbox
from bihuan.mail.reasons import MailReason
from tests.mailserver import MailServer, _running_mail_server, mail_server  # noqa: F401

pytestmark = pytest.mark.django_db


class Box:
    """A mailbox of its own on the server."""

    def __init__(self, server: MailServer) -> None:
        self.server = server
        self.user = server.new_user()
        self.url = server.imap_url(self.user)
        server.maildir(self.user)

    def put(self, *bodies: str, **headers: str) -> None:
        for body in bodies:
            self.server.deliver(self.user, mail(body, **({"message_id": f"<{body}@mail.example>"} | headers)))

    def poll(self, **options) -> PollReport:
        with open_mailbox(self.url) as mailbox:
            return poll_mailbox(actor=POSTMAN, mailbox=mailbox, at=AT, **options)

    def seen(self) -> list[bool]:
        return ["S" in message.get_flags() for message in self.server.inbox(self.user)]


@pytest.fixture
def box(mail_server):  # noqa: F811
    return Box(mail_server)


def counts(report: PollReport) -> tuple[int, ...]:
    return report.fetched, report.received, report.duplicate, report.automatic, report.quarantined


def bodies() -> list[str]:
    return list(Message.objects.order_by("id").values_list("body", flat=True))


def test_a_poll_takes_in_what_is_new_and_accounts_for_it(box):
    box.put("one", "two")
    box.put("three", auto_submitted="auto-replied")
    box.put("one")
    box.server.deliver(box.user, b"garbage\r\n")
    assert counts(box.poll()) == (5, 2, 1, 1, 1)
    assert bodies() == ["one", "two"] and all(box.seen())
    entry = StoredEntry.objects.get(code="mailbox.polled")
    assert entry.payload | {"mailbox_id": 0} == {
        "mailbox_id": 0, "fetched": 5, "received": 2, "duplicate": 1, "automatic": 1, "quarantined": 1,
    }  # fmt: skip


def test_a_second_poll_finds_only_what_came_since(box):
    box.put("one")
    box.poll()
    assert counts(box.poll()) == (0, 0, 0, 0, 0)
    box.put("two")
    assert counts(box.poll()) == (1, 1, 0, 0, 0)
    assert StoredEntry.objects.filter(code="mailbox.polled").count() == 2


def test_a_mail_that_somebody_read_elsewhere_is_taken_in_all_the_same(box):
    box.put("one")
    for name in (box.server.folder / "mail" / box.user / "new").iterdir():
        name.rename(name.parent.parent / "cur" / f"{name.name}:2,S")
    assert counts(box.poll()) == (1, 1, 0, 0, 0)


def test_a_crash_in_the_middle_loses_nothing_and_doubles_nothing(box, monkeypatch):
    box.put("one", "two", "three")
    receive, calls = polling.receive_mail, []

    def die_at_the_second(**options):
        calls.append(1)
        if len(calls) == 2:
            raise OperationalError("the database went away")
        return receive(**options)

    monkeypatch.setattr(polling, "receive_mail", die_at_the_second)
    with pytest.raises(OperationalError):
        box.poll()
    assert bodies() == ["one"]
    assert counts(box.poll()) == (2, 2, 0, 0, 0)
    assert bodies() == ["one", "two", "three"]


def test_a_crash_before_the_mailbox_is_marked_doubles_nothing(box, monkeypatch):
    box.put("one", "two")
    monkeypatch.setattr(mailbox_module.Mailbox, "mark_seen", lambda self, uids: None)
    box.poll()
    assert not any(box.seen())
    monkeypatch.undo()
    assert counts(box.poll()) == (0, 0, 0, 0, 0)


def test_new_numbers_of_the_server_cause_no_doubles(box):
    box.put("one", "two")
    box.poll()
    before = MailboxState.objects.get().uid_validity
    for name in ("dovecot-uidlist", "dovecot.index", "dovecot.index.cache", "dovecot.index.log"):
        (box.server.folder / "mail" / box.user / name).unlink(missing_ok=True)
    assert counts(box.poll()) == (2, 0, 2, 0, 0)
    assert MailboxState.objects.get().uid_validity != before
    assert bodies() == ["one", "two"]
    assert StoredEntry.objects.filter(code="mailbox.renumbered").count() == 1


def test_the_daily_reconciliation_finds_what_no_poll_has_seen(box):
    box.put("one", "two", "three")
    box.poll()
    lost = Mail.objects.get(message__body="two")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM intake_externalkey WHERE mail_id = %s", [lost.pk])
    lost.delete()
    assert counts(box.poll()) == (0, 0, 0, 0, 0)
    # The server dates mails by the real clock.
    with open_mailbox(box.url) as mailbox:
        report = poll_mailbox(actor=POSTMAN, mailbox=mailbox, at=now() + timedelta(hours=1), reconcile=True)
    assert counts(report) == (1, 1, 0, 0, 0)


def test_an_oversize_mail_is_noted_and_those_behind_it_are_taken_in(box, monkeypatch):
    box.put("one", "x" * 5000, "three")
    monkeypatch.setattr(polling, "LIMIT_BYTES", 3000)
    assert counts(box.poll()) == (3, 2, 0, 0, 1)
    assert Quarantine.objects.get().reason == MailReason.TOO_LARGE and bodies() == ["one", "three"]


def test_a_mailbox_with_a_past_can_be_begun_at_its_end(box):
    box.put("old")
    with open_mailbox(box.url) as mailbox:
        skip_mailbox(actor=POSTMAN, mailbox=mailbox, at=AT)
    box.put("new")
    assert counts(box.poll()) == (1, 1, 0, 0, 0) and bodies() == ["new"]


def test_two_polls_at_once_do_not_meet(box):
    box.put("one")
    state = MailboxState.objects.create(address=MailboxAddress.from_url(box.url).label)
    with other_connection() as other:
        other.execute("SELECT pg_advisory_lock(%s, %s)", [polling.LOCK_SPACE, state.pk])
        assert box.poll().is_busy and not Mail.objects.exists()
    assert counts(box.poll()) == (1, 1, 0, 0, 0)


def other_connection() -> psycopg.Connection:
    known = connection.settings_dict
    parts = {"dbname": known["NAME"], "user": known["USER"], "host": known["HOST"], "port": known["PORT"]}
    return psycopg.connect(**{name: value for name, value in parts.items() if value}, autocommit=True)


def test_other_folders_are_read_by_name(box):
    box.server.maildir(box.user).add_folder("Complaints")
    with pytest.raises(MailboxUnavailable), open_mailbox(box.server.imap_url(box.user, "Nowhere")):
        pass


@pytest.mark.parametrize("url", ["", "http://x/INBOX", "imap://host/INBOX", "imaps:///INBOX"])
def test_a_wrong_address_is_refused(url):
    with pytest.raises(ValueError, match="imaps"):
        MailboxAddress.from_url(url)


def test_an_address_is_read_with_its_defaults():
    address = MailboxAddress.from_url("imaps://service%40x.example:p%3Aw@mx.example")
    assert (address.user, address.password, address.port, address.folder) == ("service@x.example", "p:w", 993, "INBOX")
    assert "p:w" not in address.label


def test_a_server_that_does_not_answer_is_named_without_the_password(box):
    with pytest.raises(MailboxUnavailable) as caught, open_mailbox("imap://u:secret@127.0.0.1:1/INBOX"):
        pass
    assert "secret" not in str(caught.value)
    wrong = box.url.replace("maple", "oak")
    with pytest.raises(MailboxUnavailable), open_mailbox(wrong):
        pass


def test_agents_do_not_poll(box):
    with pytest.raises(NotAllowed), open_mailbox(box.url) as mailbox:
        poll_mailbox(actor=LIN, mailbox=mailbox, at=AT)


def command(*words: str) -> str:
    said = io.StringIO()
    call_command("mail", *words, stdout=said)
    return said.getvalue().strip()


def test_the_poll_command_prints_the_sum(box, monkeypatch):
    monkeypatch.setenv(tasks.MAILBOX, box.url)
    box.put("one", "two")
    assert command("poll") == "fetched 2 = received 2 + duplicate 0 + automatic 0 + quarantined 0"
    assert command("poll", "--reconcile").startswith("fetched 0")
    assert command("poll", "--skip-past") == "begins after UID 2"


def test_the_poll_command_says_what_is_missing(monkeypatch):
    monkeypatch.delenv(tasks.MAILBOX, raising=False)
    with pytest.raises(CommandError, match=tasks.MAILBOX):
        command("poll")
    monkeypatch.setenv(tasks.MAILBOX, "imap://u:p@127.0.0.1:1/INBOX")
    with pytest.raises(CommandError) as caught:
        command("poll")
    assert caught.value.returncode == 75


class Input:
    """Standard input holding these bytes."""

    def __init__(self, content: bytes) -> None:
        self.buffer = io.BytesIO(content)


def test_a_mail_on_standard_input_is_taken_in(monkeypatch):
    monkeypatch.setattr(sys, "stdin", Input(mail("您好")))
    assert command("receive") == "RECEIVED"
    monkeypatch.setattr(sys, "stdin", Input(b""))
    assert command("receive") == "QUARANTINED EMPTY"


def test_a_mail_server_is_asked_to_try_again_when_we_cannot(monkeypatch):
    def fail(**_options):
        raise OperationalError("gone")

    monkeypatch.setattr("bihuan.intake.management.commands.mail.receive_mail", fail)
    monkeypatch.setattr(sys, "stdin", Input(mail()))
    with pytest.raises(CommandError) as caught:
        command("receive")
    assert caught.value.returncode == 75


def test_the_minute_job_polls_where_a_mailbox_is_configured(box, monkeypatch):
    monkeypatch.delenv(tasks.MAILBOX, raising=False)
    tasks.poll_mail(0)
    assert not Mail.objects.exists()
    monkeypatch.setenv(tasks.MAILBOX, box.url)
    box.put("one")
    tasks.poll_mail(0)
    tasks.reconcile_mail(0)
    assert bodies() == ["one"]


@pytest.mark.prints
def test_the_minute_job_says_that_a_mailbox_is_away_and_does_not_fail(monkeypatch, caplog):
    monkeypatch.setenv(tasks.MAILBOX, "imap://u:secret@127.0.0.1:1/INBOX")
    tasks.poll_mail(0)
    assert "cannot be read" in caplog.text and "secret" not in caplog.text


def test_a_whole_exchange_runs_over_the_real_server(box):
    """Zhao writes, Lin answers, Zhao answers the answer: one conversation on both sides."""
    zhao = box.server.new_user()
    sender = {"from": f"赵敏 <{zhao}@mail.example>"}
    box.put("我的快件丢了", message_id="<z1@mail.example>", **sender)
    box.poll()
    first = Message.objects.get()
    answer = send_message(actor=LIN, conversation_id=first.conversation_id, body="正在查找，请稍候", at=AT)
    assert deliver_message(actor=POSTMAN, message_id=answer.pk, at=AT) == "SENT"
    (received,) = box.server.inbox(zhao)
    assert received["In-Reply-To"] == "<z1@mail.example>" and received["Message-ID"] == answer.external_id
    assert "正在查找" in received.get_payload(decode=True).decode()
    box.put("谢谢", message_id="<z2@mail.example>", in_reply_to=received["Message-ID"], **sender)
    box.poll()
    assert Conversation.objects.count() == 1 and bodies() == ["我的快件丢了", "正在查找，请稍候", "谢谢"]


@pytest.mark.parametrize(("user", "state"), [("refused", "FAILED"), ("busy", "QUEUED")])
def test_a_real_refusal_ends_and_a_real_delay_waits(box, user, state):
    box.put("hello", **{"from": f"{user}{box.user}@mail.example"})
    box.poll()
    answer = send_message(actor=LIN, conversation_id=Conversation.objects.get().pk, body="好的", at=AT)
    assert deliver_message(actor=POSTMAN, message_id=answer.pk, at=AT) == state
