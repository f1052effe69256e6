"""The outside world of a storm: a shop's program, customers with a browser or a mail program, a supervisor who exports.

Each asks as the real one would, tries again with the same words when it got no answer, and keeps what it was told.
"""

import http.client
import json
import re
from dataclasses import dataclass
from email.message import EmailMessage, Message
from email.utils import format_datetime, formataddr
from itertools import cycle
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from bihuan.foundation.files.tests.factories import PNG
from bihuan.foundation.moment import now
from tests.durability.writers import NotAcknowledged, Write
from tests.mailserver import MailServer
from tests.stack import Stack

SECONDS = 30
READER = "reader"  # the mailbox that all customers of a storm read
SERVICE = "service"  # the mailbox of the product
NAME, PHONE, ID_NUMBER = "赵敏娟", "13800001234", "11010519491231002X"
CLEAR = (NAME, PHONE, ID_NUMBER, f"{READER}@")
MATTER = f"包裹停在武汉三天没有动。我是{NAME}，电话138-0000-1234，身份证{ID_NUMBER}，请帮我找回。"
HIDDEN = re.compile(r'type="hidden" name="(\w+)" value="([^"]*)"')
NUMBER = re.compile(r"TS-\d{8}-\d{6}")
FORM = "/service/new/complaint"
TRY_LATER = 75


def address_of(key: str) -> str:
    """The mail address of whoever writes under a key; nobody else has it, so no limit on notices is met."""
    return f"{READER}@{key}.example"


def message_id_of(key: str) -> str:
    """The Message-ID of a mail that is written under a key."""
    return f"<{key}@mail.example>"


@dataclass(frozen=True)
class Answer:
    """What a server said."""

    status: int
    headers: Message
    words: str


class HttpClient:
    """One connection to the web server, opened anew wherever that listens after a failure."""

    pause = 0.2

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self._connection: http.client.HTTPConnection | None = None

    def __enter__(self) -> Write:
        return self.write

    def __exit__(self, *_: object) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def write(self, key: str) -> None:
        raise NotImplementedError

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        """The answer; a refusal is one. Raises NotAcknowledged when the server is broken, OSError when it is away."""
        if self._connection is None:
            host, _, port = self.stack.address.removeprefix("http://").rpartition(":")
            self._connection = http.client.HTTPConnection(host, int(port), timeout=SECONDS)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            self._connection.request(method, path, body, named)
            answer = self._connection.getresponse()
            words = answer.read().decode()
        except (OSError, http.client.HTTPException):
            self.__exit__()
            raise
        if answer.status >= 500:
            raise NotAcknowledged(f"{path} answered {answer.status}")
        return Answer(answer.status, answer.headers, words)

    def call(self, token: str, path: str, body: dict[str, Any], **headers: str) -> tuple[int, dict[str, Any]]:
        """What the API answers."""
        named = {"Authorization": f"Bearer {token}", "Content_Type": "application/json", **headers}
        answer = self.ask("POST", path, json.dumps(body).encode(), **named)
        return answer.status, json.loads(answer.words)


class ApiWriter(HttpClient):
    """Opens a case under an idempotency key and confirms it, which sends the customer a mail."""

    def __init__(self, stack: Stack, token: str) -> None:
        super().__init__(stack)
        self._token = token
        self.numbers: dict[str, str] = {}

    def write(self, key: str) -> None:
        body = {
            "kind": "COMPLAINT",
            "category": "LOSS",
            "matter": MATTER,
            "expected": "尽快找回",
            "region": "浙江",
            "customer_name": NAME,
            "customer_email": address_of(key),
        }
        status, case = self.call(self._token, "/api/v1/cases", body, Idempotency_Key=key)
        assert status in (200, 201), case
        self.numbers[key] = case["number"]
        status, answer = self.call(
            self._token, f"/api/v1/cases/{case['number']}/confirm", {"message": "您好，已受理。"}
        )
        # Refused is what a second try meets when the first one had gone through unheard.
        assert status == 200 or answer["code"] == "transition_refused", answer


class PortalWriter(HttpClient):
    """Fills in the public form once and sends it, with a picture, until the page with the case number comes."""

    def __init__(self, stack: Stack) -> None:
        super().__init__(stack)
        self._filled_in = ("", b"", "")
        self.numbers: dict[str, str] = {}

    def write(self, key: str) -> None:
        if self._filled_in[0] != key:
            self._filled_in = (key, *self._fill_in(key))
        _, form, cookies = self._filled_in
        sent = self.ask("POST", FORM, form, Content_Type=MULTIPART_CONTENT, Cookie=cookies)
        self._require(sent, 302)
        page = self.ask("GET", sent.headers["Location"], Cookie=f"{cookies}; {_cookies(sent)}")
        self._require(page, 200)
        found = NUMBER.search(page.words)
        assert found, page.words
        self.numbers[key] = found[0]

    def _require(self, answer: Answer, status: int) -> None:
        """Django answers 400 when the database dies while a session is written, and the customer sends again."""
        if answer.status == 400:
            raise NotAcknowledged("no session")
        assert answer.status == status, answer.words

    def _fill_in(self, key: str) -> tuple[bytes, str]:
        """A fresh form with its hidden fields, and the cookies that go with it."""
        page = self.ask("GET", FORM)
        fields = {
            **dict(HIDDEN.findall(page.words)),
            "category": "LOSS",
            "matter": MATTER,
            "outcomes": "find",
            "region": "浙江",
            "customer_name": NAME,
            "customer_email": address_of(key),
            "files": SimpleUploadedFile("box.png", PNG, content_type="image/png"),
        }
        return encode_multipart(BOUNDARY, fields), _cookies(page)


class ExportWriter(HttpClient):
    """Asks for lists as files, each time in the name of somebody else; too many at once is an answer, too."""

    def __init__(self, stack: Stack, tokens: list[str]) -> None:
        super().__init__(stack)
        self._tokens = cycle(tokens)
        self.exports: list[int] = []

    def write(self, key: str) -> None:
        status, answer = self.call(next(self._tokens), "/api/v1/exports", {"format": "CSV"})
        if status == 202:
            self.exports.append(answer["id"])
        else:
            assert answer["code"] == "too_many_exports", answer


class PipedMailWriter:
    """Hands mails to ``bihuan mail receive`` as a mail server does: one that was sent away comes again later."""

    pause = 3.0  # programs take long to start, and those at the web need the machine, too

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    def __enter__(self) -> Write:
        return self.write

    def __exit__(self, *_: object) -> None:
        pass

    def write(self, key: str) -> None:
        done = self._stack.start_program("bihuan", "mail", "receive")
        _, errors = done.communicate(mail_of(key))
        if done.returncode == TRY_LATER:
            raise NotAcknowledged(errors.decode())
        assert done.returncode == 0, errors.decode()


class MailboxWriter:
    """Leaves three mails in the mailbox of the product, one of them from nobody, and has the mailbox read."""

    pause = 3.0

    def __init__(self, stack: Stack, server: MailServer) -> None:
        self._stack = stack
        self._server = server
        self.left: set[str] = set()

    def __enter__(self) -> Write:
        return self.write

    def __exit__(self, *_: object) -> None:
        pass

    def write(self, key: str) -> None:
        """The mails are ours as soon as they lie in the mailbox, whatever becomes of the reading."""
        self.leave(f"{key}-a", f"{key}-b")
        self._server.deliver(SERVICE, mail_of(f"{key}-c", has_sender=False))
        self.left.add(f"{key}-c")
        self._stack.start_program("bihuan", "mail", "poll").communicate()

    def leave(self, *keys: str) -> None:
        """Leave mails in the mailbox, and let others read it."""
        for key in keys:
            self._server.deliver(SERVICE, mail_of(key))
        self.left.update(keys)


def mail_of(key: str, *, has_sender: bool = True) -> bytes:
    """What a customer writes."""
    mail = EmailMessage()
    if has_sender:
        mail["From"] = formataddr((NAME, address_of(key)))
    mail["To"] = f"{SERVICE}@bihuan.example"
    mail["Subject"] = "包裹丢了"
    mail["Date"] = format_datetime(now())
    mail["Message-ID"] = message_id_of(key)
    mail.set_content(MATTER)
    return mail.as_bytes()


def _cookies(answer: Answer) -> str:
    return "; ".join(cookie.partition(";")[0] for cookie in answer.headers.get_all("Set-Cookie", []))
