"""Sending queued mails: at least once, always under the same Message-ID, and never inside a transaction."""

import smtplib
from datetime import datetime
from itertools import islice

from django.db import transaction
from django.db.models import F

from bihuan.customers import queries as customer_queries
from bihuan.foundation.actor import Actor
from bihuan.foundation.files import FileMissing, read_file
from bihuan.intake import loops
from bihuan.intake.actions.sending import CONCEALED
from bihuan.intake.events import MessageFailed, MessageSent
from bihuan.intake.models import Delivery, DeliveryState, Direction, Message
from bihuan.journal import actions as journal
from bihuan.mail.composing import REFERENCES, OutgoingMail, compose


def deliver_message(*, actor: Actor, message_id: int, at: datetime) -> str:
    """Try to send one queued mail, if its next attempt is due. Returns its state; the last error stands beside it."""
    if not _claim(message_id, at):
        return Delivery.objects.values_list("state", flat=True).get(pk=message_id)
    try:
        compose(_outgoing(actor, message_id)).send()
    except (OSError, smtplib.SMTPException, ValueError, FileMissing) as error:
        return _note_failure(actor, message_id, error, at)
    return _note_success(actor, message_id, at)


def deliver_due(*, actor: Actor, at: datetime, limit: int = 200) -> int:
    """Send what is due: second attempts, and first ones whose job was lost. Returns how many were tried."""
    due = Delivery.objects.filter(state=DeliveryState.QUEUED, due_at__lte=at).order_by("due_at")
    ids = list(islice(due.values_list("pk", flat=True), limit))
    for message_id in ids:
        deliver_message(actor=actor, message_id=message_id, at=at)
    return len(ids)


def _claim(message_id: int, at: datetime) -> bool:
    """Take the next attempt; the moved ``due_at`` keeps others away, and brings it back if we die on the way."""
    queued = Delivery.objects.filter(pk=message_id, state=DeliveryState.QUEUED, due_at__lte=at)
    attempts = queued.values_list("attempts", flat=True).first()
    if attempts is None:
        return False
    after = loops.next_attempt(attempts + 1, at)
    return queued.filter(attempts=attempts).update(attempts=F("attempts") + 1, due_at=after) == 1


def _outgoing(actor: Actor, message_id: int) -> OutgoingMail:
    message = Message.objects.select_related("conversation", "delivery").get(pk=message_id)
    conversation = message.conversation
    earlier = list(
        Message.objects.filter(conversation=conversation, pk__lt=message.pk, external_id__isnull=False)
        .only("external_id", "direction")
        .order_by("-at", "-pk")[:REFERENCES]
    )
    number = conversation.references.order_by("-pk").values_list("number", flat=True).first() or ""
    return OutgoingMail(
        message_id=message.external_id or "",
        recipient=customer_queries.email_address(actor, message.delivery.recipient_id),
        subject=customer_queries.render_masked(conversation.subject),
        number=number,
        body=_body_of(actor, message),
        parents=tuple(one.external_id for one in reversed(earlier) if _is_message_id(one.external_id)),
        answers=next((one.external_id for one in earlier if one.direction == Direction.IN), None),
        is_automatic=message.is_automatic,
        at=message.at,
        files=tuple(
            (item.file.name, read_file(item.file), item.file.content_type)
            for item in message.attachments.select_related("file")
            if item.file is not None
        ),
    )


def _body_of(actor: Actor, message: Message) -> str:
    body = customer_queries.render_for_delivery(actor, message.body)
    return body.replace(CONCEALED, message.delivery.secret) if message.delivery.secret else body


def _is_message_id(external_id: str | None) -> bool:
    return external_id is not None and external_id.startswith("<") and external_id.endswith(">")


@transaction.atomic
def _note_success(actor: Actor, message_id: int, at: datetime) -> str:
    delivery = Delivery.objects.select_for_update(of=("self",)).select_related("message").get(pk=message_id)
    delivery.state, delivery.sent_at, delivery.error, delivery.secret = DeliveryState.SENT, at, "", None
    delivery.save(update_fields=["state", "sent_at", "error", "secret"])
    sent = MessageSent(
        conversation_id=delivery.message.conversation_id, message_id=message_id, attempts=delivery.attempts
    )
    journal.write(actor, sent, at=at)
    return delivery.state


@transaction.atomic
def _note_failure(actor: Actor, message_id: int, error: Exception, at: datetime) -> str:
    delivery = Delivery.objects.select_for_update(of=("self",)).select_related("message").get(pk=message_id)
    delivery.error = describe(error)
    if is_permanent(error) or delivery.attempts >= loops.MAX_ATTEMPTS:
        delivery.state, delivery.secret = DeliveryState.FAILED, None
        failed = MessageFailed(
            conversation_id=delivery.message.conversation_id,
            message_id=message_id,
            attempts=delivery.attempts,
            error=delivery.error,
        )
        journal.write(actor, failed, at=at)
    delivery.save(update_fields=["state", "error", "secret"])
    return delivery.state


def describe(error: Exception) -> str:
    """The kind of an error and its reply code. Never the server's words: they repeat the address."""
    codes = _reply_codes(error)
    return f"{type(error).__name__} {codes[0]}".strip() if codes else type(error).__name__


def is_permanent(error: Exception) -> bool:
    """True when the server refuses for good (RFC 5321, 4.2.1: 5yz) or the mail itself cannot be made."""
    if not isinstance(error, OSError | smtplib.SMTPException):
        return True
    codes = _reply_codes(error)
    return bool(codes) and all(500 <= code < 600 for code in codes)


def _reply_codes(error: Exception) -> list[int]:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return []
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return [code for code, _words in error.recipients.values()]
    if isinstance(error, smtplib.SMTPResponseException):
        return [error.smtp_code]
    return []
