"""A mail comes in: it is kept, understood, threaded, and accounted for under exactly one outcome."""

import logging
import traceback
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db.models.functions import Greatest

from bihuan.foundation.actor import Actor
from bihuan.intake import identity, loops
from bihuan.intake.access import MAIL_KEEPERS, require_role
from bihuan.intake.actions.mail_threads import Thread, accept_mail, find_thread
from bihuan.intake.events import MailQuarantined, MessageFailed
from bihuan.intake.models import (
    Channel,
    Conversation,
    Delivery,
    DeliveryState,
    Direction,
    ExternalKey,
    Mail,
    MailboxState,
    Message,
    Quarantine,
)
from bihuan.journal import actions as journal
from bihuan.mail.parsing import ParsedMail, parse_mail
from bihuan.mail.parts import MailUnreadable
from bihuan.mail.reasons import MailOutcome, MailReason

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Where in which mailbox a mail was found."""

    mailbox_id: int
    uid_validity: int
    uid: int


@dataclass(frozen=True, kw_only=True)
class MailReceipt:
    """What became of a mail."""

    outcome: str
    mail_id: int
    reason: str = ""
    message_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class _Verdict:
    outcome: MailOutcome
    reason: MailReason | str = ""
    message: Message | None = None


def receive_mail(*, actor: Actor, raw: bytes, at: datetime, origin: Origin | None = None) -> MailReceipt:
    """Take one mail in. Whatever it is, it is accounted for; the same mail a second time is a DUPLICATE.

    A mail that breaks us is quarantined, so that it never stops those behind it. Raises NotAllowed, and what another
    attempt may cure: OperationalError when the database is away, OSError when the disk is full.
    """
    require_role(actor, MAIL_KEEPERS)
    try:
        return _receive_or_recognise(actor, raw, origin, at)
    except (OperationalError, InterfaceError, OSError):
        raise
    except Exception as error:
        # Frames only: the words of an error may repeat what the mail says.
        frames = "".join(traceback.format_tb(error.__traceback__))
        logger.error("a mail of %s bytes could not be taken in: %s\n%s", len(raw), type(error).__name__, frames)
        return _receive_unreadable(actor, raw, MailReason.BROKEN, origin, at)


@transaction.atomic
def quarantine_unfetched_mail(*, actor: Actor, origin: Origin, size: int, at: datetime) -> MailReceipt:
    """Quarantine a mail that is too large to fetch: it stays in its mailbox, and people see that it is there."""
    require_role(actor, MAIL_KEEPERS)
    verdict = _Verdict(outcome=MailOutcome.QUARANTINED, reason=MailReason.TOO_LARGE)
    return _account(actor, verdict, None, origin, at, size=size)


def _receive_or_recognise(actor: Actor, raw: bytes, origin: Origin | None, at: datetime) -> MailReceipt:
    try:
        return _receive_once(actor, raw, origin, at)
    except IntegrityError:
        # The same mail came in by another way between our look and our write: now it is known.
        return _receive_once(actor, raw, origin, at)


@transaction.atomic
def _receive_once(actor: Actor, raw: bytes, origin: Origin | None, at: datetime) -> MailReceipt:
    try:
        parsed = parse_mail(raw)
    except MailUnreadable as unreadable:
        return _receive_unreadable(actor, raw, unreadable.reason, origin, at)
    external_id = parsed.message_id or f"sha256:{parsed.fingerprint}"
    known = _known(external_id)
    if known is not None and not _is_same(known, parsed):
        # Another mail under a known id: a broken sender, or an attempt to hide one mail behind another.
        external_id = f"{external_id} {parsed.fingerprint}"
        known = _known(external_id)
        verdict = _Verdict(outcome=MailOutcome.QUARANTINED, reason=MailReason.ID_REUSED)
    else:
        verdict = _judge(actor, parsed, at) if known is None else _repeated(known)
    if known is not None:
        verdict = _repeated(known)
    receipt = _account(actor, verdict, raw, origin, at)
    if known is None:
        _remember(external_id, parsed.fingerprint, verdict, receipt, at)
    return receipt


@transaction.atomic
def _receive_unreadable(
    actor: Actor, raw: bytes, reason: MailReason, origin: Origin | None, at: datetime
) -> MailReceipt:
    fingerprint = raw.decode("latin-1")
    external_id = f"raw:{identity.fingerprint_of(fingerprint).hex()}"
    known = _known(external_id)
    verdict = _repeated(known) if known else _Verdict(outcome=MailOutcome.QUARANTINED, reason=reason)
    receipt = _account(actor, verdict, raw, origin, at)
    if known is None:
        _remember(external_id, fingerprint, verdict, receipt, at)
    return receipt


def _known(external_id: str) -> ExternalKey | None:
    return ExternalKey.objects.filter(key=identity.external_key(Channel.MAIL, external_id)).first()


def _is_same(known: ExternalKey, parsed: ParsedMail) -> bool:
    """True when the known mail is this one again, or one of ours that came back."""
    return known.fingerprint is None or bytes(known.fingerprint) == identity.fingerprint_of(parsed.fingerprint)


def _repeated(known: ExternalKey) -> _Verdict:
    message = Message.objects.filter(pk=known.message_id).first() if known.message_id else None
    if message is not None and message.direction == Direction.OUT:
        return _Verdict(outcome=MailOutcome.AUTOMATIC, reason=MailReason.OWN_MESSAGE, message=message)
    return _Verdict(outcome=MailOutcome.DUPLICATE, message=message)


def _judge(actor: Actor, parsed: ParsedMail, at: datetime) -> _Verdict:
    """What a mail not seen before is."""
    if parsed.automatic is not None:
        return _Verdict(
            outcome=MailOutcome.AUTOMATIC, reason=parsed.automatic, message=_file_automatic(actor, parsed, at)
        )
    thread = find_thread(actor, parsed, at)
    if thread.conversation is not None and not _has_room(thread.conversation, at):
        return _Verdict(outcome=MailOutcome.QUARANTINED, reason=MailReason.FLOOD)
    return _Verdict(outcome=MailOutcome.RECEIVED, message=accept_mail(actor, parsed, thread, at))


def _file_automatic(actor: Actor, parsed: ParsedMail, at: datetime) -> Message | None:
    """Put a machine's mail into the conversation it is about, where people see it and nothing answers it."""
    if parsed.automatic is MailReason.BOUNCE:
        _note_bounces(actor, parsed.failed_ids, at)
    conversation = identity.find_thread([*parsed.ancestors, *parsed.failed_ids])
    if conversation is None or not _has_room(conversation, at):
        return None
    return accept_mail(actor, parsed, Thread(None, None, conversation), at, is_automatic=True)


def _note_bounces(actor: Actor, failed_ids: list[str], at: datetime) -> None:
    keys = [identity.external_key(Channel.MAIL, failed) for failed in failed_ids]
    ids = ExternalKey.objects.filter(key__in=keys, message_id__isnull=False).values_list("message_id", flat=True)
    sent = Delivery.objects.filter(pk__in=list(ids), state=DeliveryState.SENT).select_for_update(of=("self",))
    for delivery in sent.select_related("message"):
        delivery.state, delivery.error = DeliveryState.FAILED, "bounced"
        delivery.save(update_fields=["state", "error"])
        failed = MessageFailed(
            conversation_id=delivery.message.conversation_id,
            message_id=delivery.pk,
            attempts=delivery.attempts,
            error="bounced",
        )
        journal.write(actor, failed, at=at)


def _has_room(conversation: Conversation, at: datetime) -> bool:
    recent = Message.objects.filter(conversation=conversation, direction=Direction.IN, at__gt=at - loops.WINDOW)
    return loops.may_join_thread(len(recent.values_list("pk", flat=True)[: loops.MAILS_PER_THREAD]))


def _account(
    actor: Actor, verdict: _Verdict, raw: bytes | None, origin: Origin | None, at: datetime, size: int = 0
) -> MailReceipt:
    """Write the mail's row: it is accounted for from here on, and its place in the mailbox is passed."""
    mail = Mail.objects.create(
        mailbox_id=origin.mailbox_id if origin else None,
        uid_validity=origin.uid_validity if origin else None,
        uid=origin.uid if origin else None,
        raw=None if verdict.outcome == MailOutcome.DUPLICATE else raw,
        size=size or len(raw or b""),
        outcome=verdict.outcome,
        reason=verdict.reason,
        message=verdict.message,
        at=at,
    )
    if origin is not None:
        MailboxState.objects.filter(pk=origin.mailbox_id).update(last_uid=Greatest("last_uid", origin.uid))
    if verdict.outcome == MailOutcome.QUARANTINED:
        item = Quarantine.objects.create(mail=mail, reason=verdict.reason, at=at)
        entry = MailQuarantined(quarantine_id=item.pk, mail_id=mail.pk, reason=str(verdict.reason))
        journal.write(actor, entry, at=at)
    return MailReceipt(
        outcome=verdict.outcome,
        reason=str(verdict.reason),
        mail_id=mail.pk,
        message_id=verdict.message.pk if verdict.message else None,
    )


def _remember(external_id: str, fingerprint: str, verdict: _Verdict, receipt: MailReceipt, at: datetime) -> None:
    message = verdict.message
    ExternalKey.objects.create(
        key=identity.external_key(Channel.MAIL, external_id),
        fingerprint=identity.fingerprint_of(fingerprint),
        conversation_id=message.conversation_id if message else None,
        message_id=message.pk if message else None,
        mail_id=receipt.mail_id,
        at=at,
    )
