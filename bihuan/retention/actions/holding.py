"""Putting a hold on, and lifting it."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bihuan.cases.models import Case
from bihuan.customers.models import Customer
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import Invalid, NotVisible, Refusal
from bihuan.journal import actions as journal
from bihuan.retention.access import RetentionPermission, require
from bihuan.retention.events import HoldLifted, HoldPlaced
from bihuan.retention.locking import lock_holds
from bihuan.retention.models import LegalHold

WORDS_AT_MOST = 300


class HoldReasonMissing(Invalid):
    code = "hold_reason_missing"
    sentence = _("请写明原因。")
    rule = _("保全和解除都要有人负责、有据可查")


class HoldSubjectMissing(Invalid):
    code = "hold_subject_missing"
    sentence = _("请写一个客户编号或一个案件号，只写一个。")


class HoldOver(Refusal):
    code = "hold_over"
    sentence = _("这项保全已经解除或到期。")


@transaction.atomic
def place_hold(
    *,
    actor: Actor,
    reason: str,
    at: datetime,
    customer_id: int | None = None,
    case_number: str = "",
    until_at: datetime | None = None,
) -> LegalHold:
    """Keep everything of a customer, or of a case with its customer, from being deleted.

    Raises HoldReasonMissing, HoldSubjectMissing, NotVisible, NotAllowed.
    """
    staff_id = require(actor, RetentionPermission.HOLD)
    words, number = " ".join(reason.split())[:WORDS_AT_MOST], case_number.strip().upper()
    if not words:
        raise HoldReasonMissing(field="reason")
    if (customer_id is None) == (not number) or (until_at is not None and until_at <= at):
        raise HoldSubjectMissing(field="customer_id")
    lock_holds()
    hold = LegalHold.objects.create(
        customer=_customer(customer_id) if customer_id is not None else None,
        case=_case(number) if number else None,
        reason=words,
        placed_by_id=staff_id,
        placed_at=at,
        until_at=until_at,
    )
    placed = HoldPlaced(
        hold_id=hold.pk,
        customer_id=hold.customer_id,
        case_id=hold.case_id,
        until=until_at.isoformat() if until_at else "",
    )
    journal.write(actor, placed, at=at)
    return hold


@transaction.atomic
def lift_hold(*, actor: Actor, hold_id: int, note: str, at: datetime) -> LegalHold:
    """Let what was held be deleted again. Raises HoldOver, HoldReasonMissing, NotVisible, NotAllowed."""
    staff_id = require(actor, RetentionPermission.HOLD)
    hold = LegalHold.objects.select_for_update().filter(pk=hold_id).first()
    if hold is None:
        raise NotVisible()
    if not hold.is_active(at):
        raise HoldOver()
    words = " ".join(note.split())[:WORDS_AT_MOST]
    if not words:
        raise HoldReasonMissing(field="note")
    hold.lifted_by_id, hold.lifted_at, hold.lift_note = staff_id, at, words
    hold.save(update_fields=["lifted_by", "lifted_at", "lift_note"])
    lifted = HoldLifted(hold_id=hold.pk, customer_id=hold.customer_id, case_id=hold.case_id)
    journal.write(actor, lifted, at=at)
    return hold


def _customer(customer_id: int) -> Customer:
    customer = Customer.objects.filter(pk=customer_id).first()
    if customer is None:
        raise NotVisible()
    return customer


def _case(number: str) -> Case:
    case = Case.objects.filter(number=number).first()
    if case is None:
        raise NotVisible()
    return case
