"""Every verb of the process tables on a case. The verb's own guard answers; nothing is decided here."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from ninja import Router

from bihuan.api.auth import require_scope
from bihuan.api.rendering import render_case
from bihuan.api.schemas import (
    REFUSED,
    AssessmentIn,
    AssignIn,
    CallbackIn,
    CaseOut,
    ExtensionIn,
    FindingsIn,
    HandOverIn,
    NoteIn,
    PlanIn,
    PriorityIn,
    TextIn,
)
from bihuan.cases import actions, queries
from bihuan.cases.queries import CasePermission
from bihuan.foundation.moment import now

router = Router()
ANSWERS = {200: CaseOut, **REFUSED}


def _do(http: HttpRequest, number: str, permission: CasePermission, act: Callable[..., Any], **facts: Any) -> Any:
    """Run one action on the case with this number and answer with the case as it is afterwards.

    ``facts`` may hold a ``request`` (what a department is asked), so the HTTP request has another name here.
    """
    actor = http.auth  # type: ignore[attr-defined]
    require_scope(actor, permission)
    case = queries.get_case(actor=actor, number=number)
    act(actor=actor, case_id=case.pk, at=now(), **facts)
    return render_case(queries.get_case(actor=actor, number=number))


@router.post("/{number}/claim", response=ANSWERS, operation_id="claim_case")
def claim(request: HttpRequest, number: str):
    """Take an unowned case."""
    return _do(request, number, CasePermission.HANDLE, actions.claim_case)


@router.post("/{number}/assign", response=ANSWERS, operation_id="assign_case")
def assign(request: HttpRequest, number: str, payload: AssignIn):
    """Give the case to somebody of its team or above."""
    return _do(request, number, CasePermission.ASSIGN, actions.assign_case, **payload.dict())


@router.post("/{number}/confirm", response=ANSWERS, operation_id="confirm_case")
def confirm(request: HttpRequest, number: str, payload: TextIn):
    """Confirm a complaint with the customer and promise a time."""
    return _do(request, number, CasePermission.HANDLE, actions.confirm_case, **payload.dict())


@router.post("/{number}/promise", response=ANSWERS, operation_id="promise_reply")
def promise(request: HttpRequest, number: str, payload: TextIn):
    """Promise the answer to a consultation."""
    return _do(request, number, CasePermission.HANDLE, actions.promise_reply, **payload.dict())


@router.post("/{number}/hand-over", response=ANSWERS, operation_id="hand_over_case")
def hand_over(request: HttpRequest, number: str, payload: HandOverIn):
    """Ask a department; for suggestions: forward for decision."""
    return _do(request, number, CasePermission.HANDLE, actions.hand_over_case, **payload.dict())


@router.post("/{number}/findings", response=ANSWERS, operation_id="submit_findings")
def findings(request: HttpRequest, number: str, payload: FindingsIn):
    """Submit what an investigation without a department found."""
    found = actions.Findings(**payload.dict())
    return _do(request, number, CasePermission.HANDLE, actions.submit_findings, findings=found)


@router.post("/{number}/answer", response=ANSWERS, operation_id="answer_case")
def answer(request: HttpRequest, number: str, payload: TextIn):
    """Give the customer the answer."""
    return _do(request, number, CasePermission.HANDLE, actions.answer_case, **payload.dict())


@router.post("/{number}/replies", response=ANSWERS, operation_id="reply_to_customer")
def reply(request: HttpRequest, number: str, payload: TextIn):
    """Write to the customer without moving the case."""
    return _do(request, number, CasePermission.HANDLE, actions.reply_to_customer, **payload.dict())


@router.post("/{number}/notes", response=ANSWERS, operation_id="add_note")
def note(request: HttpRequest, number: str, payload: NoteIn):
    """Write a note only colleagues read."""
    return _do(request, number, CasePermission.WRITE, actions.add_note, **payload.dict())


@router.post("/{number}/priority", response=ANSWERS, operation_id="reprioritize_case")
def priority(request: HttpRequest, number: str, payload: PriorityIn):
    """Change impact and urgency; promises are computed anew."""
    return _do(request, number, CasePermission.HANDLE, actions.reprioritize_case, **payload.dict())


@router.post("/{number}/extension", response=ANSWERS, operation_id="extend_promise")
def extension(request: HttpRequest, number: str, payload: ExtensionIn):
    """Extend the promised time before it expires, with a reason and the notice that is sent."""
    return _do(request, number, CasePermission.HANDLE, actions.extend_case_promise, **payload.dict())


@router.post("/{number}/callback", response=ANSWERS, operation_id="record_callback")
def callback(request: HttpRequest, number: str, payload: CallbackIn):
    """Record the callback; by somebody who did not handle the case."""
    return _do(request, number, CasePermission.CALL_BACK, actions.record_callback, **payload.dict())


@router.post("/{number}/close", response=ANSWERS, operation_id="close_case")
def close(request: HttpRequest, number: str):
    """Close the case."""
    return _do(request, number, CasePermission.HANDLE, actions.close_case)


@router.post("/{number}/assessment", response=ANSWERS, operation_id="assess_suggestion")
def assess(request: HttpRequest, number: str, payload: AssessmentIn):
    """Judge a suggestion's feasibility and value."""
    return _do(request, number, CasePermission.HANDLE, actions.assess_suggestion, **payload.dict())


@router.post("/{number}/decline", response=ANSWERS, operation_id="decline_suggestion")
def decline(request: HttpRequest, number: str, payload: TextIn):
    """Decline a suggestion with a reason."""
    return _do(request, number, CasePermission.HANDLE, actions.decline_suggestion, **payload.dict())


@router.post("/{number}/plan", response=ANSWERS, operation_id="plan_suggestion")
def plan(request: HttpRequest, number: str, payload: PlanIn):
    """Plan the implementation of an adopted suggestion."""
    milestones = [actions.Milestone(**milestone.dict()) for milestone in payload.milestones]
    facts = {"owner": payload.owner, "milestones": milestones, "message": payload.message}
    return _do(request, number, CasePermission.HANDLE, actions.plan_suggestion, **facts)


@router.post("/{number}/progress", response=ANSWERS, operation_id="report_progress")
def progress(request: HttpRequest, number: str, payload: TextIn):
    """Tell the suggester how far it is."""
    return _do(request, number, CasePermission.HANDLE, actions.report_progress, **payload.dict())


@router.post("/{number}/finish", response=ANSWERS, operation_id="finish_suggestion")
def finish(request: HttpRequest, number: str, payload: TextIn):
    """Tell the suggester the result."""
    return _do(request, number, CasePermission.HANDLE, actions.finish_suggestion, **payload.dict())
