"""Ids of the outside world: how they are kept, and the ids we give to our own mails."""

import re
import secrets
from datetime import datetime

from django.conf import settings

from bihuan.crypto.blind_index import digest
from bihuan.intake.models import Channel, Conversation, ExternalKey, Message

PURPOSE = "intake.external"
FINGERPRINT = "intake.fingerprint"
# What a case number looks like in a subject line: TS-20261123-000128.
NUMBER = re.compile(r"(?<![A-Za-z0-9-])[A-Z]{2}-\d{8}-\d{6}(?![0-9-])")


def external_key(channel: str, external_id: str) -> bytes:
    """The key of an outside id within its channel."""
    return digest(f"{channel}:{external_id}", PURPOSE)


def fingerprint_of(content: str) -> bytes:
    """What tells two mails apart that carry the same Message-ID."""
    return digest(content, FINGERPRINT)


def find_message(channel: str, external_id: str) -> Message | None:
    """The message that is already known under an outside id."""
    known = ExternalKey.objects.filter(key=external_key(channel, external_id)).first()
    if known is None or known.message_id is None:
        return None
    return Message.objects.select_related("conversation").get(pk=known.message_id)


def remember(channel: str, external_id: str, message: Message, at: datetime) -> None:
    """Note that a message is known under an outside id; raises IntegrityError when another one already is."""
    ExternalKey.objects.create(
        key=external_key(channel, external_id), conversation_id=message.conversation_id, message_id=message.pk, at=at
    )


def find_thread(message_ids: list[str]) -> Conversation | None:
    """The conversation of the first known Message-ID (the nearest ancestor comes first)."""
    keys = [external_key(Channel.MAIL, message_id) for message_id in message_ids]
    known = {
        bytes(row.key): row.conversation
        for row in ExternalKey.objects.filter(key__in=keys, conversation__isnull=False).select_related("conversation")
    }
    return next((known[key] for key in keys if key in known), None)


def numbers_in(subject: str) -> list[str]:
    """Case numbers named in a subject line."""
    return NUMBER.findall(subject.upper())


def mail_domain() -> str:
    """The domain our mails come from."""
    return settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("> ") or "localhost"


def new_message_id() -> str:
    """A Message-ID nobody can guess, so that an answer which names it is known to follow ours."""
    return f"<{secrets.token_hex(16)}@{mail_domain()}>"
