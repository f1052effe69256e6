"""The agent's verbs: claim, assign, confirm, promise, answer, change priority, extend."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bihuan.cases import clocks
from bihuan.cases.access import access_case, require_handler
from bihuan.cases.events import CaseAssigned, CaseClaimed, CaseReplied, CaseReprioritized
from bihuan.cases.models import Case, Draft
from bihuan.cases.permissions import CasePermission
from bihuan.cases.priority import prioritize
from bihuan.cases.queries import list_assignees
from bihuan.cases.steps import advance, journal, remember_handler
from bihuan.cases.workflow import Kind, Verb, next_state
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import Invalid, Refusal
from bihuan.intake import actions as intake
from bihuan.promises import actions as promises
from bihuan.promises.models import PromiseKind


class CaseClosed(Refusal):
    code = "case_closed"
    sentence = _("案件已办结，不能再改。")


class AlreadyClaimed(Refusal):
    code = "already_claimed"
    sentence = _("同事先领走了这件案子。")


class AgentNotAvailable(Refusal):
    code = "agent_not_available"
    sentence = _("这位同事不在这个班组，或已离职。")


class TextMissing(Invalid):
    code = "text_missing"
    sentence = _("请先写内容。")


def require_open(case: Case) -> None:
    """Raise CaseClosed for a closed case."""
    if not case.is_open:
        raise CaseClosed()


def require_text(text: str, field: str) -> str:
    """The text without surrounding space. Raises TextMissing when nothing is left."""
    if not text.strip():
        raise TextMissing(field=field)
    return text.strip()


def drop_draft(actor: Actor, case: Case, box: str) -> None:
    """What was being typed is said now."""
    Draft.objects.filter(case=case, staff_id=actor.id or 0, box=box).delete()


def access_to_handle(actor: Actor, case_id: int) -> Case:
    """The open case, locked, for somebody who may handle it now; an unowned case becomes the actor's."""
    case = access_case(actor, case_id, to=CasePermission.HANDLE, lock=True)
    require_open(case)
    require_handler(actor, case)
    remember_handler(case, actor)
    return case


def take_ownership(actor: Actor, case: Case, at: datetime) -> None:
    """Make the actor the owner of an unowned case."""
    if case.owner_id is None and actor.is_staff:
        case.owner_id = actor.id
        clocks.move_clocks(actor, case, at=at)
        journal(actor, case, CaseClaimed(case_id=case.pk, before=None, after=actor.id), at=at)  # type: ignore[arg-type]


@transaction.atomic
def claim_case(*, actor: Actor, case_id: int, at: datetime) -> Case:
    """Take an unowned case. Raises AlreadyClaimed when a colleague was first."""
    case = access_case(actor, case_id, to=CasePermission.HANDLE, lock=True)
    require_open(case)
    if case.owner_id == actor.id:
        return case
    if case.owner_id is not None:
        raise AlreadyClaimed()
    require_handler(actor, case)
    take_ownership(actor, case, at)
    case.updated_at = at
    case.save(update_fields=["owner_id", "updated_at"])
    return case


@transaction.atomic
def assign_case(*, actor: Actor, case_id: int, agent_id: int, reason: str, at: datetime) -> Case:
    """Give an open case to somebody of its team or above. Raises AgentNotAvailable, CaseClosed."""
    case = access_case(actor, case_id, to=CasePermission.ASSIGN, lock=True)
    require_open(case)
    able = {person.pk for person in list_assignees(case=case, at=at)}
    if agent_id not in able:
        raise AgentNotAvailable()
    before, case.owner_id = case.owner_id, agent_id
    clocks.move_clocks(actor, case, at=at)
    case.attention = None
    case.updated_at = at
    case.save(update_fields=["owner_id", "attention", "updated_at"])
    journal(actor, case, CaseAssigned(case_id=case.pk, before=before, after=agent_id, reason=reason.strip()), at=at)
    return case


@transaction.atomic
def confirm_case(*, actor: Actor, case_id: int, message: str, at: datetime) -> Case:
    """Confirm a complaint with the customer: procedure and promised time are told, and the promise starts.

    The first reply is kept by it; the promise of a result starts with it (R62, R65).
    """
    case = access_to_handle(actor, case_id)
    next_state(case.kind, case.state, Verb.CONFIRM)
    take_ownership(actor, case, at)
    clocks.keep_clock(actor, case, PromiseKind.FIRST_REPLY, at=at)
    promise = clocks.start_clock(actor, case, PromiseKind.RESOLUTION, at=at)
    sent = intake.send_message(
        actor=actor, conversation_id=case.conversation_id, body=require_text(message, "message"), at=at
    )
    promises.tell_promise(actor=actor, promise_id=promise.pk, how=case.channel, at=at)
    advance(actor, case, Verb.CONFIRM, at=at, message_id=sent.pk)
    return case


@transaction.atomic
def promise_reply(*, actor: Actor, case_id: int, message: str, at: datetime) -> Case:
    """A consultation that cannot be answered now: tell the customer when, and start that promise (R54)."""
    case = access_to_handle(actor, case_id)
    next_state(case.kind, case.state, Verb.PROMISE)
    take_ownership(actor, case, at)
    clocks.keep_clock(actor, case, PromiseKind.FIRST_REPLY, at=at)
    promise = clocks.start_clock(actor, case, PromiseKind.RESOLUTION, at=at)
    sent = intake.send_message(
        actor=actor, conversation_id=case.conversation_id, body=require_text(message, "message"), at=at
    )
    promises.tell_promise(actor=actor, promise_id=promise.pk, how=case.channel, at=at)
    advance(actor, case, Verb.PROMISE, at=at, message_id=sent.pk)
    return case


@transaction.atomic
def answer_case(*, actor: Actor, case_id: int, message: str, at: datetime) -> Case:
    """Give the customer the answer. The promise of a result is kept; for complaints the callback is due next."""
    case = access_to_handle(actor, case_id)
    next_state(case.kind, case.state, Verb.ANSWER)
    take_ownership(actor, case, at)
    clocks.keep_clock(actor, case, PromiseKind.FIRST_REPLY, at=at)
    clocks.keep_clock(actor, case, PromiseKind.RESOLUTION, at=at)
    if case.kind == Kind.COMPLAINT:
        clocks.keep_clock(actor, case, PromiseKind.STATUTORY, at=at)
        clocks.start_clock(actor, case, PromiseKind.CALLBACK, at=at)
    body = require_text(message, "message")
    sent = intake.send_message(actor=actor, conversation_id=case.conversation_id, body=body, at=at)
    case.solution = sent.body
    case.attention = None
    advance(actor, case, Verb.ANSWER, at=at, message_id=sent.pk)
    return case


@transaction.atomic
def reply_to_customer(*, actor: Actor, case_id: int, message: str, at: datetime) -> Case:
    """Write to the customer without moving the case: progress on the way (R69)."""
    case = access_to_handle(actor, case_id)
    take_ownership(actor, case, at)
    body = require_text(message, "message")
    sent = intake.send_message(actor=actor, conversation_id=case.conversation_id, body=body, at=at)
    drop_draft(actor, case, "reply")
    case.updated_at = at
    case.save(update_fields=["owner_id", "handler_ids", "updated_at"])
    journal(actor, case, CaseReplied(case_id=case.pk, message_id=sent.pk), at=at)
    return case


@transaction.atomic
def reprioritize_case(*, actor: Actor, case_id: int, impact: str, urgency: str, at: datetime) -> Case:
    """Change impact and urgency; running promises are computed anew from their original start (feature 4.3)."""
    case = access_to_handle(actor, case_id)
    reason = prioritize(impact, urgency)
    before = case.priority
    case.impact, case.urgency, case.priority = impact, urgency, reason.priority
    for promise in clocks.open_clocks(case):
        promises.recompute_for_priority(actor=actor, promise_id=promise.pk, priority=reason.priority, at=at)
    clocks.refresh_due(case)
    case.updated_at = at
    case.save()
    change = CaseReprioritized(case_id=case.pk, before=before, after=reason.priority, impact=impact, urgency=urgency)
    journal(actor, case, change, at=at)
    return case


@transaction.atomic
def extend_case_promise(*, actor: Actor, case_id: int, minutes: int, reason: str, notice: str, at: datetime) -> Case:
    """Extend the promise of a result before it expires; the notice is sent to the customer (R70, feature 4.7).

    Raises PromiseExpired after expiry, TextMissing without reason or notice.
    """
    case = access_to_handle(actor, case_id)
    why, text = require_text(reason, "reason"), require_text(notice, "notice")
    for promise in clocks.open_clocks(case, PromiseKind.RESOLUTION):
        promises.extend_promise(
            actor=actor, promise_id=promise.pk, by=timedelta(minutes=minutes), reason=why, notice_text=text, at=at
        )
    sent = intake.send_message(actor=actor, conversation_id=case.conversation_id, body=text, at=at)
    clocks.refresh_due(case)
    case.updated_at = at
    case.save()
    journal(actor, case, CaseReplied(case_id=case.pk, message_id=sent.pk), at=at)
    return case
