"""What people decide about mails that were set aside, and about mails that were taken for a machine's."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import Refusal
from bihuan.intake.access import access_mail
from bihuan.intake.actions.mail_threads import accept_mail, find_thread
from bihuan.intake.actions.receiving import lift
from bihuan.intake.events import MailDismissed, MailReleased
from bihuan.intake.models import ExternalKey, Mail, Message, Quarantine
from bihuan.journal import actions as journal
from bihuan.mail.parsing import ParsedMail, parse_mail, salvage_mail
from bihuan.mail.parts import MailUnreadable
from bihuan.mail.reasons import MailOutcome


class AlreadyDecided(Refusal):
    code = "mail_already_decided"
    sentence = _("这封邮件已经处理过了。")


class NothingToRelease(Refusal):
    code = "mail_not_kept"
    sentence = _("这封邮件过大，没有取回，只能在邮箱里查看。")
    next_step = _("请在邮箱里查看后忽略，并用其他方式登记。")


@transaction.atomic
def release_mail(*, actor: Actor, mail_id: int, at: datetime) -> Message:
    """Make a message of a quarantined or automatic mail, as far as it can be read.

    Raises AlreadyDecided, NothingToRelease, NotAllowed, NotVisible.
    """
    mail = access_mail(actor, mail_id, lock=True)
    item = _waiting_item(mail, at)
    if mail.raw is None:
        raise NothingToRelease()
    parsed = _read(mail.raw)
    # The customer wrote it and the mail job brings it in, as always; the person's decision is an entry of its own.
    postman = Actor.system("mail")
    message = accept_mail(postman, parsed, find_thread(postman, parsed, at), at)
    ExternalKey.objects.filter(mail_id=mail.pk).update(message_id=message.pk, conversation_id=message.conversation_id)
    item.message = message
    _decide(item, actor, Quarantine.State.RELEASED, at)
    journal.write(actor, MailReleased(quarantine_id=item.pk, mail_id=mail.pk, message_id=message.pk), at=at)
    return message


@transaction.atomic
def dismiss_mail(*, actor: Actor, mail_id: int, note: str, at: datetime) -> Quarantine:
    """Say that a quarantined mail needs nothing, and why; it is kept. Raises AlreadyDecided, NotAllowed, NotVisible."""
    mail = access_mail(actor, mail_id, lock=True)
    item = _waiting_item(mail, at)
    item.note = lift(actor, None, [note.strip()], at)[0][:200]
    _decide(item, actor, Quarantine.State.DISMISSED, at)
    journal.write(actor, MailDismissed(quarantine_id=item.pk, mail_id=mail.pk), at=at)
    return item


def _waiting_item(mail: Mail, at: datetime) -> Quarantine:
    """The mail's place in the quarantine; an automatic mail gets one when somebody doubts it."""
    item = Quarantine.objects.filter(mail=mail).first()
    if item is None and mail.outcome == MailOutcome.AUTOMATIC and mail.message_id is None:
        return Quarantine.objects.create(mail=mail, reason=mail.reason, at=at)
    if item is None or not item.is_waiting:
        raise AlreadyDecided()
    return item


def _read(raw: bytes) -> ParsedMail:
    try:
        return parse_mail(raw)
    except (MailUnreadable, ValueError, LookupError, TypeError, AttributeError):
        return salvage_mail(raw)


def _decide(item: Quarantine, actor: Actor, state: str, at: datetime) -> None:
    item.state, item.decided_at = state, at
    item.decided_by_id, item.decided_by_name = actor.id, actor.name[:60]
    item.save()
