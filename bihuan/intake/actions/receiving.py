"""What customers say, from every channel: one message at a time and in bulk; notes of colleagues."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from bihuan.customers import actions as customers
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import Invalid
from bihuan.foundation.files.models import StoredFile
from bihuan.foundation.files.store import rename_file
from bihuan.intake import identity
from bihuan.intake.access import WRITERS, access_conversation, require_job, require_role
from bihuan.intake.events import ConversationReferred, MessageNoted, MessageReceived
from bihuan.intake.models import (
    Attachment,
    Channel,
    Conversation,
    ConversationReference,
    Direction,
    Message,
    MessageKind,
)
from bihuan.journal import actions as journal

SUBJECT_CHARS = 200
BODY_CHARS = 100_000
LINK = "INSERT INTO intake_conversationreference (conversation_id, number) VALUES (%s, %s) ON CONFLICT DO NOTHING"

LINK_MANY = """
    INSERT INTO intake_conversationreference (conversation_id, number) SELECT * FROM unnest(%s::bigint[], %s::text[])
    ON CONFLICT DO NOTHING RETURNING conversation_id
"""


class MessageEmpty(Invalid):
    code = "message_empty"
    sentence = _("内容不能为空。")


class ReferenceTaken(Invalid):
    code = "reference_taken"
    sentence = _("编号 {number} 已属于另一段往来。")


@dataclass(frozen=True, kw_only=True)
class Refused:
    """A file that came along and was not taken in: its name, and the code of the refusal."""

    name: str
    code: str


@dataclass(frozen=True, kw_only=True)
class Received:
    """Something a customer said.

    ``conversation_id`` appends to a conversation, None opens one. ``external_id`` makes it idempotent within its
    channel; ``message_id`` is the Message-ID an answer by mail has to name. ``is_lifted`` says that the texts hold no
    personal data any more. ``hints`` are for whoever opens a case. ``number`` is given to the conversation as
    ``link_number`` does.
    """

    channel: str
    body: str
    subject: str = ""
    quoted: str = ""
    customer_id: int | None = None
    reply_to_id: int | None = None
    conversation_id: int | None = None
    external_id: str | None = None
    message_id: str | None = None
    files: Sequence[StoredFile] = ()
    refused: Sequence[Refused] = ()
    hints: Mapping[str, str] = field(default_factory=dict)
    is_lifted: bool = False
    is_automatic: bool = False
    number: str | None = None


def receive_message(*, actor: Actor, received: Received, at: datetime) -> Message:
    """Store what a customer said; the same ``external_id`` on a channel gives the same message.

    Raises MessageEmpty, NotAllowed, NotVisible, ReferenceTaken.
    """
    if actor.is_staff:
        require_role(actor, WRITERS)
    if not (received.body.strip() or received.files or received.refused):
        raise MessageEmpty(field="body")
    if received.external_id is None:
        with transaction.atomic(savepoint=False):  # on the way of every case: a savepoint would cost two round trips
            return _store(actor, received, at)
    return _store_once(actor, received, received.external_id, at)


@transaction.atomic
def _store_once(actor: Actor, received: Received, external_id: str, at: datetime) -> Message:
    """Store a message unless its name is known on the channel, even when two bring it at the same time."""
    known = identity.find_message(received.channel, external_id)
    if known is not None:
        return known
    try:
        with transaction.atomic():
            message = _store(actor, received, at)
            identity.remember(received.channel, external_id, message, at)
            return message
    except IntegrityError:
        # Somebody else stored the same thing between our look and our write.
        known = identity.find_message(received.channel, external_id)
        if known is None:
            raise
        return known


def append_message(
    *,
    actor: Actor,
    conversation_id: int,
    body: str,
    files: Sequence[StoredFile] = (),
    channel: str = Channel.PORTAL,
    at: datetime,
) -> Message:
    """Store what a customer adds to a conversation; ``channel`` is the way this message came, whatever opened it.

    Raises MessageEmpty, NotVisible.
    """
    received = Received(channel=channel, conversation_id=conversation_id, body=body, files=files)
    return receive_message(actor=actor, received=received, at=at)


@transaction.atomic
def add_note(
    *, actor: Actor, conversation_id: int, body: str, at: datetime, files: Sequence[StoredFile] = ()
) -> Message:
    """Write something only colleagues read. Raises MessageEmpty, NotAllowed, NotVisible."""
    conversation = access_conversation(actor, conversation_id, roles=WRITERS)
    if not body.strip():
        raise MessageEmpty(field="body")
    text = lift(actor, conversation.customer_id, [body], at)[0]
    note = create_message(actor, conversation, Direction.OUT, MessageKind.NOTE, at, body=text)
    attach(note, files)
    journal.write(actor, MessageNoted(conversation_id=conversation.pk, message_id=note.pk), at=at)
    return note


@transaction.atomic
def link_number(*, actor: Actor, conversation_id: int, number: str, at: datetime) -> None:
    """Give a conversation a number people may write into a subject line. Raises ReferenceTaken, NotVisible."""
    conversation = access_conversation(actor, conversation_id)
    _link(actor, conversation, number, at)


def link_numbers(*, actor: Actor, numbers: Mapping[int, str], at: datetime) -> None:
    """As link_number for many conversations in two statements, for jobs. Raises ReferenceTaken, NotAllowed."""
    require_job(actor)
    with connection.cursor() as cursor:
        cursor.execute(LINK_MANY, [list(numbers), list(numbers.values())])
        linked = {conversation_id for (conversation_id,) in cursor.fetchall()}
    if taken := numbers.keys() - linked:
        raise ReferenceTaken(field="number", number=numbers[min(taken)])
    entries = (ConversationReferred(conversation_id=key, number=number) for key, number in numbers.items())
    journal.write_many(journal.Line(actor=actor, entry=entry, at=at) for entry in entries)


def _link(actor: Actor, conversation: Conversation, number: str, at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(LINK, [conversation.pk, number])
        is_new = cursor.rowcount == 1
    if is_new:
        journal.write(actor, ConversationReferred(conversation_id=conversation.pk, number=number), at=at)
    elif not ConversationReference.objects.filter(number=number, conversation=conversation).exists():
        raise ReferenceTaken(field="number", number=number)


def lift(actor: Actor, customer_id: int | None, texts: Sequence[str], at: datetime) -> list[str]:
    """The texts with personal data moved into the vault. NUL cannot be stored by PostgreSQL and is dropped."""
    clean = [text.replace("\x00", "") for text in texts]
    return customers.lift_personal_data_many(actor=actor, customer_id=customer_id, texts=clean, at=at)


def create_message(
    actor: Actor, conversation: Conversation, direction: str, kind: str, at: datetime, **fields: object
) -> Message:
    """Add a row to a conversation in the actor's name; a customer's name stays in the vault."""
    return Message.objects.create(
        conversation=conversation,
        direction=direction,
        kind=kind,
        author_kind=actor.kind,
        author_id=actor.id,
        author_name="" if actor.is_customer else actor.name[:60],
        at=at,
        **fields,
    )


def attach(message: Message, files: Sequence[StoredFile], refused: Sequence[Refused] = ()) -> None:
    """Tie files to a message, and the names of those that were not taken in; what names tell of people is masked."""
    if not (files or refused):
        return
    names = [file.name for file in files] + [item.name for item in refused]
    shown = customers.mask_personal_data(customer_id=message.conversation.customer_id, texts=names)
    for file, name in zip(files, shown, strict=False):
        rename_file(file, name)
    rows = [Attachment(message=message, file=file) for file in files]
    refusals = zip(refused, shown[len(files) :], strict=True)
    rows += [Attachment(message=message, name=name, refusal=item.code) for item, name in refusals]
    Attachment.objects.bulk_create(rows)


def _store(actor: Actor, received: Received, at: datetime) -> Message:
    conversation = _conversation_of(actor, received)
    texts = [" ".join(received.subject.split()), received.body, received.quoted]
    if not received.is_lifted:
        customer_id = conversation.customer_id if conversation else received.customer_id
        texts = lift(actor, customer_id, [text[:BODY_CHARS] for text in texts], at)
    subject, body, quoted = texts
    opens = conversation is None
    conversation = conversation or _open(received, subject, at)
    kind = MessageKind.SYSTEM if received.is_automatic else MessageKind.REPLY
    message = create_message(
        actor,
        conversation,
        Direction.IN,
        kind,
        at,
        body=body,
        quoted=quoted,
        external_id=received.message_id or received.external_id,
        is_automatic=received.is_automatic,
    )
    attach(message, received.files, received.refused)
    journal.write(actor, _entry_for(message, received, opens), at=at)
    if received.number is not None:
        _link(actor, conversation, received.number, at)
    return message


def _entry_for(message: Message, received: Received, opens: bool) -> MessageReceived | MessageNoted:
    if received.is_automatic:
        return MessageNoted(conversation_id=message.conversation_id, message_id=message.pk, is_automatic=True)
    return MessageReceived(
        conversation_id=message.conversation_id,
        message_id=message.pk,
        channel=received.channel,
        opens=opens,
        hints=dict(received.hints),
    )


def _conversation_of(actor: Actor, received: Received) -> Conversation | None:
    return access_conversation(actor, received.conversation_id) if received.conversation_id is not None else None


def _open(received: Received, subject: str, at: datetime) -> Conversation:
    return Conversation.objects.create(
        channel=Channel(received.channel),
        customer_id=received.customer_id,
        reply_to_id=received.reply_to_id,
        subject=shorten(subject),
        opened_at=at,
    )


def shorten(subject: str, length: int = SUBJECT_CHARS) -> str:
    """A subject of a length that never ends inside a reference to the vault."""
    if len(subject) <= length:
        return subject
    cut = subject[: length - 1]
    opened = cut.rfind("⟦")
    return (cut[:opened] if opened > cut.rfind("⟧") else cut) + "…"
