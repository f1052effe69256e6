"""From a queued message to a mail: headers that thread, that mark what is automatic, and that never change on retry."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

SUBJECT_BYTES = 400
REFERENCES = 12


@dataclass(frozen=True, kw_only=True)
class OutgoingMail:
    """All that a mail is made of; ``parents`` are the ids of earlier messages, oldest first."""

    message_id: str
    recipient: str
    subject: str
    number: str
    body: str
    parents: tuple[str, ...]
    answers: str | None
    is_automatic: bool
    at: datetime
    files: tuple[tuple[str, bytes, str], ...] = ()


def compose(mail: OutgoingMail) -> EmailMessage:
    """The mail, the same every time it is composed."""
    composed = EmailMessage(
        subject=subject_line(mail),
        body=body_text(mail),
        from_email=sender(),
        to=[mail.recipient],
        headers={"Date": format_datetime(mail.at.astimezone(UTC)), **headers(mail)},
    )
    for name, content, content_type in mail.files:
        composed.attach(name, content, content_type)
    return composed


def headers(mail: OutgoingMail) -> dict[str, str]:
    """Threading by RFC 5322 (3.6.4), automatic mail by RFC 3834 (5)."""
    fields = {"Message-ID": mail.message_id, "X-Bihuan-Message": mail.message_id.strip("<>")}
    if mail.answers:
        fields["In-Reply-To"] = mail.answers
    if mail.parents:
        fields["References"] = " ".join(mail.parents[-REFERENCES:])
    if mail.is_automatic:
        fields |= {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All", "Precedence": "auto_reply"}
    return fields


def sender() -> str:
    """The address our mails come from, with the company's name where the setting has none."""
    address = settings.DEFAULT_FROM_EMAIL
    return address if "<" in address else f'"{settings.COMPANY_NAME}" <{address}>'


def subject_line(mail: OutgoingMail) -> str:
    """Subject with the number people can quote; an answer says Re once."""
    subject = " ".join(mail.subject.split()) or _("您的来信")
    if mail.answers and not subject.lower().startswith("re:"):
        subject = f"Re: {subject}"
    number = f"[{mail.number}] " if mail.number and mail.number not in subject else ""
    return (number + subject).encode()[:SUBJECT_BYTES].decode(errors="ignore")


def body_text(mail: OutgoingMail) -> str:
    """The text with the company's closing line."""
    closing = _("{company}客户服务中心").format(company=settings.COMPANY_NAME)
    keep = _("回复时请保留主题中的编号 {number}。").format(number=mail.number) if mail.number else ""
    return "\n".join([mail.body.rstrip(), "", "-- ", closing, keep]).rstrip() + "\n"
