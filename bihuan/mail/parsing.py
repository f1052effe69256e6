"""One RFC 822 message into what intake needs. Pure: bytes in, a parsed mail out, or a reason why not.

The structure is read by the stdlib parser under its tolerant policy; headers are decoded by ``text``. Limits on
size, parts, depth and header lengths stand in front of everything whose time could grow faster than the mail.
"""

import hashlib
import re
from dataclasses import dataclass
from email import policy
from email.message import Message as Part
from email.parser import BytesParser
from email.utils import getaddresses

from bihuan.mail.automatic import automatic_reason
from bihuan.mail.parts import FIELD_CHARS, PARTS, MailFile, MailUnreadable, clean, content_of, field_of
from bihuan.mail.quotes import split_quote
from bihuan.mail.reasons import MailReason
from bihuan.mail.text import decode_bytes, decode_header

MEGABYTE = 1024 * 1024
LIMIT_BYTES = 40 * MEGABYTE
HEADER_BYTES = 256 * 1024
TEXT_CHARS = 100_000
MESSAGE_ID_CHARS = 400
ANCESTORS = 50
MESSAGE_ID = re.compile(r"<[^<>\s]{3,398}>")
LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
ADDRESS = re.compile(rf"[^\s@<>,;:\"\\()\[\]]{{1,64}}@(?:{LABEL}\.){{1,6}}[A-Za-z][A-Za-z0-9-]{{1,30}}")
NO_REPLY = re.compile(r"^(?:no-?reply|do-?not-?reply|noreply|system|notice|notification)[+@.-]", re.I)
FORWARDED = re.compile(r"^\s*(?:fwd?|转发|轉寄)\s*[:：]", re.I)


@dataclass(frozen=True, kw_only=True)
class ParsedMail:
    """What a mail says. ``ancestors`` are Message-IDs it answers, nearest first; ``fingerprint`` is its substance."""

    message_id: str
    ancestors: list[str]
    sender: str
    sender_name: str
    subject: str
    body: str
    quoted: str
    files: list[MailFile]
    automatic: MailReason | None
    failed_ids: list[str]
    fingerprint: str


def parse_mail(raw: bytes) -> ParsedMail:
    """Understand a mail. Raises MailUnreadable."""
    root = _read(raw)
    sender_name, sender = _sender(root)
    if not sender:
        raise MailUnreadable(MailReason.NO_SENDER)
    subject = clean(decode_header(field_of(root, "subject")))[:1000]
    content = content_of(root)
    text = "\n\n".join(part for part in content.texts if part.strip())[:TEXT_CHARS]
    text = clean(text).strip()
    headers = {name.lower(): str(value)[:FIELD_CHARS] for name, value in root.raw_items()}
    automatic = automatic_reason(headers, root.get_content_type(), sender, subject)
    if not (text or subject or content.files):
        raise MailUnreadable(MailReason.NO_CONTENT)
    body, quoted = (text, "") if FORWARDED.match(subject) else split_quote(text)
    return ParsedMail(
        message_id=_message_id(root),
        ancestors=_ancestors(root),
        sender=sender,
        sender_name=sender_name,
        subject=subject,
        body=body or subject,
        quoted=quoted,
        files=content.files,
        automatic=automatic,
        failed_ids=_failed_ids(root) if automatic is MailReason.BOUNCE else [],
        fingerprint=_fingerprint(root, sender, text, content.files),
    )


def salvage_mail(raw: bytes) -> ParsedMail:
    """What can be told of a mail that cannot be understood: its text as it stands. Never fails."""
    text = clean(decode_bytes(raw[:TEXT_CHARS], None)).strip()
    found = ADDRESS.search(text)
    return ParsedMail(
        message_id="",
        ancestors=[],
        sender=found[0] if found else "",
        sender_name="",
        subject="",
        body=text,
        quoted="",
        files=[],
        automatic=None,
        failed_ids=[],
        fingerprint=hashlib.sha256(raw).hexdigest(),
    )


def _read(raw: bytes) -> Part:
    if not raw.strip():
        raise MailUnreadable(MailReason.EMPTY)
    if len(raw) > LIMIT_BYTES:
        raise MailUnreadable(MailReason.TOO_LARGE)
    heads = re.split(rb"\r?\n\r?\n", raw[: HEADER_BYTES + 4].lstrip(), maxsplit=1)
    if len(heads) == 1 and len(raw) > HEADER_BYTES:
        raise MailUnreadable(MailReason.TOO_COMPLEX)
    if raw.lower().count(b"\ncontent-type:") > PARTS:
        raise MailUnreadable(MailReason.TOO_COMPLEX)
    try:
        # A mailbox's "From " line or blank lines in front would make the whole mail a body.
        return BytesParser(policy=policy.compat32).parsebytes(raw.lstrip())
    except RecursionError as error:
        raise MailUnreadable(MailReason.TOO_COMPLEX) from error


def _sender(root: Part) -> tuple[str, str]:
    """Name and address of who wrote: From, or Reply-To where From is an address nobody reads."""
    name, address = _first_address(field_of(root, "from"))
    if not address or NO_REPLY.match(address):
        reply_name, reply_address = _first_address(field_of(root, "reply-to"))
        if reply_address:
            return reply_name, reply_address
    return (name, address) if address else _first_address(field_of(root, "sender"))


def _first_address(value: str) -> tuple[str, str]:
    for name, address in getaddresses([value[:4000]]):
        if ADDRESS.fullmatch(address) and address.isascii():
            return clean(decode_header(name))[:100], address
    found = ADDRESS.search(value)
    return ("", found[0]) if found and found[0].isascii() else ("", "")


def _message_id(root: Part) -> str:
    value = clean(field_of(root, "message-id"))
    found = MESSAGE_ID.search(value)
    if found:
        return found[0]
    words = value.split()
    return f"<{words[0].strip('<>')[:MESSAGE_ID_CHARS]}>" if words and words[0].strip("<>") else ""


def _ancestors(root: Part) -> list[str]:
    answers = MESSAGE_ID.findall(clean(field_of(root, "in-reply-to")))
    references = MESSAGE_ID.findall(clean(field_of(root, "references")))
    return list(dict.fromkeys([*answers, *reversed(references)]))[:ANCESTORS]


def _failed_ids(root: Part) -> list[str]:
    """Message-IDs of mails that were returned for good: those named in a report that says ``Action: failed``."""
    text = root.as_string()[:TEXT_CHARS] if root.is_multipart() else str(root.get_payload())[:TEXT_CHARS]
    if "action:" in text.lower() and "failed" not in text.lower():
        return []
    inner = re.findall(r"^message-id:\s*(<[^<>\s]{3,398}>)", clean(text.partition("\n\n")[2]), re.I | re.M)
    return list(dict.fromkeys([*inner, *_ancestors(root)]))[:ANCESTORS]


def _fingerprint(root: Part, sender: str, text: str, files: list[MailFile]) -> str:
    """What stays the same when one mail reaches us twice by different ways."""
    parts = [sender.lower(), field_of(root, "date"), field_of(root, "subject"), " ".join(text.split())]
    parts += [hashlib.sha256(file.content).hexdigest() for file in files]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()
