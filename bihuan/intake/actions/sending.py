"""What goes out: answers of people and notices of the system, queued with the change they belong to.

The mail itself leaves later, from a job (``delivering``): nothing outside is called inside a transaction.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from bihuan.customers import queries as customer_queries
from bihuan.foundation.actor import Actor
from bihuan.foundation.files.models import StoredFile
from bihuan.foundation.jobs import app as jobs
from bihuan.intake import identity, loops
from bihuan.intake.access import WRITERS, access_conversation, require_job
from bihuan.intake.actions.receiving import MessageEmpty, attach, create_message, lift, shorten
from bihuan.intake.events import ConversationOpened, MessageQueued
from bihuan.intake.models import Channel, Conversation, Delivery, DeliveryState, Direction, Message, MessageKind
from bihuan.journal import actions as journal

DELIVERY_JOB = "intake.deliver"
CONCEALED = "••••••"


@transaction.atomic
def send_message(
    *, actor: Actor, conversation_id: int, body: str, at: datetime, files: Sequence[StoredFile] = ()
) -> Message:
    """Answer a customer: the text stands in the conversation at once, a mail follows where an address is known.

    Raises MessageEmpty, NotAllowed, NotVisible.
    """
    conversation = access_conversation(actor, conversation_id, roles=WRITERS)
    message = _write(actor, conversation, body, at, kind=MessageKind.REPLY)
    attach(message, files)
    _queue(actor, conversation, message, at)
    return message


@transaction.atomic
def send_notice(
    *, actor: Actor, conversation_id: int, notice: str, body: str, secret: str = "", at: datetime
) -> Message:
    """Send an automatic notice (``notice`` names it, as RECEIPT). Beyond the loop limits its mail is held back.

    ``secret`` is a part of the body that only the mail may show, such as a one-time code: the conversation has dots in
    its place. Raises MessageEmpty, NotAllowed, NotVisible.
    """
    conversation = access_conversation(actor, conversation_id, roles=WRITERS)
    shown = body.replace(secret, CONCEALED) if secret else body
    message = _write(actor, conversation, shown, at, kind=MessageKind.SYSTEM)
    _queue(actor, conversation, message, at, notice=notice, secret=secret)
    return message


@transaction.atomic
def open_conversation(*, actor: Actor, customer_id: int, channel: str, subject: str, at: datetime) -> Conversation:
    """Begin to write to a customer who has not written first. Raises NotAllowed for everybody but a job."""
    require_job(actor)
    (lifted,) = lift(actor, customer_id, [subject], at)
    talk = Conversation.objects.create(
        channel=Channel(channel), customer_id=customer_id, subject=shorten(lifted), opened_at=at
    )
    journal.write(actor, ConversationOpened(conversation_id=talk.pk, channel=talk.channel), at=at)
    return talk


def _write(actor: Actor, conversation: Conversation, body: str, at: datetime, *, kind: MessageKind) -> Message:
    if not body.strip():
        raise MessageEmpty(field="body")
    (text,) = lift(actor, conversation.customer_id, [body], at)
    message_id = identity.new_message_id()
    message = create_message(
        actor,
        conversation,
        Direction.OUT,
        kind,
        at,
        body=text,
        external_id=message_id,
        is_automatic=kind == MessageKind.SYSTEM,
    )
    identity.remember(Channel.MAIL, message_id, message, at)
    return message


def _queue(
    actor: Actor, conversation: Conversation, message: Message, at: datetime, notice: str = "", secret: str = ""
) -> None:
    recipient_id = conversation.reply_to_id or customer_queries.reply_email_id(conversation.customer_id)
    queued = MessageQueued(
        conversation_id=conversation.pk, message_id=message.pk, by_mail=recipient_id is not None, notice=notice
    )
    journal.write(actor, queued, at=at)
    if recipient_id is None:
        return
    may_go = not notice or _may_send_notice(conversation.pk, recipient_id, at)
    Delivery.objects.create(
        message=message,
        recipient_id=recipient_id,
        notice=notice,
        secret=secret if secret and may_go else None,
        state=DeliveryState.QUEUED if may_go else DeliveryState.HELD,
        error="" if may_go else "loop_guard",
        queued_at=at,
        due_at=at,
    )
    if may_go:
        # In the transaction: the job exists exactly when the message does.
        jobs.configure_task(DELIVERY_JOB, queue="mail").defer(message_id=message.pk)


def _may_send_notice(conversation_id: int, recipient_id: int, at: datetime) -> bool:
    recent = Delivery.objects.filter(queued_at__gt=at - loops.WINDOW).exclude(notice="")
    limit = max(loops.NOTICES_PER_THREAD, loops.NOTICES_PER_ADDRESS)
    threads = list(recent.filter(recipient_id=recipient_id).values_list("message__conversation_id", flat=True)[:limit])
    return loops.may_send_notice(in_thread=threads.count(conversation_id), to_address=len(threads))
