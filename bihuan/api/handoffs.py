"""The departments' side: list, accept, return, answer, decide."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Path, Router

from bihuan.api.auth import require_scope
from bihuan.api.rendering import render_handoff
from bihuan.api.schemas import REFUSED, DecisionIn, FindingsIn, HandoffOut, ReturnIn
from bihuan.cases import actions, queries
from bihuan.cases.queries import CasePermission
from bihuan.foundation.moment import now

router = Router()
ANSWERS = {200: HandoffOut, **REFUSED}
HandoffId = Annotated[int, Path(ge=1, le=2**63 - 1)]


@router.get("", response={200: list[HandoffOut], **REFUSED}, operation_id="list_handoffs")
def list_handoffs(request: HttpRequest, done: bool = False):
    """The hand-offs of your departments, the nearest due time first."""
    actor = request.auth  # type: ignore[attr-defined]
    require_scope(actor, CasePermission.ANSWER_HANDOFF)
    return [render_handoff(handoff) for handoff in queries.list_handoffs(actor=actor, done=done).items]


@router.post("/{handoff_id}/accept", response=ANSWERS, operation_id="accept_handoff")
def accept(request: HttpRequest, handoff_id: HandoffId):
    """Take the case for your department."""
    actor = request.auth  # type: ignore[attr-defined]
    require_scope(actor, CasePermission.ANSWER_HANDOFF)
    return render_handoff(actions.accept_handoff(actor=actor, handoff_id=handoff_id, at=now()))


@router.post("/{handoff_id}/return", response=ANSWERS, operation_id="return_handoff")
def give_back(request: HttpRequest, handoff_id: HandoffId, payload: ReturnIn):
    """Give the case back with a reason."""
    actor = request.auth  # type: ignore[attr-defined]
    require_scope(actor, CasePermission.ANSWER_HANDOFF)
    returned = actions.return_handoff(actor=actor, handoff_id=handoff_id, at=now(), **payload.dict())
    return render_handoff(returned)


@router.post("/{handoff_id}/answer", response=ANSWERS, operation_id="answer_handoff")
def answer(request: HttpRequest, handoff_id: HandoffId, payload: FindingsIn):
    """Answer with facts, cause and solution."""
    actor = request.auth  # type: ignore[attr-defined]
    require_scope(actor, CasePermission.ANSWER_HANDOFF)
    findings = actions.Findings(**payload.dict())
    answered = actions.answer_handoff(actor=actor, handoff_id=handoff_id, findings=findings, at=now())
    return render_handoff(answered)


@router.post("/{handoff_id}/decision", response=ANSWERS, operation_id="decide_suggestion")
def decide(request: HttpRequest, handoff_id: HandoffId, payload: DecisionIn):
    """Adopt or decline a suggestion."""
    actor = request.auth  # type: ignore[attr-defined]
    require_scope(actor, CasePermission.ANSWER_HANDOFF)
    decided = actions.decide_suggestion(actor=actor, handoff_id=handoff_id, at=now(), **payload.dict())
    return render_handoff(decided)
