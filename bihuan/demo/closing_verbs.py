"""The end of a case on a chronicle: callback, close, rating. Each mirrors the action of the same name in ``cases``."""

from datetime import datetime

from bihuan.cases.events import CaseCalledBack, CaseClosed, CaseEscalated, CaseRated
from bihuan.cases.models import Callback, CallbackResult, Verb
from bihuan.demo.chronicle import CUSTOMER, Chronicle
from bihuan.demo.rows import CallbackRow
from bihuan.demo.rules import next_level
from bihuan.foundation.actor import Actor
from bihuan.promises.models import PromiseKind


def call_back(story: Chronicle, actor: Actor, result: CallbackResult, note: str, at: datetime) -> None:
    """Somebody who did not handle the case asks, or the customer answers on the portal."""
    story.reach(at)
    callback = CallbackRow(
        id=story.world.keys.next(Callback),
        case_id=story.case.id,
        round=story.case.round,
        result=result.value,
        note=note,
        called_by_id=actor.id if actor.is_staff else None,
        called_at=at,
    )
    story.callbacks.append(callback)
    called = CaseCalledBack(case_id=story.case.id, callback_id=callback.id, result=result.value, round=story.case.round)
    story.note(actor, called, at)
    if result == CallbackResult.SATISFIED:
        story.ledger.keep(actor, PromiseKind.CALLBACK, at)
        story.advance(actor, Verb.CALL_BACK_SATISFIED, at)
    elif result == CallbackResult.UNSATISFIED:
        story.ledger.keep(actor, PromiseKind.CALLBACK, at)
        _reopen_higher(story, actor, at)


def _reopen_higher(story: Chronicle, actor: Actor, at: datetime) -> None:
    case = story.case
    before, case.level = case.level, int(next_level(case.level))
    case.round += 1
    case.owner_id = None
    story.start_clock(actor, PromiseKind.RESOLUTION, at)
    story.advance(actor, Verb.CALL_BACK_UNSATISFIED, at)
    escalated = CaseEscalated(case_id=case.id, before=before, after=case.level, round=case.round)
    story.note(actor, escalated, at)


def close(story: Chronicle, actor: Actor, at: datetime) -> None:
    """The case is closed."""
    story.reach(at)
    story.handle(actor)
    case = story.case
    story.ledger.keep_all(actor, at)
    case.closed_at, case.attention = at, None
    story.advance(actor, Verb.CLOSE, at)
    closed = CaseClosed(
        case_id=case.id,
        kind=case.kind,
        category=story.opening.told.category,
        cause=case.cause,
        level=case.level,
        rounds=case.round,
        owner_id=case.owner_id,
    )
    story.note(actor, closed, at)


def rate(story: Chronicle, rating: int, comment: str, at: datetime) -> None:
    """The customer rates what was done."""
    story.reach(at)
    story.case.rating, story.case.rating_comment = rating, comment
    story.note(CUSTOMER, CaseRated(case_id=story.case.id, rating=rating), at)
