"""The ways a customer's voice comes in, each used as the outside world uses it: a form, a mail, a call of the API."""

import json
import os
import re
import smtplib
import subprocess
import sys
import uuid
from dataclasses import asdict, dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from typing import Protocol
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

from django.conf import settings
from django.core.mail import get_connection
from django.urls import reverse
from django.utils import timezone

from bihuan.demo.clientele import Person
from bihuan.demo.voices import COMPLAINT, CONSULTATION, SUGGESTION, Told, with_personal
from bihuan.simulator.tokens import TokenStore

SECONDS = 20
NUMBER = re.compile(r"\b(?:TS|ZX|JY)-\d{8}-\d{6}\b")
FORMS = {COMPLAINT: "complaint", CONSULTATION: "consultation", SUGGESTION: "suggestion"}
CREATE_CASE = "/api/v1/cases"
TEMPORARY_FAILURE = 75


class NotSent(Exception):
    """The other side refused, or could not be reached; the message says which."""


@dataclass(frozen=True, slots=True)
class Voice:
    """What a customer sends, in clear, as only the customer and the vault know it."""

    person: Person
    told: Told
    at: datetime

    def words(self, text: str) -> str:
        """A text with the customer's own details in it."""
        return with_personal(
            text, {"phone": self.person.phone, "name": self.person.name, "address": self.person.address}
        )


class Sender(Protocol):
    """One way in. ``send`` returns what came back: the number of the case, where it is known at once."""

    name: str

    def send(self, voice: Voice) -> str:
        """Send one voice. Raises NotSent."""
        ...


class _Token(HTMLParser):
    """Finds the CSRF token of the first form."""

    value = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "input" and given.get("name") == "csrfmiddlewaretoken" and not self.value:
            self.value = given.get("value") or ""


class PortalSender:
    """Fills in the public form like a browser: fetch it, keep its cookie, send it with its token, read the answer."""

    name = "portal"

    def __init__(self, address: str) -> None:
        self.address = address

    def send(self, voice: Voice) -> str:
        """File a case; returns its number."""
        browser = build_opener(HTTPCookieProcessor(CookieJar()))
        url = self.address + reverse("portal_new", args=[FORMS[voice.told.kind]])
        page = _open(browser, Request(url))
        token = _Token()
        token.feed(page)
        form = urlencode({"csrfmiddlewaretoken": token.value, **self._fields(voice)}).encode()
        answer = _open(browser, Request(url, data=form, headers={"Referer": url}))
        return _number(answer)

    def _fields(self, voice: Voice) -> dict[str, str]:
        told, person = voice.told, voice.person
        fields = {
            "category": told.category,
            "waybill": told.waybill,
            "matter": voice.words(told.matter),
            "happened_when": told.happened_when,
            "region": person.city.province,
            "customer_name": person.name,
            "customer_phone": person.phone,
            "customer_email": person.email,
        }
        return fields | ({"expected": told.expected} if told.kind == COMPLAINT else {})


class ApiSender:
    """Calls the API as a shop platform does: with a token, and with a key that makes a repeated call harmless."""

    name = "api"

    def __init__(self, address: str, tokens: TokenStore) -> None:
        self.address, self.tokens = address, tokens

    def send(self, voice: Voice) -> str:
        """Create a case; returns its number. A token that is no longer valid is replaced once."""
        key = uuid.uuid4().hex
        try:
            return self._post(voice, key, self.tokens.current())
        except HTTPError as error:
            if error.code != 401:
                raise NotSent(f"the API answered {error.code}") from error
        try:
            return self._post(voice, key, self.tokens.renew())
        except HTTPError as error:
            raise NotSent(f"the API answered {error.code}") from error

    def _post(self, voice: Voice, key: str, token: str) -> str:
        told, person = asdict(voice.told), voice.person
        names = ("kind", "category", "title", "expected", "happened_when", "happened_where", "involved", "waybill")
        body = {name: told[name] for name in names} | {
            "matter": voice.words(voice.told.matter),
            "region": person.city.province,
            "customer_name": person.name,
            "customer_phone": person.phone,
            "customer_email": person.email,
        }
        headers = {
            "Authorization": f"Bearer {token}",
            "Idempotency-Key": key,
            "Content-Type": "application/json",
        }
        request = Request(self.address + CREATE_CASE, data=json.dumps(body).encode(), headers=headers)
        try:
            with build_opener().open(request, timeout=SECONDS) as answer:
                return str(json.load(answer)["number"])
        except HTTPError:
            raise
        except (URLError, OSError) as error:
            raise NotSent(f"no answer: {error}") from error


class PipedMailSender:
    """Hands a message to ``bihuan mail receive``, as a mail server does that delivers to a program."""

    name = "mail"

    def send(self, voice: Voice) -> str:
        """Deliver one mail; its case is opened by the worker."""
        command = [sys.executable, "-m", "bihuan", "mail", "receive"]
        done = subprocess.run(
            command, input=write_mail(voice).as_bytes(), capture_output=True, env=os.environ, check=False
        )
        if done.returncode:
            raise NotSent(f"mail receive ended with {done.returncode}")
        return done.stdout.decode().strip().lower()


class SmtpMailSender:
    """Sends a message through the mail server, to be fetched from the mailbox."""

    name = "mail"

    def send(self, voice: Voice) -> str:
        """Send one mail; its case is opened once the mailbox has been read."""
        mail = write_mail(voice)
        server = get_connection(fail_silently=False)
        try:
            server.open()
            server.connection.sendmail(mail["From"], [settings.DEFAULT_FROM_EMAIL], mail.as_bytes())  # type: ignore[attr-defined]
        except (OSError, smtplib.SMTPException) as error:
            raise NotSent(f"the mail server refused: {type(error).__name__}") from error
        finally:
            server.close()
        return "sent"


def write_mail(voice: Voice) -> EmailMessage:
    """A mail as the customer's program writes it."""
    mail = EmailMessage()
    mail["From"] = formataddr((voice.person.name, voice.person.email))
    mail["To"] = settings.DEFAULT_FROM_EMAIL
    mail["Subject"] = voice.words(voice.told.title)
    mail["Date"] = format_datetime(timezone.localtime(voice.at))
    mail["Message-ID"] = f"<{uuid.uuid4().hex}@mail.example.com>"
    mail.set_content(voice.words(voice.told.matter))
    return mail


def _open(browser: OpenerDirector, request: Request) -> str:
    try:
        with browser.open(request, timeout=SECONDS) as answer:
            page: bytes = answer.read()
            return page.decode()
    except HTTPError as error:
        raise NotSent(f"the portal answered {error.code}") from error
    except (URLError, OSError) as error:
        raise NotSent(f"no answer: {error}") from error


def _number(page: str) -> str:
    found = NUMBER.search(page)
    if found is None:
        raise NotSent("the page after the form names no case")
    return found.group()
