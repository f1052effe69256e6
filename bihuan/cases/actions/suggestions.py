"""The suggestion's road: assess, forward, decide, plan, tell progress, finish (R79-R85)."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bihuan.cases import clocks
from bihuan.cases.access import access_handoff
from bihuan.cases.actions.departments import require_open_handoff
from bihuan.cases.actions.handling import access_to_handle, require_text, take_ownership
from bihuan.cases.models import Case, Handoff, HandoffState
from bihuan.cases.steps import advance
from bihuan.cases.workflow import Verb, next_state
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import Invalid
from bihuan.intake import actions as intake
from bihuan.promises.models import PromiseKind


class ScoreOutOfScale(Invalid):
    code = "score_out_of_scale"
    sentence = _("可行性和价值各给 1 到 5 分。")


class PlanIncomplete(Invalid):
    code = "plan_incomplete"
    sentence = _("实施计划要有责任人和至少一个带日期的节点。")


@dataclass(frozen=True, slots=True)
class Milestone:
    """A step of an implementation plan: what, until when."""

    title: str
    due_on: date


@transaction.atomic
def assess_suggestion(*, actor: Actor, case_id: int, feasibility: int, value: int, note: str, at: datetime) -> Case:
    """Judge feasibility and value, 1 to 5 each, with a reason (R80). Raises ScoreOutOfScale."""
    case = access_to_handle(actor, case_id)
    if not (1 <= feasibility <= 5 and 1 <= value <= 5):
        raise ScoreOutOfScale(field="feasibility")
    take_ownership(actor, case, at)
    case.plan = {"feasibility": feasibility, "value": value}
    case.findings = require_text(note, "note")
    clocks.keep_clock(actor, case, PromiseKind.FIRST_REPLY, at=at)
    clocks.start_clock(actor, case, PromiseKind.RESOLUTION, at=at)
    advance(actor, case, Verb.ASSESS, at=at)
    return case


@transaction.atomic
def decline_suggestion(*, actor: Actor, case_id: int, message: str, at: datetime) -> Case:
    """Tell the suggester why it is not worth forwarding, with thanks."""
    case = access_to_handle(actor, case_id)
    return _tell_and_advance(actor, case, Verb.DECLINE, message, at)


@transaction.atomic
def decide_suggestion(*, actor: Actor, handoff_id: int, adopted: bool, reason: str, at: datetime) -> Handoff:
    """The department adopts or declines with a reason; the suggester is told (R81)."""
    handoff = access_handoff(actor, handoff_id, lock=True)
    require_open_handoff(handoff, HandoffState.WAITING, HandoffState.ACCEPTED)
    handoff.state, handoff.ended_at = HandoffState.ANSWERED, at
    handoff.taken_by_id, handoff.taken_at = actor.id, handoff.taken_at or at
    handoff.save()
    case = handoff.case
    case.solution = require_text(reason, "reason")
    clocks.keep_clock(actor, case, PromiseKind.DEPARTMENT, at=at)
    _tell_and_advance(actor, case, Verb.ADOPT if adopted else Verb.DECLINE, reason, at)
    return handoff


@transaction.atomic
def plan_suggestion(
    *, actor: Actor, case_id: int, owner: str, milestones: list[Milestone], message: str, at: datetime
) -> Case:
    """Set who implements it by when, and tell the suggester (R82). Raises PlanIncomplete."""
    case = access_to_handle(actor, case_id)
    if not owner.strip() or not milestones:
        raise PlanIncomplete(field="owner")
    steps = [asdict(milestone) | {"due_on": milestone.due_on.isoformat()} for milestone in milestones]
    case.plan = case.plan | {"owner": owner.strip(), "milestones": steps}
    return _tell_and_advance(actor, case, Verb.PLAN, message, at)


@transaction.atomic
def report_progress(*, actor: Actor, case_id: int, message: str, at: datetime) -> Case:
    """Tell the suggester how far it is and ask again (R83)."""
    case = access_to_handle(actor, case_id)
    return _tell_and_advance(actor, case, Verb.PROGRESS, message, at)


@transaction.atomic
def finish_suggestion(*, actor: Actor, case_id: int, message: str, at: datetime) -> Case:
    """Tell the suggester the result, with thanks (R84)."""
    case = access_to_handle(actor, case_id)
    clocks.keep_clock(actor, case, PromiseKind.RESOLUTION, at=at)
    return _tell_and_advance(actor, case, Verb.FINISH, message, at)


def _tell_and_advance(actor: Actor, case: Case, verb: Verb, message: str, at: datetime) -> Case:
    next_state(case.kind, case.state, verb)
    body = require_text(message, "message")
    sent = intake.send_message(actor=actor, conversation_id=case.conversation_id, body=body, at=at)
    advance(actor, case, verb, at=at, message_id=sent.pk)
    return case
