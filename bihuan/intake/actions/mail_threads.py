"""Where a mail belongs, and the message it becomes."""

from dataclasses import dataclass
from datetime import datetime

from bihuan.customers import actions as customers
from bihuan.foundation.actor import Actor
from bihuan.foundation.files import FileRefused, StoredFile, store_file
from bihuan.intake import identity
from bihuan.intake.actions.receiving import Received, Refused, receive_message
from bihuan.intake.models import Channel, Conversation, ConversationReference, Message
from bihuan.mail.parsing import ParsedMail
from bihuan.mail.parts import MailFile, MailUnreadable
from bihuan.mail.reasons import MailReason

FILES_PER_MAIL = 30


@dataclass(frozen=True)
class Thread:
    """Who wrote, and where it belongs; no conversation means a new one."""

    customer_id: int | None
    reply_to_id: int | None
    conversation: Conversation | None


def find_thread(actor: Actor, parsed: ParsedMail, at: datetime) -> Thread:
    """The conversation a mail answers: by Message-ID, else by a number in the subject.

    A number can be guessed, so it counts only from the address of the conversation's own customer.
    """
    if not parsed.sender:
        return Thread(None, None, identity.find_thread(parsed.ancestors))
    customer = customers.find_or_register_customer(actor=actor, email=parsed.sender, name=parsed.sender_name, at=at)
    if customer is None:
        raise MailUnreadable(MailReason.NO_SENDER)
    conversation = identity.find_thread(parsed.ancestors) or _by_number(parsed.subject, customer.pk)
    email = next(email for email in customer.emails.all() if email.value == parsed.sender.lower())
    return Thread(customer.pk, email.pk, conversation)


def _by_number(subject: str, customer_id: int) -> Conversation | None:
    reference = (
        ConversationReference.objects.filter(
            number__in=identity.numbers_in(subject), conversation__customer_id=customer_id
        )
        .select_related("conversation")
        .first()
    )
    return reference.conversation if reference else None


def accept_mail(
    actor: Actor, parsed: ParsedMail, thread: Thread, at: datetime, *, is_automatic: bool = False
) -> Message:
    """Make a message of a mail."""
    files, refused = _store_files(parsed.files, at)
    return receive_message(
        actor=actor,
        received=Received(
            channel=Channel.MAIL,
            body=parsed.body,
            subject=parsed.subject,
            quoted=parsed.quoted,
            customer_id=thread.customer_id,
            reply_to_id=thread.reply_to_id,
            conversation_id=thread.conversation.pk if thread.conversation else None,
            message_id=parsed.message_id or None,
            files=files,
            refused=refused,
            is_automatic=is_automatic,
        ),
        at=at,
    )


def _store_files(found: list[MailFile], at: datetime) -> tuple[list[StoredFile], list[Refused]]:
    files: list[StoredFile] = []
    refused = [Refused(name=item.name, code="too_many_files") for item in found[FILES_PER_MAIL:]]
    for item in found[:FILES_PER_MAIL]:
        try:
            files.append(store_file(name=item.name, content=item.content, content_type=item.content_type, at=at))
        except FileRefused as refusal:
            refused.append(Refused(name=item.name, code=refusal.code))
    return files, refused
