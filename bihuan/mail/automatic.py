"""Which mails machines send: RFC 3834, delivery reports (RFC 3464), lists and bulk, and the marks of common mailers."""

import re
from collections.abc import Mapping

from bihuan.mail.reasons import MailReason

BOUNCERS = re.compile(r"^(?:mailer-daemon|postmaster|mail-daemon|mdaemon)@", re.I)
AUTO_REPLY_HEADERS = (
    "x-autoreply",
    "x-autorespond",
    "x-autoresponder",
    "x-auto-reply",
    "x-autoreply-from",
    "x-mail-autoreply",
)
LIST_HEADERS = (
    "list-id",
    "list-unsubscribe",
    "list-post",
    "list-help",
    "mailing-list",
    "x-mailing-list",
    "feedback-id",
)
BULK = frozenset({"bulk", "junk", "list"})
# QQ Mail, NetEase and Exchange begin the subject so, and not all of them set a header.
AUTO_SUBJECT = re.compile(
    r"^\s*(?:自动回复|自动答复|自動回覆|自动转发|外出自动回复|out of office|automatic reply|auto[- ]?reply|autoreply"
    r"|系统退信|退信通知|undeliverable|undelivered mail|delivery status notification|mail delivery failed"
    r"|returned mail)\s*(?:[:：(（]|$)",
    re.I,
)  # data, not a message
BOUNCE_SUBJECT = re.compile(
    r"退信|undeliver|delivery status|mail delivery failed|returned mail", re.I
)  # data, not a message


def automatic_reason(headers: Mapping[str, str], content_type: str, sender: str, subject: str) -> MailReason | None:
    """Why a mail counts as automatic, or None when a person may have written it. ``headers`` have lower-case names."""
    if is_report(headers, content_type, sender):
        return MailReason.BOUNCE
    submitted = headers.get("auto-submitted", "no").partition(";")[0].strip().lower()
    if submitted not in ("no", ""):
        return MailReason.AUTO_SUBMITTED
    if is_auto_reply(headers):
        return MailReason.AUTO_REPLY
    if headers.get("precedence", "").strip().lower() in BULK or any(name in headers for name in LIST_HEADERS):
        return MailReason.BULK
    if AUTO_SUBJECT.match(subject):
        return MailReason.BOUNCE if BOUNCE_SUBJECT.search(subject) else MailReason.AUTO_REPLY
    return None


def is_report(headers: Mapping[str, str], content_type: str, sender: str) -> bool:
    """True for delivery and read reports, and for anything sent from the null address."""
    if content_type in ("multipart/report", "message/delivery-status", "message/disposition-notification"):
        return True
    if headers.get("return-path", "").strip() == "<>" or "x-failed-recipients" in headers:
        return True
    return BOUNCERS.match(sender) is not None


def is_auto_reply(headers: Mapping[str, str]) -> bool:
    """True for answers a mailbox gives by itself."""
    if any(headers.get(name, "").strip().lower() not in ("", "no") for name in AUTO_REPLY_HEADERS):
        return True
    return headers.get("precedence", "").strip().lower() in ("auto_reply", "auto-reply")
