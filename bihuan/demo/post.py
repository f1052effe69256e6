"""The messages of one conversation: rows, outside ids, mails, deliveries, and the entries about them."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from bihuan.demo.loading import Keys
from bihuan.demo.patrons import Patron
from bihuan.demo.rows import DeliveryRow, ExternalKeyRow, MailRow, MessageRow, ReferenceRow, Row
from bihuan.demo.rules import MailOutcome, external_key, fingerprint_of, new_message_id
from bihuan.foundation.actor import Actor
from bihuan.intake.events import ConversationReferred, MessageNoted, MessageQueued, MessageReceived, MessageSent
from bihuan.intake.models import (
    Channel,
    ConversationReference,
    DeliveryState,
    Direction,
    ExternalKey,
    Mail,
    Message,
    MessageKind,
)
from bihuan.journal.actions import Line

MAIL_MAN = Actor.system("mail")
SECONDS_TO_SEND = 2


class Post:
    """What was written in a conversation."""

    def __init__(self, keys: Keys, patron: Patron, write: Callable[[Line], None]) -> None:
        self.keys, self.patron, self.write = keys, patron, write
        self.messages: list[Row] = []
        self.external: list[Row] = []
        self.mails: list[Row] = []
        self.deliveries: list[Row] = []
        self.references: list[Row] = []

    def link(self, actor: Actor, conversation: Row, number: str, at: datetime) -> None:
        """The conversation can be named by the number of its case in a subject line."""
        reference = ReferenceRow(
            id=self.keys.next(ConversationReference), conversation_id=conversation.id, number=number
        )
        self.references.append(reference)
        entry = ConversationReferred(conversation_id=conversation.id, number=number)
        self.write(Line(actor=actor, entry=entry, at=at))

    def receive(self, actor: Actor, conversation: Row, text: str, at: datetime, *, opens: bool) -> Row:
        """The customer wrote something."""
        by_mail = conversation.channel == Channel.MAIL
        outside = f"<{secrets.token_hex(12)}@mail.example.com>" if by_mail else None
        message = self._message(actor, conversation, Direction.IN, MessageKind.REPLY, text, at, outside)
        if outside:
            self._account(conversation, message, outside, at)
        entry = MessageReceived(
            conversation_id=conversation.id, message_id=message.id, channel=conversation.channel, opens=opens
        )
        self.write(Line(actor=actor, entry=entry, at=at))
        return message

    def send(self, actor: Actor, conversation: Row, text: str, at: datetime) -> Row:
        """An answer leaves: it stands in the conversation, and goes by mail where an address is known."""
        outside = new_message_id()
        message = self._message(actor, conversation, Direction.OUT, MessageKind.REPLY, text, at, outside)
        self._remember(conversation, message, outside, at)
        recipient_id = conversation.reply_to_id or self.patron.email_id
        queued = MessageQueued(conversation_id=conversation.id, message_id=message.id, by_mail=recipient_id is not None)
        self.write(Line(actor=actor, entry=queued, at=at))
        if recipient_id is not None:
            self._deliver(conversation, message, recipient_id, at)
        return message

    def note(self, actor: Actor, conversation: Row, text: str, at: datetime) -> Row:
        """Something only colleagues read."""
        message = self._message(actor, conversation, Direction.OUT, MessageKind.NOTE, text, at, None)
        noted = MessageNoted(conversation_id=conversation.id, message_id=message.id)
        self.write(Line(actor=actor, entry=noted, at=at))
        return message

    def _message(
        self,
        actor: Actor,
        conversation: Row,
        direction: Direction,
        kind: MessageKind,
        text: str,
        at: datetime,
        outside: str | None,
    ) -> Row:
        message = MessageRow(
            id=self.keys.next(Message),
            conversation_id=conversation.id,
            direction=direction.value,
            kind=kind.value,
            body=text,
            external_id=outside,
            author_kind=actor.kind.value,
            author_id=actor.id,
            author_name="" if actor.is_customer else actor.name,
            at=at,
        )
        self.messages.append(message)
        return message

    def _remember(self, conversation: Row, message: Row, outside: str, at: datetime, mail: Row | None = None) -> None:
        self.external.append(
            ExternalKeyRow(
                id=self.keys.next(ExternalKey),
                key=external_key(Channel.MAIL, outside),
                fingerprint=fingerprint_of(outside) if mail else None,
                conversation_id=conversation.id,
                message_id=message.id,
                mail_id=mail.id if mail else None,
                at=at,
            )
        )

    def _account(self, conversation: Row, message: Row, outside: str, at: datetime) -> None:
        """The mail the message came with, sealed as it arrived."""
        raw = self._raw(conversation, message, outside, at)
        mail = MailRow(
            id=self.keys.next(Mail),
            raw=raw,
            size=len(raw),
            outcome=MailOutcome.RECEIVED.value,
            reason="",
            message_id=message.id,
            at=at,
        )
        self.mails.append(mail)
        self._remember(conversation, message, outside, at, mail)

    def _raw(self, conversation: Row, message: Row, outside: str, at: datetime) -> bytes:
        mail = EmailMessage()
        mail["From"] = f"<{self.patron.person.email}>"
        mail["To"] = "service@yuanhe.example"
        mail["Subject"] = self.patron.clear(conversation.subject)
        mail["Date"] = format_datetime(at)
        mail["Message-ID"] = outside
        mail.set_content(self.patron.clear(message.body), cte="8bit")
        return mail.as_bytes()

    def _deliver(self, conversation: Row, message: Row, recipient_id: int, at: datetime) -> None:
        sent_at = at + timedelta(seconds=SECONDS_TO_SEND)
        self.deliveries.append(
            DeliveryRow(
                message_id=message.id,
                recipient_id=recipient_id,
                state=DeliveryState.SENT.value,
                attempts=1,
                queued_at=at,
                due_at=at + timedelta(minutes=1),
                sent_at=sent_at,
            )
        )
        sent = MessageSent(conversation_id=conversation.id, message_id=message.id, attempts=1)
        self.write(Line(actor=MAIL_MAN, entry=sent, at=sent_at))
