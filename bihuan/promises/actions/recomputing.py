"""Computing due times anew: another priority, or a changed calendar.

Always from the original start with all pauses. A due time that was told to the customer never moves later this way,
because that would be an extension without a notice; a due time that has passed never moves at all.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from bihuan.calendar.worktime import CalendarNotCovered
from bihuan.foundation.actor import Actor
from bihuan.journal.actions import write_many
from bihuan.promises.access import access_open_promise
from bihuan.promises.actions.starting import PromiseTerms, find_policies
from bihuan.promises.events import PromiseRecomputed
from bihuan.promises.models import Promise, PromiseKind, PromisePolicy, PromiseState
from bihuan.promises.scheduling import SCHEDULED_FIELDS, closed_pauses, line, schedule, text


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
    promise.policy, promise.minutes = policy, policy.minutes
    schedule(promise)
    promise.save(update_fields=["priority", "policy", "minutes", *SCHEDULED_FIELDS])
    write_many([line(actor, promise, PromiseRecomputed, at, due_before=text(due_before), cause="priority")])
    return promise


@transaction.atomic
def recompute_for_calendar(
    *, actor: Actor, calendar_code: str, at: datetime, after_id: int = 0, batch: int = 500
) -> int | None:
    """Move running promises of a calendar to its edition in force, one batch; the id to go on after, None at the end.

    Paused promises follow when they resume.
    """
    rows = Promise.objects.filter(state=PromiseState.RUNNING, broken_at=None, due_at__gt=at, pk__gt=after_id)
    rows = rows.filter(policy__calendar__code=calendar_code).exclude(calendar_edition=F("policy__calendar__edition"))
    rows = rows.select_for_update(of=("self",)).select_related("policy__calendar").order_by("pk")
    promises = list(rows[:batch])
    pauses = closed_pauses([promise.pk for promise in promises])
    lines = []
    for promise in promises:
        due_before = promise.due_at
        try:
            schedule(promise, pauses.get(promise.pk, ()))
        except CalendarNotCovered:
            continue
        told_later = promise.told_at is not None and promise.due_at > due_before
        if told_later or promise.due_at <= at:
            continue
        promise.save(update_fields=SCHEDULED_FIELDS)
        if promise.due_at != due_before:
            lines.append(line(actor, promise, PromiseRecomputed, at, due_before=text(due_before), cause="calendar"))
    write_many(lines)
    return promises[-1].pk if len(promises) == batch else None


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
