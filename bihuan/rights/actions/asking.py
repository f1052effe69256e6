"""A customer asks, or a colleague writes down what a caller asks for."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bihuan.calendar.queries import work_calendar
from bihuan.cases.models import Case
from bihuan.customers.models import Customer, DatumKind
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import Invalid, NotVisible, Refusal
from bihuan.intake import actions as intake
from bihuan.intake.models import Channel
from bihuan.journal import actions as journal
from bihuan.rights.access import RightsPermission, require
from bihuan.rights.deadline import due_of
from bihuan.rights.events import RightAsked
from bihuan.rights.models import RightKind, RightsRequest
from bihuan.rights.notices import received_words, tell

CALENDAR = "OFFICE"


class RightUnknown(Invalid):
    code = "right_unknown"
    sentence = _("请选择要办什么。")


class CorrectionIncomplete(Invalid):
    code = "correction_incomplete"
    sentence = _("更正要写明哪一项、正确的内容是什么。")


class AlreadyAsked(Refusal):
    code = "right_already_asked"
    sentence = _("同样的请求已经在办，不用再提。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What is asked for. ``value_kind`` and ``new_value`` belong to a correction."""

    kind: str
    customer_id: int
    case_id: int | None = None
    words: str = ""
    value_kind: str = ""
    new_value: str = ""


@transaction.atomic
def request_right(*, actor: Actor, ask: Ask, at: datetime) -> RightsRequest:
    """Take a request down and say until when it is answered. Nothing is given before somebody has proved who asks.

    Raises RightUnknown, CorrectionIncomplete, AlreadyAsked, NotVisible, NotAllowed.
    """
    customer = _require_subject(actor, ask)
    _require_complete(ask)
    same = RightsRequest.objects.open().filter(customer=customer, kind=ask.kind)
    if (same.filter(case=None) if ask.case_id is None else same.filter(case_id=ask.case_id)).exists():
        raise AlreadyAsked()
    channel = Channel.PORTAL if actor.is_customer else Channel.DESK
    kind = RightKind(ask.kind)
    received = intake.Received(
        channel=channel, body=ask.words.strip() or str(kind.label), subject=str(kind.label), customer_id=customer.pk
    )
    message = intake.receive_message(actor=actor, received=received, at=at)
    request = RightsRequest.objects.create(
        kind=kind,
        customer=customer,
        case_id=ask.case_id,
        conversation_id=message.conversation_id,
        channel=channel,
        value_kind=ask.value_kind if kind == RightKind.CORRECT else "",
        new_value=ask.new_value.strip() if kind == RightKind.CORRECT else None,
        taken_by_id=actor.id if actor.is_staff else None,
        asked_at=at,
        due_at=due_of(at, work_calendar(CALENDAR)),
    )
    asked = RightAsked(
        customer_id=customer.pk,
        request_id=request.pk,
        kind=kind,
        channel=channel,
        due=request.due_at.isoformat(),
    )
    journal.write(actor, asked, at=at)
    tell(request, "RIGHT_RECEIVED", received_words(request), at=at)
    return request


def _require_subject(actor: Actor, ask: Ask) -> Customer:
    """Whose data it is: a visitor asks from a case proved to be his, a colleague for whoever calls."""
    case = Case.objects.visible_to(actor).filter(pk=ask.case_id).first() if ask.case_id is not None else None
    if actor.is_customer:
        if case is None or case.customer_id != ask.customer_id:
            raise NotVisible()
    else:
        require(actor, RightsPermission.TAKE)
        if ask.case_id is not None and case is None:
            raise NotVisible()
    customer = Customer.objects.filter(pk=ask.customer_id, erased_at=None).first()
    if customer is None:
        raise NotVisible()
    return customer


def _require_complete(ask: Ask) -> None:
    if ask.kind not in RightKind.values:
        raise RightUnknown(field="kind")
    if ask.kind == RightKind.CORRECT and (ask.value_kind not in DatumKind.values or not ask.new_value.strip()):
        raise CorrectionIncomplete(field="new_value")
