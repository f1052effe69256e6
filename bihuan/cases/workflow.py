"""The processes as data: for each kind of case, which verb leads from which state to which.

Pure: no query, no clock. A verb that is not in the table for the state is refused everywhere alike,
in pages, bulk verbs, API and jobs (features 4.4, R48-R57, R67, R79-R85).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from django.db import models
from django.utils.translation import gettext_lazy as _

from bihuan.foundation.errors import Refusal


class Kind(models.TextChoices):
    CONSULTATION = "CONSULTATION", _("咨询")
    COMPLAINT = "COMPLAINT", _("投诉")
    SUGGESTION = "SUGGESTION", _("建议")


NUMBER_PREFIX = {Kind.CONSULTATION: "ZX", Kind.COMPLAINT: "TS", Kind.SUGGESTION: "JY"}


def format_number(prefix: str, day: date, drawn: int) -> str:
    """The number of a case received on ``day``, as ``TS-20261123-000128``; ``drawn`` is the next of the sequence.

    The last part wraps at a million: unique as long as fewer than a million cases arrive on one day,
    and the database refuses the rest.
    """
    return f"{prefix}-{day:%Y%m%d}-{drawn % 1_000_000:06d}"


class Level(models.IntegerChoices):
    TEAM = 0, _("班组")
    REGION = 1, _("大区")
    HQ = 2, _("总部")


def next_level(level: int) -> Level:
    """One level higher; headquarters stays headquarters."""
    return Level(min(level + 1, Level.HQ))


class State(models.TextChoices):
    RECEIVED = "RECEIVED", _("已受理")
    CONFIRMED = "CONFIRMED", _("已确认")
    HANDED_OVER = "HANDED_OVER", _("已转协办")
    INVESTIGATING = "INVESTIGATING", _("调查中")
    INVESTIGATED = "INVESTIGATED", _("已查明")
    ANSWERED = "ANSWERED", _("已答复")
    PROMISED = "PROMISED", _("已约定回复")
    ASSESSED = "ASSESSED", _("已评估")
    FORWARDED = "FORWARDED", _("已转部门")
    ADOPTED = "ADOPTED", _("已采纳")
    DECLINED = "DECLINED", _("未采纳")
    IMPLEMENTING = "IMPLEMENTING", _("实施中")
    IMPLEMENTED = "IMPLEMENTED", _("已实施")
    SATISFIED = "SATISFIED", _("回访满意")
    CLOSED = "CLOSED", _("已办结")


class Verb(models.TextChoices):
    CONFIRM = "confirm", _("与客户确认")
    PROMISE = "promise", _("约定回复时间")
    HAND_OVER = "hand_over", _("转协办")
    ACCEPT = "accept", _("部门接收")
    RETURN = "return", _("部门退回")
    FIND = "find", _("提交调查结果")
    ANSWER = "answer", _("答复客户")
    CALL_BACK_SATISFIED = "call_back_satisfied", _("回访满意")
    CALL_BACK_UNSATISFIED = "call_back_unsatisfied", _("回访不满意")
    ASSESS = "assess", _("评估建议")
    FORWARD = "forward", _("转部门决定")
    ADOPT = "adopt", _("采纳")
    DECLINE = "decline", _("不采纳")
    PLAN = "plan", _("定实施计划")
    PROGRESS = "progress", _("告知进展")
    FINISH = "finish", _("实施完成")
    CLOSE = "close", _("办结")


Table = Mapping[tuple[str, str], State]

COMPLAINT: Table = MappingProxyType(
    {
        (State.RECEIVED, Verb.CONFIRM): State.CONFIRMED,
        (State.CONFIRMED, Verb.HAND_OVER): State.HANDED_OVER,
        (State.CONFIRMED, Verb.FIND): State.INVESTIGATED,
        (State.HANDED_OVER, Verb.ACCEPT): State.INVESTIGATING,
        (State.HANDED_OVER, Verb.RETURN): State.CONFIRMED,
        (State.INVESTIGATING, Verb.RETURN): State.CONFIRMED,
        (State.INVESTIGATING, Verb.FIND): State.INVESTIGATED,
        (State.INVESTIGATED, Verb.HAND_OVER): State.HANDED_OVER,
        (State.INVESTIGATED, Verb.ANSWER): State.ANSWERED,
        (State.ANSWERED, Verb.CALL_BACK_SATISFIED): State.SATISFIED,
        (State.ANSWERED, Verb.CALL_BACK_UNSATISFIED): State.CONFIRMED,
        (State.SATISFIED, Verb.CLOSE): State.CLOSED,
    }
)

CONSULTATION: Table = MappingProxyType(
    {
        (State.RECEIVED, Verb.ANSWER): State.ANSWERED,
        (State.RECEIVED, Verb.PROMISE): State.PROMISED,
        (State.PROMISED, Verb.HAND_OVER): State.HANDED_OVER,
        (State.HANDED_OVER, Verb.ACCEPT): State.INVESTIGATING,
        (State.HANDED_OVER, Verb.RETURN): State.PROMISED,
        (State.INVESTIGATING, Verb.RETURN): State.PROMISED,
        (State.INVESTIGATING, Verb.FIND): State.PROMISED,
        (State.PROMISED, Verb.ANSWER): State.ANSWERED,
        (State.ANSWERED, Verb.PROMISE): State.PROMISED,
        (State.ANSWERED, Verb.CLOSE): State.CLOSED,
    }
)

SUGGESTION: Table = MappingProxyType(
    {
        (State.RECEIVED, Verb.ASSESS): State.ASSESSED,
        (State.ASSESSED, Verb.FORWARD): State.FORWARDED,
        (State.ASSESSED, Verb.DECLINE): State.DECLINED,
        (State.FORWARDED, Verb.RETURN): State.ASSESSED,
        (State.FORWARDED, Verb.ADOPT): State.ADOPTED,
        (State.FORWARDED, Verb.DECLINE): State.DECLINED,
        (State.ADOPTED, Verb.PLAN): State.IMPLEMENTING,
        (State.IMPLEMENTING, Verb.PROGRESS): State.IMPLEMENTING,
        (State.IMPLEMENTING, Verb.FINISH): State.IMPLEMENTED,
        (State.IMPLEMENTED, Verb.CLOSE): State.CLOSED,
        (State.DECLINED, Verb.CLOSE): State.CLOSED,
    }
)

TABLES: Mapping[str, Table] = MappingProxyType(
    {Kind.COMPLAINT: COMPLAINT, Kind.CONSULTATION: CONSULTATION, Kind.SUGGESTION: SUGGESTION}
)


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of the bar at the head of a case: the states that belong to it, and what people read."""

    label: str
    states: frozenset[str]


def _stage(label: object, *states: State) -> Stage:
    return Stage(label=label, states=frozenset(states))  # type: ignore[arg-type]


STAGES: Mapping[str, tuple[Stage, ...]] = MappingProxyType(
    {
        Kind.COMPLAINT: (
            _stage(_("受理"), State.RECEIVED),
            _stage(_("确认"), State.CONFIRMED),
            _stage(_("协办"), State.HANDED_OVER),
            _stage(_("调查"), State.INVESTIGATING),
            _stage(_("答复"), State.INVESTIGATED),
            _stage(_("回访"), State.ANSWERED, State.SATISFIED),
            _stage(_("办结"), State.CLOSED),
        ),
        Kind.CONSULTATION: (
            _stage(_("受理"), State.RECEIVED),
            _stage(_("约定回复"), State.PROMISED, State.HANDED_OVER, State.INVESTIGATING),
            _stage(_("答复"), State.ANSWERED),
            _stage(_("办结"), State.CLOSED),
        ),
        Kind.SUGGESTION: (
            _stage(_("受理"), State.RECEIVED),
            _stage(_("评估"), State.ASSESSED),
            _stage(_("部门决定"), State.FORWARDED),
            _stage(_("实施"), State.ADOPTED, State.IMPLEMENTING),
            _stage(_("结果"), State.IMPLEMENTED, State.DECLINED),
            _stage(_("办结"), State.CLOSED),
        ),
    }
)


class TransitionRefused(Refusal):
    code = "transition_refused"
    sentence = _("案件现在是「{state}」，不能「{verb}」。")
    rule = _("办理流程表")


def allowed_verbs(kind: str, state: str) -> list[Verb]:
    """The verbs the table allows, in the order people meet them."""
    return [verb for verb in Verb if (state, verb) in TABLES[kind]]


def next_state(kind: str, state: str, verb: Verb) -> State:
    """The state a verb leads to. Raises TransitionRefused when the table has no such step."""
    reached = TABLES[kind].get((state, verb))
    if reached is None:
        raise TransitionRefused(state=State(state).label, verb=verb.label)
    return reached


def stage_index(kind: str, state: str) -> int:
    """The position of the state in the stage bar, counted from 0."""
    return next(index for index, stage in enumerate(STAGES[kind]) if state in stage.states)
