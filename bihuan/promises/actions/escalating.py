"""The escalation job: it can neither miss nor double a step.

What is due is found by ``next_step_at``, never by time since the last run, so a job that was down catches up. A row is
locked, its escalation rows and journal entries are written, and ``next_step_at`` moves on in one transaction: a killed
job leaves nothing behind, workers beside it skip its locked rows, and the unique step per promise is the last guard.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from bihuan.foundation.actor import Actor
from bihuan.journal.actions import Line, write_many
from bihuan.promises.clock import Climb, climb
from bihuan.promises.events import PromiseBroken, PromiseEscalated
from bihuan.promises.models import Promise, PromiseEscalation
from bihuan.promises.scheduling import clock_of, closed_pauses, line, rungs_ahead

CLOCK = Actor.system("promise-clock")
# Promise.objects.bulk_update builds an expression per row and field: twice the cost of all the rest together.
SAVE = """
    UPDATE promises_promise AS promise
       SET steps_taken = climbed.steps, broken_at = climbed.broken_at, next_step_at = climbed.next_at
      FROM unnest(%s::bigint[], %s::smallint[], %s::timestamptz[], %s::timestamptz[])
           AS climbed (id, steps, broken_at, next_at)
     WHERE promise.id = climbed.id
"""


@transaction.atomic
def escalate_due(*, at: datetime, batch: int = 200) -> int:
    """Take every rung that is due for up to ``batch`` promises; returns how many promises it looked at.

    Call it until it returns 0.
    """
    rows = Promise.objects.select_for_update(skip_locked=True, of=("self",)).select_related("policy__calendar")
    promises = list(rows.filter(next_step_at__lte=at).order_by("next_step_at", "pk")[:batch])
    pauses = closed_pauses([promise.pk for promise in promises])
    escalations: list[PromiseEscalation] = []
    lines: list[Line] = []
    for promise in promises:
        clock = clock_of(promise, pauses.get(promise.pk, ()))
        climbed = climb(clock, rungs_ahead(promise), was_broken=promise.broken_at is not None, at=at)
        escalations += [
            PromiseEscalation(promise=promise, step=rung.step.value, due_step_at=clock.rung_at(rung), escalated_at=at)
            for rung in climbed.taken
        ]
        lines += _move_on(promise, climbed, at)
    PromiseEscalation.objects.bulk_create(escalations)
    _save(promises)
    write_many(lines)
    return len(promises)


def _move_on(promise: Promise, climbed: Climb, at: datetime) -> list[Line]:
    promise.steps_taken += len(climbed.taken)
    promise.next_step_at = climbed.next_step_at
    lines = []
    if climbed.is_broken:
        promise.broken_at = at
        lines.append(line(CLOCK, promise, PromiseBroken, at))
    for rung in climbed.taken:
        step = rung.step.value
        lines.append(line(CLOCK, promise, PromiseEscalated, at, step=step, owner_id=promise.owner_id))
    return lines


def _save(promises: Sequence[Promise]) -> None:
    columns = zip(*((p.pk, p.steps_taken, p.broken_at, p.next_step_at) for p in promises), strict=True)
    arrays = [list(column) for column in columns]
    if arrays:
        with connection.cursor() as cursor:
            cursor.execute(SAVE, arrays)
