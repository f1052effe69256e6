"""Hand a case to a department; the department accepts, returns with a reason, or answers with what it found."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bihuan.cases import clocks
from bihuan.cases.access import access_handoff
from bihuan.cases.actions.handling import access_to_handle, require_text, take_ownership
from bihuan.cases.causes import CauseCode, WaybillStage
from bihuan.cases.events import CaseFound, CaseHandedOver, HandoffAccepted, HandoffReturned
from bihuan.cases.indexing import add_words
from bihuan.cases.models import Case, Handoff, HandoffState, ReturnReason
from bihuan.cases.steps import advance, journal
from bihuan.cases.workflow import Verb, next_state
from bihuan.customers import actions as customers
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import Invalid, Refusal
from bihuan.organization.models import Unit, UnitKind
from bihuan.promises.models import PromiseKind


class NotADepartment(Invalid):
    code = "not_a_department"
    sentence = _("请选择一个在用的部门。")


class ReturnReasonMissing(Invalid):
    code = "return_reason_missing"
    sentence = _("退回必须选原因并写说明。")
    rule = _("协办退回须有原因，退回次数会显示")


class CauseMissing(Invalid):
    code = "cause_missing"
    sentence = _("请先选根本原因和发生环节。")
    rule = _("投诉须有根因编码才能办结")


class HandoffNotOpen(Refusal):
    code = "handoff_not_open"
    sentence = _("这件协办已经是「{state}」。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What an investigation found: facts, cause and where, and a proposed solution."""

    findings: str
    solution: str
    cause: str
    cause_stage: str
    cause_station: str = ""


@transaction.atomic
def hand_over_case(*, actor: Actor, case_id: int, department_id: int, request: str, at: datetime) -> Handoff:
    """Ask a department; its own clock starts. Raises NotADepartment, TransitionRefused."""
    case = access_to_handle(actor, case_id)
    next_state(case.kind, case.state, _hand_over_verb(case))
    department = Unit.objects.active().filter(pk=department_id, kind=UnitKind.DEPARTMENT).first()
    if department is None:
        raise NotADepartment(field="department_id")
    take_ownership(actor, case, at)
    text = customers.lift_personal_data(
        actor=actor, customer_id=case.customer_id, text=require_text(request, "request"), at=at
    )
    handoff = Handoff.objects.create(
        case=case, department=department, request=text, asked_by_id=actor.id, asked_at=at, round=case.round
    )
    handoff.due_at = clocks.start_department_clock(actor, handoff, at=at).due_at
    handoff.save(update_fields=["due_at"])
    advance(actor, case, _hand_over_verb(case), at=at)
    handed = CaseHandedOver(case_id=case.pk, handoff_id=handoff.pk, department_id=department.pk)
    journal(actor, case, handed, at=at, also=(department.pk,))
    return handoff


def _hand_over_verb(case: Case) -> Verb:
    return Verb.FORWARD if case.kind == "SUGGESTION" else Verb.HAND_OVER


def require_open_handoff(handoff: Handoff, *states: HandoffState) -> None:
    """Raise HandoffNotOpen unless the hand-off is in one of the states."""
    if handoff.state not in states:
        raise HandoffNotOpen(state=HandoffState(handoff.state).label)


@transaction.atomic
def accept_handoff(*, actor: Actor, handoff_id: int, at: datetime) -> Handoff:
    """The department takes the case. Raises HandoffNotOpen when a colleague was first."""
    handoff = access_handoff(actor, handoff_id, lock=True)
    require_open_handoff(handoff, HandoffState.WAITING)
    handoff.state = HandoffState.ACCEPTED
    handoff.taken_by_id, handoff.taken_at = actor.id, at
    handoff.save()
    case = handoff.case
    advance(actor, case, Verb.ACCEPT, at=at)
    accepted = HandoffAccepted(case_id=case.pk, handoff_id=handoff.pk, department_id=handoff.department_id)
    journal(actor, case, accepted, at=at, also=(handoff.department_id,))
    return handoff


@transaction.atomic
def return_handoff(*, actor: Actor, handoff_id: int, reason: str, note: str, at: datetime) -> Handoff:
    """Give the case back with a reason; the clock moves back to the service desk and the count is shown (4.5)."""
    handoff = access_handoff(actor, handoff_id, lock=True)
    require_open_handoff(handoff, HandoffState.WAITING, HandoffState.ACCEPTED)
    if reason not in ReturnReason.values or not note.strip():
        raise ReturnReasonMissing(field="reason")
    case = handoff.case
    handoff.return_note = customers.lift_personal_data(
        actor=actor, customer_id=case.customer_id, text=note.strip(), at=at
    )
    handoff.state, handoff.return_reason, handoff.ended_at = HandoffState.RETURNED, reason, at
    handoff.save()
    clocks.cancel_clock(actor, case, PromiseKind.DEPARTMENT, at=at)
    advance(actor, case, Verb.RETURN, at=at)
    returned = HandoffReturned(
        case_id=case.pk,
        handoff_id=handoff.pk,
        department_id=handoff.department_id,
        reason=reason,
        returns=case.handoffs.filter(state=HandoffState.RETURNED).count(),
    )
    journal(actor, case, returned, at=at, also=(handoff.department_id,))
    return handoff


@transaction.atomic
def answer_handoff(*, actor: Actor, handoff_id: int, findings: Findings, at: datetime) -> Handoff:
    """The department answers with evidence, cause and solution (R66). Raises CauseMissing, HandoffNotOpen."""
    handoff = access_handoff(actor, handoff_id, lock=True)
    require_open_handoff(handoff, HandoffState.ACCEPTED)
    case = handoff.case
    _write_findings(actor, case, findings, at)
    handoff.state, handoff.ended_at = HandoffState.ANSWERED, at
    handoff.save()
    clocks.keep_clock(actor, case, PromiseKind.DEPARTMENT, at=at)
    advance(actor, case, Verb.FIND, at=at)
    found = CaseFound(case_id=case.pk, handoff_id=handoff.pk, cause=case.cause, cause_stage=case.cause_stage)
    journal(actor, case, found, at=at, also=(handoff.department_id,))
    return handoff


@transaction.atomic
def submit_findings(*, actor: Actor, case_id: int, findings: Findings, at: datetime) -> Case:
    """The handler investigated without a department, or corrects cause and solution."""
    case = access_to_handle(actor, case_id)
    next_state(case.kind, case.state, Verb.FIND)
    _write_findings(actor, case, findings, at)
    advance(actor, case, Verb.FIND, at=at)
    found = CaseFound(case_id=case.pk, handoff_id=None, cause=case.cause, cause_stage=case.cause_stage)
    journal(actor, case, found, at=at)
    return case


def _write_findings(actor: Actor, case: Case, findings: Findings, at: datetime) -> None:
    if findings.cause not in CauseCode.values or findings.cause_stage not in WaybillStage.values:
        raise CauseMissing(field="cause")
    texts = [require_text(findings.findings, "findings"), require_text(findings.solution, "solution")]
    lifted = customers.lift_personal_data_many(actor=actor, customer_id=case.customer_id, texts=texts, at=at)
    case.findings, case.solution = lifted
    add_words(case.pk, *lifted)
    case.cause, case.cause_stage = findings.cause, findings.cause_stage
    case.cause_station = findings.cause_station.strip()
