"""A mailbox on an IMAP server (RFC 3501): what is in it, by UID. Reads with PEEK and changes nothing but \\Seen."""

import imaplib
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from urllib.parse import unquote, urlsplit

TIMEOUT_SECONDS = 30
CHUNK = 200
UID_AND_SIZE = re.compile(rb"UID (\d+).*?RFC822\.SIZE (\d+)|RFC822\.SIZE (\d+).*?UID (\d+)")


class MailboxUnavailable(Exception):
    """The mailbox cannot be read now; carries the kind of error, never the server's words or the password."""


@dataclass(frozen=True)
class MailboxAddress:
    """``imaps://user:password@host:993/INBOX``; ``imap://`` begins unencrypted and upgrades where the server can."""

    host: str
    port: int
    user: str
    password: str
    folder: str
    is_tls: bool

    @classmethod
    def from_url(cls, url: str) -> "MailboxAddress":
        """Read the address. Raises ValueError."""
        parts = urlsplit(url)
        if parts.scheme not in ("imap", "imaps") or not parts.hostname or not parts.username:
            raise ValueError("a mailbox address looks like imaps://user:password@host/INBOX")
        return cls(
            host=parts.hostname,
            port=parts.port or (993 if parts.scheme == "imaps" else 143),
            user=unquote(parts.username),
            password=unquote(parts.password or ""),
            folder=unquote(parts.path.strip("/")) or "INBOX",
            is_tls=parts.scheme == "imaps",
        )

    @property
    def label(self) -> str:
        """The address without its password."""
        return f"{self.user}@{self.host}:{self.port}/{self.folder}"


class Mailbox:
    """One selected folder."""

    def __init__(self, connection: imaplib.IMAP4, address: MailboxAddress) -> None:
        self.connection = connection
        self.label = address.label
        quoted = '"' + address.folder.replace("\\", "\\\\").replace('"', '\\"') + '"'
        self._ask("SELECT", connection.select(quoted))
        self.uid_validity = int(self._response("UIDVALIDITY"))

    def uids_above(self, uid: int) -> list[int]:
        """UIDs above one, in order. (``n:*`` always names the last mail, even one below n.)"""
        return [found for found in self._search(f"UID {uid + 1}:*") if found > uid]

    def uids_since(self, day: date) -> list[int]:
        """UIDs of mails the server took in on the day or later."""
        months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        return self._search(f"SINCE {day.day}-{months[day.month - 1]}-{day.year}")

    def sizes(self, uids: Sequence[int]) -> dict[int, int]:
        """Bytes by UID; mails that are gone are left out."""
        found: dict[int, int] = {}
        for start in range(0, len(uids), CHUNK):
            lines = self._ask("FETCH", self.connection.uid("FETCH", _set(uids[start : start + CHUNK]), "(RFC822.SIZE)"))
            for line in lines:
                match = UID_AND_SIZE.search(line) if isinstance(line, bytes) else None
                if match:
                    uid, size = (match[1], match[2]) if match[1] else (match[4], match[3])
                    found[int(uid)] = int(size)
        return found

    def fetch(self, uid: int) -> bytes | None:
        """The mail as it is, without marking it; None when it is gone."""
        lines = self._ask("FETCH", self.connection.uid("FETCH", str(uid), "(BODY.PEEK[])"))
        return next((bytes(line[1]) for line in lines if isinstance(line, tuple)), None)

    def mark_seen(self, uids: Sequence[int]) -> None:
        """Mark mails as seen: a courtesy to people who look into the mailbox, never our memory."""
        for start in range(0, len(uids), CHUNK):
            chunk = _set(uids[start : start + CHUNK])
            self._ask("STORE", self.connection.uid("STORE", chunk, "+FLAGS.SILENT", r"(\Seen)"))

    def _search(self, criterion: str) -> list[int]:
        lines = self._ask("SEARCH", self.connection.uid("SEARCH", criterion))
        return sorted({int(uid) for line in lines if isinstance(line, bytes) for uid in line.split()})

    def _response(self, name: str) -> bytes:
        _name, values = self.connection.response(name)
        value = values[-1] if values else None
        if not isinstance(value, bytes):
            raise MailboxUnavailable(f"no {name}")
        return value

    def _ask(self, command: str, answer: tuple[str, Sequence[object]]) -> Sequence[object]:
        status, lines = answer
        if status != "OK":
            raise MailboxUnavailable(f"{command} was answered {status}")
        return lines


@contextmanager
def open_mailbox(url: str) -> Iterator[Mailbox]:
    """A connected mailbox, left properly at the end. Raises MailboxUnavailable, ValueError."""
    address = MailboxAddress.from_url(url)
    try:
        connection = _connect(address)
        try:
            connection.login(address.user, address.password)
            yield Mailbox(connection, address)
        finally:
            _leave(connection)
    except (imaplib.IMAP4.error, OSError) as error:
        raise MailboxUnavailable(type(error).__name__) from error


def _connect(address: MailboxAddress) -> imaplib.IMAP4:
    trusted = ssl.create_default_context()
    if address.is_tls:
        connection: imaplib.IMAP4 = imaplib.IMAP4_SSL(
            address.host, address.port, ssl_context=trusted, timeout=TIMEOUT_SECONDS
        )
    else:
        connection = imaplib.IMAP4(address.host, address.port, timeout=TIMEOUT_SECONDS)
        if "STARTTLS" in connection.capabilities:
            _encrypt(connection, trusted)
    return connection


def _encrypt(connection: imaplib.IMAP4, trusted: ssl.SSLContext) -> None:
    try:
        connection.starttls(ssl_context=trusted)
    except (imaplib.IMAP4.error, OSError):
        connection.shutdown()
        raise


def _leave(connection: imaplib.IMAP4) -> None:
    """Log out; a connection that is already dead is closed without a word."""
    try:
        connection.logout()
    except (imaplib.IMAP4.error, OSError):
        connection.shutdown()


def _set(uids: Sequence[int]) -> str:
    return ",".join(str(uid) for uid in uids)
