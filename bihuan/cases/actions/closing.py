"""Callback by a neutral person, close with a cause, rate."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bihuan.cases import clocks
from bihuan.cases.access import access_case
from bihuan.cases.actions.departments import CauseMissing
from bihuan.cases.actions.handling import access_to_handle, require_open
from bihuan.cases.events import CaseCalledBack, CaseClosed, CaseEscalated, CaseRated
from bihuan.cases.models import Callback, CallbackResult, Case
from bihuan.cases.permissions import CasePermission
from bihuan.cases.steps import advance, journal
from bihuan.cases.workflow import Kind, State, Verb, next_level, next_state
from bihuan.customers import actions as customers
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import Invalid, NotAllowed, Refusal
from bihuan.promises.models import PromiseKind


class CallbackByHandler(NotAllowed):
    code = "callback_by_handler"
    sentence = _("你承办过这件案子，不能自己回访。")
    rule = _("回访须由没有承办过本案的人进行")
    next_step = _("请没有承办过的同事回访。")


class CallbackMissing(Refusal):
    code = "case_callback_missing"
    sentence = _("投诉须由没承办过本案的人回访，客户答「满意」后才能办结。")
    rule = _("办结须有中立回访")
    next_step = _("请没有承办过的同事回访。")


class RatingOutOfScale(Invalid):
    code = "rating_out_of_scale"
    sentence = _("请给 1 到 5 分。")


class NotYetClosed(Refusal):
    code = "not_yet_closed"
    sentence = _("案件办结后才能评价。")


@transaction.atomic
def record_callback(*, actor: Actor, case_id: int, result: str, note: str, at: datetime) -> Callback:
    """Write down what the customer said. "Not satisfied" reopens the case one level higher (R72, feature 4.13).

    Raises CallbackByHandler for anybody who handled the case, TransitionRefused when no answer was given yet.
    """
    case = access_case(actor, case_id, to=CasePermission.CALL_BACK, lock=True)
    require_open(case)
    if actor.id in case.handler_ids:
        raise CallbackByHandler()
    return _store_callback(actor, case, CallbackResult(result), note, at)


@transaction.atomic
def answer_callback(*, actor: Actor, case_id: int, result: str, note: str, at: datetime) -> Callback:
    """The customer answers the callback on the portal: nobody is more neutral."""
    case = access_case(actor, case_id, to=CasePermission.FOLLOW, lock=True)
    require_open(case)
    return _store_callback(actor, case, CallbackResult(result), note, at)


def _store_callback(actor: Actor, case: Case, result: CallbackResult, note: str, at: datetime) -> Callback:
    next_state(case.kind, case.state, Verb.CALL_BACK_SATISFIED)
    text = customers.lift_personal_data(actor=actor, customer_id=case.customer_id, text=note.strip(), at=at)
    callback = Callback.objects.create(
        case=case,
        round=case.round,
        result=result,
        note=text,
        called_by_id=actor.id if actor.is_staff else None,
        called_at=at,
    )
    called = CaseCalledBack(case_id=case.pk, callback_id=callback.pk, result=result, round=case.round)
    journal(actor, case, called, at=at)
    if result is CallbackResult.SATISFIED:
        clocks.keep_clock(actor, case, PromiseKind.CALLBACK, at=at)
        advance(actor, case, Verb.CALL_BACK_SATISFIED, at=at)
    elif result is CallbackResult.UNSATISFIED:
        clocks.keep_clock(actor, case, PromiseKind.CALLBACK, at=at)
        _reopen_higher(actor, case, at)
    return callback


def _reopen_higher(actor: Actor, case: Case, at: datetime) -> None:
    """Another round, one level higher: nobody owns it, and a new promise of a result runs."""
    before, case.level = case.level, next_level(case.level)
    case.round += 1
    case.owner_id = None
    clocks.start_clock(actor, case, PromiseKind.RESOLUTION, at=at)
    advance(actor, case, Verb.CALL_BACK_UNSATISFIED, at=at)
    journal(actor, case, CaseEscalated(case_id=case.pk, before=before, after=case.level, round=case.round), at=at)


@transaction.atomic
def close_case(*, actor: Actor, case_id: int, at: datetime) -> Case:
    """Close a case. A complaint needs a cause and a satisfied callback. Raises CauseMissing, CallbackMissing."""
    case = access_to_handle(actor, case_id)
    if case.kind == Kind.COMPLAINT:
        if not case.cause:
            raise CauseMissing(field="cause")
        if case.state == State.ANSWERED:
            raise CallbackMissing()
    next_state(case.kind, case.state, Verb.CLOSE)
    clocks.end_all_clocks(actor, case, at=at)
    case.closed_at = at
    case.attention = None
    advance(actor, case, Verb.CLOSE, at=at)
    closed = CaseClosed(
        case_id=case.pk,
        kind=case.kind,
        category=case.category.code,
        cause=case.cause,
        level=case.level,
        rounds=case.round,
        owner_id=case.owner_id,
    )
    journal(actor, case, closed, at=at)
    return case


@transaction.atomic
def rate_case(*, actor: Actor, case_id: int, rating: int, comment: str, at: datetime) -> Case:
    """The customer rates a closed case from 1 to 5. Raises RatingOutOfScale, NotYetClosed."""
    case = access_case(actor, case_id, to=CasePermission.FOLLOW, lock=True)
    if case.is_open:
        raise NotYetClosed()
    if not 1 <= rating <= 5:
        raise RatingOutOfScale(field="rating")
    case.rating = rating
    case.rating_comment = customers.lift_personal_data(
        actor=actor, customer_id=case.customer_id, text=comment.strip()[:300], at=at
    )
    case.save(update_fields=["rating", "rating_comment"])
    journal(actor, case, CaseRated(case_id=case.pk, rating=rating), at=at)
    return case
