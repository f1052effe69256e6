"""Standing still and going on."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from bihuan.foundation.actor import Actor
from bihuan.journal.actions import write_many
from bihuan.promises.access import access_open_promise
from bihuan.promises.errors import PromiseExpired, PromiseNotPaused, StatutoryNeverPauses
from bihuan.promises.errors import PromisePaused as AlreadyPaused
from bihuan.promises.events import PromisePaused, PromiseResumed
from bihuan.promises.models import PauseReason, Promise, PromisePause, PromiseState
from bihuan.promises.scheduling import SCHEDULED_FIELDS, line, schedule, text


@transaction.atomic
def pause_promise(*, actor: Actor, promise_id: int, reason: PauseReason, note: str = "", at: datetime) -> Promise:
    """Stop the clock, for a reason that is kept as an interval. ``note`` must be free of personal data.

    Raises PromiseNotFound, PromiseEnded, StatutoryNeverPauses, PromisePaused, PromiseExpired.
    """
    promise = access_open_promise(promise_id)
    if promise.is_statutory:
        raise StatutoryNeverPauses()
    require_running(promise, at)
    PromisePause.objects.create(promise=promise, started_at=at, reason=PauseReason(reason), note=note.strip()[:200])
    promise.state, promise.paused_at, promise.next_step_at = PromiseState.PAUSED, at, None
    promise.save(update_fields=["state", "paused_at", "next_step_at"])
    write_many([line(actor, promise, PromisePaused, at, reason=PauseReason(reason).value)])
    return promise


@transaction.atomic
def resume_promise(*, actor: Actor, promise_id: int, at: datetime) -> Promise:
    """Let the clock go on; the due time moves by the working time the pause took.

    Raises PromiseNotFound, PromiseEnded, PromiseNotPaused, CalendarNotCovered.
    """
    promise = access_open_promise(promise_id)
    if promise.state != PromiseState.PAUSED:
        raise PromiseNotPaused()
    due_before = promise.due_at
    close_pause(promise, at)
    promise.state = PromiseState.RUNNING
    schedule(promise)
    promise.save(update_fields=["state", "paused_at", *SCHEDULED_FIELDS])
    write_many([line(actor, promise, PromiseResumed, at, due_before=text(due_before))])
    return promise


def require_running(promise: Promise, at: datetime) -> None:
    """Raise PromisePaused or PromiseExpired unless the clock runs and its due time has not passed."""
    if promise.state == PromiseState.PAUSED:
        raise AlreadyPaused()
    if promise.broken_at is not None or at > promise.due_at:
        raise PromiseExpired(due_at=timezone.localtime(promise.due_at).strftime("%m-%d %H:%M"))


def close_pause(promise: Promise, at: datetime) -> None:
    """End the open pause; the caller changes the state and saves."""
    promise.pauses.filter(ended_at=None).update(ended_at=at)
    promise.paused_at = None
