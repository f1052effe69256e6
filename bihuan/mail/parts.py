"""The parts of a mail: its readable text and its files, with limits in front of whatever could grow without end."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message as Part

from bihuan.mail.reasons import MailReason
from bihuan.mail.text import decode_bytes, decode_header, html_to_text

FIELD_CHARS = 16 * 1024
PARTS = 200
DEPTH = 20
UNENCODED_NAME = re.compile(r'name\s*=\s*"?([^";\r\n]{1,300})', re.I)
SIGNATURES = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"})


class MailUnreadable(Exception):
    """A mail that cannot be understood; carries the reason shown in the quarantine."""

    def __init__(self, reason: MailReason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True)
class MailFile:
    """A file that came with a mail."""

    name: str
    content: bytes
    content_type: str


@dataclass
class Content:
    """What the parts of a mail amount to."""

    texts: list[str] = field(default_factory=list)
    files: list[MailFile] = field(default_factory=list)
    parts: int = 0

    def count(self, depth: int) -> None:
        """Count one part; raises MailUnreadable beyond the limits."""
        self.parts += 1
        if self.parts > PARTS or depth > DEPTH:
            raise MailUnreadable(MailReason.TOO_COMPLEX)


def field_of(part: Part, name: str) -> str:
    """A header as it stands (unencoded bytes as surrogates), cut to a length that keeps every parser quick."""
    return next((str(value) for found, value in part.raw_items() if found.lower() == name), "")[:FIELD_CHARS]


def clean(text: str) -> str:
    """Text a database can hold: no NUL, no halves of characters."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def content_of(root: Part) -> Content:
    """Texts and files of a whole mail. Raises MailUnreadable."""
    content = Content()
    for text in _texts(root, content, depth=0):
        content.texts.append(text)
    return content


def _texts(part: Part, content: Content, depth: int) -> Iterator[str]:
    """The readable texts of a part in order; files are collected on the way."""
    content.count(depth)
    kind = part.get_content_type()
    if kind == "message/rfc822" or not part.is_multipart():
        yield from _leaf(part, kind, content)
    elif kind == "multipart/alternative":
        versions = [(sub.get_content_type(), list(_texts(sub, content, depth + 1))) for sub in _subparts(part)]
        yield from _best_version(versions)
    else:
        for sub in _subparts(part):
            yield from _texts(sub, content, depth + 1)


def _subparts(part: Part) -> list[Part]:
    payload = part.get_payload()
    return [sub for sub in payload if isinstance(sub, Part)] if isinstance(payload, list) else []


def _best_version(versions: list[tuple[str, list[str]]]) -> list[str]:
    """Plain text where it says something, else the last version that does (RFC 2046, 5.1.4: best last)."""
    filled = [(kind, texts) for kind, texts in versions if any(text.strip() for text in texts)]
    plain = [texts for kind, texts in filled if kind == "text/plain"]
    return plain[0] if plain else (filled[-1][1] if filled else [])


def _leaf(part: Part, kind: str, content: Content) -> Iterator[str]:
    name = _file_name(part)
    if kind in SIGNATURES:
        return
    if name or kind not in ("text/plain", "text/html", "message/delivery-status") or _is_attachment(part):
        content.files.append(MailFile(name or _nameless(kind), _bytes_of(part), kind))
        return
    text = decode_bytes(_bytes_of(part), _charset(part))
    yield html_to_text(text) if kind == "text/html" else text.replace("\r\n", "\n").replace("\r", "\n")


def _is_attachment(part: Part) -> bool:
    return field_of(part, "content-disposition").strip().lower().startswith("attachment")


def _nameless(kind: str) -> str:
    return {"message/rfc822": "mail.eml", "text/html": "page.html"}.get(kind, "")


def _charset(part: Part) -> str | None:
    try:
        charset = part.get_content_charset()
    except (LookupError, ValueError, AttributeError):
        return None
    return charset


def _file_name(part: Part) -> str:
    """The file name, by RFC 2231 or, as many mailers do it, by encoded words."""
    if len(field_of(part, "content-disposition")) + len(field_of(part, "content-type")) >= FIELD_CHARS:
        raise MailUnreadable(MailReason.TOO_COMPLEX)
    for header in ("content-disposition", "content-type"):
        found = UNENCODED_NAME.search(field_of(part, header))
        if found and not found[1].isascii():
            return clean(decode_header(found[1]))
    try:
        name = part.get_filename()
    except (LookupError, ValueError, TypeError, AttributeError):
        return "file"
    return clean(decode_header(name)) if name else ""


def _bytes_of(part: Part) -> bytes:
    if part.is_multipart():
        return b"\n".join(_source_of(sub) for sub in _subparts(part))
    decoded = part.get_payload(decode=True)
    return decoded if isinstance(decoded, bytes) else str(decoded or "").encode("utf-8", "surrogateescape")


def _source_of(part: Part) -> bytes:
    try:
        return part.as_bytes()
    except (UnicodeError, LookupError, ValueError, TypeError, AttributeError):
        return str(part.get_payload()).encode("utf-8", "replace")
