"""A leader fulfils a request, or refuses it with a reason and words the customer reads."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bihuan.customers.actions import correct_detail
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import Invalid, Refusal
from bihuan.foundation.jobs import app as jobs
from bihuan.journal import actions as journal
from bihuan.retention.actions import erase_customer
from bihuan.retention.duties import Duty
from bihuan.retention.queries import forbidding_duties
from bihuan.rights.access import RightsPermission, access_request
from bihuan.rights.events import RightFulfilled, RightRefused
from bihuan.rights.models import WITH_FILE, RefusalReason, RightKind, RightsRequest, RightState
from bihuan.rights.notices import fulfilled_words, refused_words, tell

COPY_JOB = "bihuan.rights.tasks.write_copy_of"


class AlreadyDecided(Refusal):
    code = "right_already_decided"
    sentence = _("这个请求已经答复过了。")


class NotProved(Refusal):
    code = "right_not_proved"
    sentence = _("还没有核实身份。")
    rule = _("先核实身份，再给任何内容（个人信息保护法第五十一条）")
    next_step = _("请先核实身份；核实不了的，以“不能证明是本人”拒绝。")


class ReasonMissing(Invalid):
    code = "refusal_reason_missing"
    sentence = _("请选择拒绝的原因。")
    rule = _("拒绝个人行使权利的请求，应当说明理由（个人信息保护法第五十条）")


class WordsMissing(Invalid):
    code = "refusal_words_missing"
    sentence = _("请写几句客户看得懂的说明。")


class ReasonUntrue(Invalid):
    code = "refusal_reason_untrue"
    sentence = _("没有查到这个原因：没有对应的保全、未办结案件或合同。")


@transaction.atomic
def fulfil_right(*, actor: Actor, request_id: int, words: str = "", field: str = "", at: datetime) -> RightsRequest:
    """Do what was asked for: queue the copy, correct the value behind ``field`` of the card, or erase the customer.

    Raises NotProved, AlreadyDecided, ErasureForbidden, ContactTaken, CorrectionEmpty, NotVisible, NotAllowed.
    """
    request = access_request(actor, request_id, to=RightsPermission.DECIDE)
    _require_open(request)
    if request.state != RightState.IDENTIFIED:
        raise NotProved()
    was_late = request.is_overdue(at)
    # before anything is erased: the answer still has to reach the customer
    answer = tell(request, "RIGHT_FULFILLED", fulfilled_words(request, words.strip()), at=at)
    request.stays = _carry_out(actor, request, field, at)
    _decide(actor, request, RightState.FULFILLED, answer.pk, at)
    request.save()
    fulfilled = RightFulfilled(
        customer_id=request.customer_id,
        request_id=request.pk,
        kind=request.kind,
        stays=tuple(request.stays),
        was_late=was_late,
    )
    journal.write(actor, fulfilled, at=at)
    return request


def _carry_out(actor: Actor, request: RightsRequest, field: str, at: datetime) -> list[str]:
    """What stays of what was to be erased; nothing else leaves a rest."""
    if request.kind in WITH_FILE:
        jobs.configure_task(COPY_JOB, lock=f"right-{request.pk}").defer(request_id=request.pk)
        return []
    if request.kind == RightKind.CORRECT:
        value = request.new_value or ""
        correct_detail(actor=actor, customer_id=request.customer_id, field=field, value=value, at=at)
        return []
    return list(erase_customer(actor=actor, customer_id=request.customer_id, at=at).stays)


@transaction.atomic
def refuse_right(*, actor: Actor, request_id: int, reason: str, words: str, at: datetime) -> RightsRequest:
    """Say no, why, and what can be done against it.

    Raises ReasonMissing, WordsMissing, ReasonUntrue, NotProved, AlreadyDecided, NotVisible, NotAllowed.
    """
    request = access_request(actor, request_id, to=RightsPermission.DECIDE)
    _require_open(request)
    if reason not in RefusalReason.values:
        raise ReasonMissing(field="reason")
    if not words.strip():
        raise WordsMissing(field="words")
    if request.state == RightState.RECEIVED and reason != RefusalReason.NOT_PROVED:
        raise NotProved()  # to a stranger even the reason would say something about the customer
    _require_true(request, RefusalReason(reason), at)
    was_late, request.reason = request.is_overdue(at), RefusalReason(reason)
    text = refused_words(request, RefusalReason(reason), words.strip())
    answer = tell(request, "RIGHT_REFUSED", text, at=at)
    _decide(actor, request, RightState.REFUSED, answer.pk, at)
    request.save()
    refused = RightRefused(
        customer_id=request.customer_id,
        request_id=request.pk,
        kind=request.kind,
        reason=request.reason,
        was_late=was_late,
    )
    journal.write(actor, refused, at=at)
    return request


def _decide(actor: Actor, request: RightsRequest, state: RightState, answer_id: int, at: datetime) -> None:
    request.state, request.answer_id = state, answer_id
    request.decided_by_id, request.decided_at, request.new_value = actor.id, at, None


def _require_open(request: RightsRequest) -> None:
    if not request.is_open:
        raise AlreadyDecided()


def _require_true(request: RightsRequest, reason: RefusalReason, at: datetime) -> None:
    """A hold or a duty is named only when there is one."""
    if reason not in {RefusalReason.LEGAL_HOLD, RefusalReason.DUTY_TO_KEEP}:
        return
    duties = set(forbidding_duties(request.customer_id, at=at))
    found = duties & {Duty.HOLD} if reason == RefusalReason.LEGAL_HOLD else duties - {Duty.HOLD}
    if not found:
        raise ReasonUntrue(field="reason")
