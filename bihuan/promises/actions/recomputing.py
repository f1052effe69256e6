"""Computing due times anew: another priority, or a changed calendar.

Always from the original start with all pauses. A due time that was told to the customer never moves later this way,
because that would be an extension without a notice; a due time that has passed never moves at all.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from bihuan.calendar.worktime import CalendarNotCovered, Pause
from bihuan.foundation.actor import Actor
from bihuan.journal.actions import write_many
from bihuan.promises.access import access_open_promise
from bihuan.promises.actions.starting import PromiseTerms, find_policies
from bihuan.promises.events import PromiseRecomputed
from bihuan.promises.models import Promise, PromiseKind, PromisePolicy, PromiseState
from bihuan.promises.scheduling import SCHEDULED_FIELDS, closed_pauses, line, schedule, schedule_in_force, text


@transaction.atomic
def recompute_for_priority(*, actor: Actor, promise_id: int, priority: int, at: datetime) -> Promise:
    """Give the promise the time of another priority. Statutory and late promises stay as they are.

    Raises PromiseNotFound, PromiseEnded, PolicyMissing, CalendarNotCovered.
    """
    promise = access_open_promise(promise_id)
    if promise.is_statutory or promise.broken_at or _is_late(promise, at) or priority == promise.priority:
        return promise
    policy = _policy_for(promise, priority)
    promise.priority = priority
    if promise.told_at is not None and policy.minutes > promise.minutes:
        promise.save(update_fields=["priority"])
        return promise
    due_before = promise.due_at
    has_other_calendar = policy.calendar_id != promise.policy.calendar_id
    promise.policy, promise.minutes = policy, policy.minutes
    if has_other_calendar:
        schedule_in_force(promise, closed_pauses([promise.pk]).get(promise.pk, ()))
    else:
        schedule(promise)
    promise.save(update_fields=["priority", "policy", "minutes", *SCHEDULED_FIELDS])
    write_many([line(actor, promise, PromiseRecomputed, at, due_before=text(due_before), cause="priority")])
    return promise


@transaction.atomic
def recompute_for_calendar(
    *, actor: Actor, calendar_code: str, at: datetime, after_id: int = 0, batch: int = 500
) -> int | None:
    """Move open promises of a calendar to its edition in force, one batch; the id to go on after, None at the end."""
    rows = Promise.objects.filter(Q(state=PromiseState.PAUSED) | Q(state=PromiseState.RUNNING, due_at__gt=at))
    rows = rows.filter(broken_at=None, pk__gt=after_id, policy__calendar__code=calendar_code)
    rows = rows.exclude(calendar_edition=F("policy__calendar__edition"))
    rows = rows.select_for_update(of=("self",)).select_related("policy__calendar").order_by("pk")
    promises = list(rows[:batch])
    pauses = closed_pauses([promise.pk for promise in promises])
    lines = []
    for promise in promises:
        due_before = promise.due_at
        if not _follow_calendar(promise, pauses.get(promise.pk, ()), at):
            continue
        promise.save(update_fields=SCHEDULED_FIELDS)
        if promise.due_at != due_before:
            lines.append(line(actor, promise, PromiseRecomputed, at, due_before=text(due_before), cause="calendar"))
    write_many(lines)
    return promises[-1].pk if len(promises) == batch else None


def _follow_calendar(promise: Promise, pauses: tuple[Pause, ...], at: datetime) -> bool:
    """Compute the promise on the edition in force; False when it has to stay as it was told or cannot be computed."""
    due_before = promise.due_at
    try:
        schedule_in_force(promise, pauses)
    except CalendarNotCovered:
        return False
    is_told_later = promise.told_at is not None and promise.due_at > due_before
    is_late_at_once = promise.state == PromiseState.RUNNING and promise.due_at <= at
    return not is_told_later and not is_late_at_once


def _is_late(promise: Promise, at: datetime) -> bool:
    return promise.state == PromiseState.RUNNING and at > promise.due_at


def _policy_for(promise: Promise, priority: int) -> PromisePolicy:
    terms = PromiseTerms(
        subject=promise.subject,
        subject_id=promise.subject_id,
        kind=PromiseKind(promise.kind),
        case_kind=promise.case_kind,
        priority=priority,
        unit_id=promise.owner_unit_id,
        division_id=promise.division_id,
    )
    return find_policies([terms])[0]
