"""Telling the customer, keeping the word, or taking the promise off the ledger."""

from datetime import datetime

from django.db import transaction

from bihuan.calendar.queries import calendar_of_edition
from bihuan.foundation.actor import Actor
from bihuan.journal.actions import write_many
from bihuan.promises.access import access_open_promise
from bihuan.promises.actions.pausing import close_pause
from bihuan.promises.clock import read
from bihuan.promises.events import PromiseBroken, PromiseCancelled, PromiseFulfilledLate, PromiseKept, PromiseTold
from bihuan.promises.models import Promise, PromiseState
from bihuan.promises.scheduling import line

_ENDED_FIELDS = ("state", "paused_at", "next_step_at", "ended_at", "broken_at")


@transaction.atomic
def tell_promise(*, actor: Actor, promise_id: int, how: str, at: datetime) -> Promise:
    """The customer was told the due time, by the channel ``how``. Raises PromiseNotFound, PromiseEnded."""
    promise = access_open_promise(promise_id)
    promise.told_at, promise.told_due_at, promise.told_how = at, promise.due_at, how
    promise.save(update_fields=["told_at", "told_due_at", "told_how"])
    write_many([line(actor, promise, PromiseTold, at, how=how)])
    return promise


@transaction.atomic
def keep_promise(*, actor: Actor, promise_id: int, at: datetime) -> Promise:
    """What was promised is done: KEPT up to the due time (or while paused), BROKEN after it.

    Raises PromiseNotFound, PromiseEnded.
    """
    promise = access_open_promise(promise_id)
    in_time = promise.state == PromiseState.PAUSED or at <= promise.due_at
    late_minutes = 0 if in_time else _late_minutes(promise, at)
    lines = []
    if in_time:
        lines.append(line(actor, promise, PromiseKept, at))
    else:
        if promise.broken_at is None:
            promise.broken_at = at
            lines.append(line(actor, promise, PromiseBroken, at))
        lines.append(line(actor, promise, PromiseFulfilledLate, at, late_minutes=late_minutes))
    _end(promise, PromiseState.KEPT if in_time else PromiseState.BROKEN, at)
    write_many(lines)
    return promise


@transaction.atomic
def cancel_promise(*, actor: Actor, promise_id: int, at: datetime) -> Promise:
    """The promise no longer applies; it counts neither as kept nor as broken. Raises PromiseNotFound, PromiseEnded."""
    promise = access_open_promise(promise_id)
    _end(promise, PromiseState.CANCELLED, at)
    write_many([line(actor, promise, PromiseCancelled, at)])
    return promise


def _end(promise: Promise, state: PromiseState, at: datetime) -> None:
    if promise.state == PromiseState.PAUSED:
        close_pause(promise, at)
    promise.state, promise.ended_at, promise.next_step_at = state, at, None
    promise.save(update_fields=_ENDED_FIELDS)


def _late_minutes(promise: Promise, at: datetime) -> int:
    """Working minutes between due time and ``at``."""
    reading = read(
        calendar_of_edition(promise.calendar_edition_id),
        minutes=promise.total_minutes,
        risk_at=promise.risk_at,
        due_at=promise.due_at,
        paused_at=None,
        at=at,
    )
    return -reading.remaining_seconds // 60
