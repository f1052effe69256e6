"""Which mails are a machine's."""

import pytest

from bihuan.mail.automatic import automatic_reason
from bihuan.mail.parsing import parse_mail
from bihuan.mail.reasons import MailReason
from bihuan.mail.tests.factories import mail

PERSON = "zhao@mail.example"


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"auto-submitted": "auto-replied"}, MailReason.AUTO_SUBMITTED),
        ({"auto-submitted": "auto-generated; owner=x"}, MailReason.AUTO_SUBMITTED),
        ({"auto-submitted": "no"}, None),
        ({"x-autoreply": "yes"}, MailReason.AUTO_REPLY),
        ({"precedence": "auto_reply"}, MailReason.AUTO_REPLY),
        ({"precedence": "bulk"}, MailReason.BULK),
        ({"list-id": "<news.example>"}, MailReason.BULK),
        ({"list-unsubscribe": "<mailto:x@y.example>"}, MailReason.BULK),
        ({"return-path": "<>"}, MailReason.BOUNCE),
        ({"x-failed-recipients": "x@y.example"}, MailReason.BOUNCE),
        ({"x-auto-response-suppress": "All"}, None),
        ({"precedence": "first-class"}, None),
        ({}, None),
    ],
)
def test_headers_tell_machines_from_people(headers, reason):
    assert automatic_reason(headers, "text/plain", PERSON, "你好") == reason


@pytest.mark.parametrize(
    ("subject", "reason"),
    [
        ("自动回复：外出", MailReason.AUTO_REPLY),
        ("自动回复", MailReason.AUTO_REPLY),
        ("Automatic reply: away", MailReason.AUTO_REPLY),
        ("Undelivered Mail Returned to Sender", None),
        ("系统退信：x", MailReason.BOUNCE),
        ("为什么总是收到自动回复：请人工处理", None),
        ("你们的自动回复没有用", None),
    ],
)
def test_subjects_of_mailers_that_set_no_header_are_known(subject, reason):
    assert automatic_reason({}, "text/plain", PERSON, subject) == reason


def test_reports_are_known_by_type_and_sender():
    assert automatic_reason({}, "multipart/report", PERSON, "x") == MailReason.BOUNCE
    assert automatic_reason({}, "text/plain", "MAILER-DAEMON@mx.example", "x") == MailReason.BOUNCE
    assert automatic_reason({}, "text/plain", "postmaster@mx.example", "x") == MailReason.BOUNCE


def test_our_own_notices_count_as_automatic():
    assert parse_mail(mail(auto_submitted="auto-replied")).automatic == MailReason.AUTO_SUBMITTED
