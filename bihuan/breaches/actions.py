"""Open, assess, contain, tell the authority, tell the customers, close: each step needs what the law demands of it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bihuan.breaches.access import BreachPermission, access_breach, require
from bihuan.breaches.affected import Affected, affected_ids
from bihuan.breaches.events import (
    AuthorityTold,
    BreachAssessed,
    BreachClosed,
    BreachContained,
    BreachCustomersTold,
    BreachOpened,
    CustomerTellingStarted,
    CustomerTellingWaived,
)
from bihuan.breaches.models import Breach, BreachCustomer, BreachKind, BreachState
from bihuan.breaches.notices import customer_mail
from bihuan.customers.actions import mask_personal_data
from bihuan.customers.models import DatumKind
from bihuan.customers.queries import reply_email_id
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import Invalid, Refusal
from bihuan.foundation.jobs import app as jobs
from bihuan.intake import actions as intake
from bihuan.intake.models import Channel
from bihuan.journal import actions as journal

__all__ = [
    "Affected",
    "BreachIncomplete",
    "CustomersNotTold",
    "StepRefused",
    "assess_breach",
    "close_breach",
    "contain_breach",
    "open_breach",
    "start_telling",
    "tell_authority",
    "tell_batch",
    "waive_telling",
]

JOB = "bihuan.breaches.tasks.tell_customers"
SPEAKER = Actor.system("breach-desk")
BATCH = 100
WORDS_AT_MOST = 600


class BreachIncomplete(Invalid):
    code = "breach_incomplete"
    sentence = _("请写全这一步要的内容。")
    rule = _("通知要写明种类、原因、危害、补救措施、个人可采取的措施和联系方式（个人信息保护法第五十七条）")


class StepRefused(Refusal):
    code = "breach_step_refused"
    sentence = _("现在轮不到这一步：{state}。")
    rule = _("先评估、再控制、报告主管部门、通知客户，最后结束")


class CustomersNotTold(Refusal):
    code = "breach_customers_not_told"
    sentence = _("还没有报告主管部门，或客户还没有全部通知。")
    next_step = _("先完成通知；确能避免危害的，写明理由后可以不通知客户。")


@transaction.atomic
def open_breach(*, actor: Actor, title: str, kind: str, found_at: datetime, at: datetime) -> Breach:
    """Report a breach; the clocks run from when it was found. Raises BreachIncomplete, NotAllowed."""
    staff_id = require(actor, BreachPermission.OPEN)
    (words,) = _words(title)
    if kind not in BreachKind.values or found_at > at:
        raise BreachIncomplete(field="found_at")
    breach = Breach.objects.create(title=words[:80], kind=kind, found_at=found_at, opened_by_id=staff_id, opened_at=at)
    journal.write(actor, BreachOpened(breach_id=breach.pk, kind=kind, found=found_at.isoformat()), at=at)
    return breach


@transaction.atomic
def assess_breach(
    *, actor: Actor, breach_id: int, data_kinds: Sequence[str], words: tuple[str, str], affected: Affected, at: datetime
) -> Breach:
    """What leaked, why, with which harm (``words``: cause and harm), and whom it hits; again until it is contained.

    Raises BreachIncomplete, StepRefused, NotVisible, NotAllowed.
    """
    breach = access_breach(actor, breach_id, to=BreachPermission.LEAD)
    _require_state(breach, BreachState.OPEN, BreachState.ASSESSED)
    if not data_kinds or not set(data_kinds) <= set(DatumKind.values) or not affected.is_complete:
        raise BreachIncomplete(field="data_kinds")
    breach.cause, breach.harm = _words(*words)
    breach.data_kinds, breach.rule = [code for code in DatumKind.values if code in data_kinds], affected.rule
    BreachCustomer.objects.filter(breach=breach).delete()
    ids = affected_ids(affected)
    BreachCustomer.objects.bulk_create(
        [BreachCustomer(breach=breach, customer_id=customer_id) for customer_id in ids], batch_size=1_000
    )
    breach.state, breach.affected, breach.assessed_at = BreachState.ASSESSED, len(ids), at
    breach.save()
    assessed = BreachAssessed(
        breach_id=breach.pk, data_kinds=tuple(breach.data_kinds), rule=breach.rule, affected=len(ids)
    )
    journal.write(actor, assessed, at=at)
    return breach


@transaction.atomic
def contain_breach(*, actor: Actor, breach_id: int, measures: str, advice: str, contact: str, at: datetime) -> Breach:
    """What was done against it, what customers can do, whom they reach.

    Raises BreachIncomplete, StepRefused, NotVisible, NotAllowed.
    """
    breach = access_breach(actor, breach_id, to=BreachPermission.LEAD)
    _require_state(breach, BreachState.ASSESSED)
    breach.measures, breach.advice = _words(measures, advice)
    breach.contact = " ".join(contact.split())[:120]
    if not breach.contact:
        raise BreachIncomplete(field="contact")
    breach.state, breach.contained_at = BreachState.CONTAINED, at
    breach.save()
    journal.write(actor, BreachContained(breach_id=breach.pk), at=at)
    return breach


@transaction.atomic
def tell_authority(*, actor: Actor, breach_id: int, authority: str, receipt: str, at: datetime) -> Breach:
    """The report has gone to the authority: to which one, under which number.

    Possible before the breach is contained: the clock is short. Raises BreachIncomplete, StepRefused, NotVisible,
    NotAllowed.
    """
    breach = access_breach(actor, breach_id, to=BreachPermission.LEAD)
    _require_state(breach, BreachState.ASSESSED, BreachState.CONTAINED)
    if breach.authority_at is not None:
        raise StepRefused(state=breach.get_state_display())
    authority, receipt = _words(authority, receipt)
    breach.authority, breach.authority_receipt, breach.authority_at = authority[:80], receipt[:80], at
    breach.save()
    told = AuthorityTold(breach_id=breach.pk, was_late=at > breach.authority_due_at)
    journal.write(actor, told, at=at)
    return breach


@transaction.atomic
def start_telling(*, actor: Actor, breach_id: int, at: datetime) -> Breach:
    """Tell every customer who is hit, by a job. Raises StepRefused, NotVisible, NotAllowed."""
    breach = access_breach(actor, breach_id, to=BreachPermission.LEAD)
    _require_untold(breach)
    breach.customers_at = at
    breach.save(update_fields=["customers_at"])
    started = CustomerTellingStarted(
        breach_id=breach.pk, customers=breach.affected, was_late=at > breach.customers_due_at
    )
    journal.write(actor, started, at=at)
    jobs.configure_task(JOB, lock=f"breach-{breach.pk}").defer(breach_id=breach.pk)
    return breach


@transaction.atomic
def waive_telling(*, actor: Actor, breach_id: int, reason: str, at: datetime) -> Breach:
    """The measures avoid all harm, so customers need not be told (个人信息保护法 57, second sentence).

    Raises BreachIncomplete, StepRefused, NotVisible, NotAllowed.
    """
    breach = access_breach(actor, breach_id, to=BreachPermission.LEAD)
    _require_untold(breach)
    (breach.waiver,) = _words(reason)
    breach.save(update_fields=["waiver"])
    journal.write(actor, CustomerTellingWaived(breach_id=breach.pk), at=at)
    return breach


@transaction.atomic
def close_breach(*, actor: Actor, breach_id: int, lessons: str, at: datetime) -> Breach:
    """Everybody was told, and something was learnt. Raises CustomersNotTold, BreachIncomplete, StepRefused, NotVisible,
    NotAllowed."""
    breach = access_breach(actor, breach_id, to=BreachPermission.LEAD)
    _require_state(breach, BreachState.CONTAINED)
    is_told = bool(breach.waiver) or (
        breach.customers_at is not None and not breach.customers.filter(told_at=None).exists()
    )
    if breach.authority_at is None or not is_told:
        raise CustomersNotTold()
    (breach.lessons,) = _words(lessons)
    breach.state, breach.closed_at = BreachState.CLOSED, at
    breach.save()
    journal.write(actor, BreachClosed(breach_id=breach.pk), at=at)
    return breach


@transaction.atomic
def tell_batch(*, breach_id: int, at: datetime) -> bool:
    """Tell the next customers, each in a conversation of their own; True while there may be more.

    Who has no confirmed address is marked to be called. A job that is killed goes on with who was not told.
    """
    breach = Breach.objects.select_for_update().get(pk=breach_id)
    rows = list(breach.customers.filter(told_at=None).order_by("id")[:BATCH])
    if not rows or breach.customers_at is None:
        return False
    body = customer_mail(breach)
    for row in rows:
        row.by_mail, row.told_at = reply_email_id(row.customer_id) is not None, at
        talk = intake.open_conversation(
            actor=SPEAKER, customer_id=row.customer_id, channel=Channel.DESK, subject=body.partition("\n")[0], at=at
        )
        intake.send_notice(actor=SPEAKER, conversation_id=talk.pk, notice="BREACH", body=body, at=at)
    BreachCustomer.objects.bulk_update(rows, ["by_mail", "told_at"])
    mailed = sum(row.by_mail for row in rows)
    told = BreachCustomersTold(breach_id=breach.pk, by_mail=mailed, to_call=len(rows) - mailed)
    journal.write(SPEAKER, told, at=at)
    return True


def _require_state(breach: Breach, *allowed: BreachState) -> None:
    if breach.state not in allowed:
        raise StepRefused(state=breach.get_state_display())


def _require_untold(breach: Breach) -> None:
    _require_state(breach, BreachState.CONTAINED)
    if breach.customers_at is not None or breach.waiver:
        raise StepRefused(state=breach.get_state_display())


def _words(*texts: str) -> list[str]:
    """The words with personal data masked for good. Raises BreachIncomplete when one is missing."""
    if not all(text.strip() for text in texts):
        raise BreachIncomplete()
    return [text[:WORDS_AT_MOST] for text in mask_personal_data(customer_id=None, texts=[t.strip() for t in texts])]
