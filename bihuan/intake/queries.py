"""The reads of intake."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, F, QuerySet, When
from django.utils.translation import gettext_lazy as _

from bihuan.customers import queries as customer_queries
from bihuan.foundation.actor import Actor
from bihuan.foundation.files.models import StoredFile
from bihuan.foundation.paging import page_by_key
from bihuan.intake.access import MAIL_KEEPERS, access_conversation, require_role
from bihuan.intake.identity import external_key
from bihuan.intake.models import (
    Attachment,
    Channel,
    Delivery,
    DeliveryState,
    Direction,
    ExternalKey,
    Mail,
    Message,
    MessageKind,
    Quarantine,
)
from bihuan.language.personal_data import find
from bihuan.language.references import REFERENCE
from bihuan.mail.parsing import ParsedMail, parse_mail, salvage_mail
from bihuan.mail.parts import MailUnreadable
from bihuan.mail.reasons import MailOutcome

PAGE = 50
PREVIEW_CHARS = 600
PREVIEW_BYTES = 512 * 1024
ERRORS = {"loop_guard": _("短时间内自动通知过多"), "bounced": _("被对方退回")}
TONES = {DeliveryState.SENT: "kept", DeliveryState.FAILED: "late", DeliveryState.HELD: "risk"}


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file of a message; ``refusal`` is set instead of ``file`` for one that was not taken in."""

    name: str
    file: StoredFile | None
    refusal: str


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """A message as people see it: masks where personal data was, files, and how far a mail has come."""

    id: int
    direction: str
    kind: str
    body: str
    quoted: str
    author: str
    author_kind: str
    at: datetime
    is_automatic: bool
    delivery_state: str
    delivery_error: str
    files: tuple[ShownFile, ...]

    @property
    def is_from_customer(self) -> bool:
        return self.direction == Direction.IN


def list_messages(actor: Actor, conversation_id: int, *, after_id: int = 0, limit: int = 500) -> list[ShownMessage]:
    """The messages of a conversation in order, in four queries. Customers see no notes and no machine's mail.

    Raises NotVisible, NotAllowed.
    """
    access_conversation(actor, conversation_id)
    messages = Message.objects.filter(conversation_id=conversation_id, pk__gt=after_id)
    if actor.is_customer:
        messages = messages.exclude(kind=MessageKind.NOTE).exclude(direction=Direction.IN, is_automatic=True)
    return show_messages(messages.order_by("at", "id")[:limit])


def show_messages(messages: "QuerySet[Message]") -> list[ShownMessage]:
    """Messages of any conversations as people see them; who may see them was asked before."""
    rows = list(messages.select_related("delivery"))
    bodies = customer_queries.render_masked_many([text for row in rows for text in (row.body, row.quoted)])
    files = _files_of(rows)
    return [
        ShownMessage(
            id=row.pk,
            direction=row.direction,
            kind=row.kind,
            body=bodies[2 * place],
            quoted=bodies[2 * place + 1],
            author=row.author_name,
            author_kind=row.author_kind,
            at=row.at,
            is_automatic=row.is_automatic,
            delivery_state=row.delivery.state if hasattr(row, "delivery") else "",
            delivery_error=row.delivery.error if hasattr(row, "delivery") else "",
            files=tuple(files.get(row.pk, ())),
        )
        for place, row in enumerate(rows)
    ]


def spoken_in(conversations: "QuerySet[Any]") -> "QuerySet[Message]":
    """What was said either way in these conversations, for a caller who has asked who may read them; no notes."""
    return Message.objects.filter(conversation__in=conversations, kind=MessageKind.REPLY).select_related("conversation")


def first_words(conversation_ids: Sequence[int]) -> dict[int, str]:
    """What opened each conversation, masked, by conversation; for a caller who has asked who may read them."""
    opening = Message.objects.filter(conversation_id__in=conversation_ids, direction=Direction.IN)
    rows = (
        opening.order_by("conversation_id", "at", "id")
        .distinct("conversation_id")
        .values_list("conversation_id", "body")
    )
    bodies = customer_queries.render_masked_many([body for _id, body in rows])
    return {conversation_id: body for (conversation_id, _body), body in zip(rows, bodies, strict=True)}


def _files_of(messages: Sequence[Message]) -> dict[int, list[ShownFile]]:
    shown: dict[int, list[ShownFile]] = {}
    ids = [message.pk for message in messages]
    for item in Attachment.objects.filter(message_id__in=ids).select_related("file").order_by("id"):
        name = item.file.name if item.file else item.name or ""
        shown.setdefault(item.message_id, []).append(ShownFile(name, item.file, item.refusal))
    return shown


@dataclass(frozen=True, slots=True)
class SetAsideMail:
    """A mail in the quarantine's list: what may be shown of it without the vault."""

    mail: Mail
    reason: str
    sender: str
    subject: str
    preview: str
    may_release: bool


@dataclass(frozen=True, slots=True)
class SetAsidePage:
    """One page of mails; ``next`` is the key of the following page."""

    items: list[SetAsideMail]
    next: str | None


def list_quarantine(actor: Actor, *, after: str | None = None, limit: int = PAGE) -> SetAsidePage:
    """Mails that wait for a decision, newest first. Raises NotAllowed, PageKeyInvalid."""
    require_role(actor, MAIL_KEEPERS)
    waiting = Quarantine.objects.filter(state=Quarantine.State.WAITING).select_related("mail").defer("mail__raw")
    page = page_by_key(waiting, order=("-at", "-id"), after=after, limit=limit)
    return SetAsidePage(_set_aside([item.mail for item in page.items]), page.next)


def list_automatic(actor: Actor, *, after: str | None = None, limit: int = PAGE) -> SetAsidePage:
    """Mails taken for a machine's that belong to no conversation, newest first. Raises NotAllowed, PageKeyInvalid."""
    require_role(actor, MAIL_KEEPERS)
    mails = Mail.objects.filter(outcome=MailOutcome.AUTOMATIC, message=None, quarantine=None).defer("raw")
    page = page_by_key(mails, order=("-id",), after=after, limit=limit)
    return SetAsidePage(_set_aside(page.items), page.next)


def _set_aside(mails: Sequence[Mail]) -> list[SetAsideMail]:
    """Mails with the beginning of their text, masked. Large ones are listed without: a page must stay quick."""
    kept = Mail.objects.filter(pk__in=[mail.pk for mail in mails], raw__isnull=False)
    raws = dict(kept.values_list("pk", Case(When(size__lte=PREVIEW_BYTES, then=F("raw")))))
    shown = []
    for mail in mails:
        parsed = _parsed(raws.get(mail.pk))
        shown.append(
            SetAsideMail(
                mail=mail,
                reason=mail.get_reason_display(),
                sender=mask_address(parsed.sender),
                subject=mask_text(parsed.subject),
                preview=mask_text(parsed.body[:PREVIEW_CHARS]),
                may_release=mail.pk in raws,
            )
        )
    return shown


def _parsed(raw: bytes | None) -> ParsedMail:
    try:
        return parse_mail(raw or b"")
    except MailUnreadable:
        return salvage_mail(raw or b"")


def mask_text(text: str) -> str:
    """A text that was never stored, with stars where personal data shows by its form."""
    parts, position = [], 0
    for found in find(REFERENCE.sub("***", text)):
        parts += [text[position : found.start], "***"]
        position = found.end
    return "".join([*parts, text[position:]])


def mask_address(address: str) -> str:
    """The first character and the domain: z***@mail.example."""
    local, at, domain = address.partition("@")
    return f"{local[:1]}***@{domain}" if at else ""


@dataclass(frozen=True, slots=True)
class OutgoingLine:
    """A mail in the outbox: to whom (masked), what about, and how far it has come."""

    delivery: Delivery
    recipient: str
    customer: str
    subject: str
    number: str

    @property
    def tone(self) -> str:
        """How the state looks: kept, late, paused, or nothing special."""
        return str(TONES.get(DeliveryState(self.delivery.state), ""))

    @property
    def error(self) -> str:
        """Why a mail did not leave or arrive; answers of a mail server stand as they are."""
        return str(ERRORS.get(self.delivery.error, self.delivery.error))


@dataclass(frozen=True, slots=True)
class OutboxPage:
    """One page of the outbox; ``next`` is the key of the following page."""

    items: list[OutgoingLine]
    next: str | None


def list_outbox(actor: Actor, *, state: str = "", after: str | None = None, limit: int = PAGE) -> OutboxPage:
    """Mails that left or are to leave, newest first, or those in one state. Raises NotAllowed, PageKeyInvalid."""
    require_role(actor, MAIL_KEEPERS)
    deliveries = Delivery.objects.select_related("recipient__customer", "message__conversation")
    deliveries = deliveries.filter(state=state) if state else deliveries
    page = page_by_key(
        deliveries.prefetch_related("message__conversation__references"),
        order=("-message_id",),
        after=after,
        limit=limit,
    )
    subjects = customer_queries.render_masked_many([item.message.conversation.subject for item in page.items])
    lines = [
        OutgoingLine(
            delivery=item,
            recipient=mask_address(item.recipient.value),
            customer=item.recipient.customer.label,
            subject=subject,
            number=next((found.number for found in item.message.conversation.references.all()), ""),
        )
        for item, subject in zip(page.items, subjects, strict=True)
    ]
    return OutboxPage(lines, page.next)


def find_known_rows(source: str, identities: Sequence[str]) -> set[str]:
    """Which rows of a feedback source are stored already."""
    keys = {external_key(Channel.IMPORT, f"{source}:{identity}"): identity for identity in identities}
    known = ExternalKey.objects.filter(key__in=list(keys)).values_list("key", flat=True)
    return {keys[bytes(key)] for key in known}
