"""Setting a promise's times from its clock: the one place that writes due, risk and next step."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from bihuan.calendar.queries import calendar_of_edition
from bihuan.calendar.worktime import CalendarNotCovered, Pause
from bihuan.foundation.actor import Actor
from bihuan.journal.actions import Line
from bihuan.promises.clock import Clock, next_instant
from bihuan.promises.events import PromiseEntry
from bihuan.promises.ladder import Rung, ladder_for
from bihuan.promises.models import Promise, PromisePause, PromiseState


def edition_in_force(promise: Promise) -> int:
    """The id of the edition in force of the promise's calendar; expects ``policy__calendar`` to be loaded."""
    edition_id = promise.policy.calendar.edition_id
    return promise.calendar_edition_id if edition_id is None else edition_id


def closed_pauses(promise_ids: Collection[int]) -> dict[int, tuple[Pause, ...]]:
    """The closed pauses of promises, by promise. One query."""
    rows = PromisePause.objects.filter(promise_id__in=promise_ids, ended_at__isnull=False).order_by("started_at")
    pauses: dict[int, tuple[Pause, ...]] = {}
    for row in rows:
        if row.ended_at is not None:
            pause = Pause(row.started_at, row.ended_at, row.reason)
            pauses[row.promise_id] = (*pauses.get(row.promise_id, ()), pause)
    return pauses


def clock_of(promise: Promise, pauses: tuple[Pause, ...]) -> Clock:
    """The promise's clock on the edition it was computed with."""
    return Clock(
        calendar=calendar_of_edition(promise.calendar_edition_id),
        started_at=promise.started_at,
        minutes=promise.total_minutes,
        pauses=pauses,
        later=calendar_of_edition(edition_in_force(promise)),
    )


def rungs_ahead(promise: Promise) -> tuple[Rung, ...]:
    """The rungs of the ladder that are not taken yet."""
    return ladder_for(promise.kind, promise.policy.risk_percent)[promise.steps_taken :]


def schedule(promise: Promise, pauses: tuple[Pause, ...] | None = None) -> None:
    """Compute due, risk and next step anew; the caller saves. Raises CalendarNotCovered.

    The promise keeps the edition it was computed with, so that a change of the calendar cannot slip in beside another
    change; only when that edition ends too soon, the one in force takes its place.
    """
    if pauses is None:
        pauses = closed_pauses([promise.pk]).get(promise.pk, ())
    try:
        _set_times(promise, pauses)
    except CalendarNotCovered:
        if promise.calendar_edition_id == edition_in_force(promise):
            raise
        schedule_in_force(promise, pauses)


def schedule_in_force(promise: Promise, pauses: tuple[Pause, ...] = ()) -> None:
    """The same on the calendar edition in force. Raises CalendarNotCovered."""
    promise.calendar_edition_id = edition_in_force(promise)
    _set_times(promise, pauses)


def _set_times(promise: Promise, pauses: tuple[Pause, ...]) -> None:
    clock = clock_of(promise, pauses)
    first_rung = ladder_for(promise.kind, promise.policy.risk_percent)[0]
    promise.due_at, promise.risk_at = clock.due_at, clock.rung_at(first_rung)
    promise.next_step_at = None
    if promise.state == PromiseState.RUNNING:
        was_broken = promise.broken_at is not None
        promise.next_step_at = next_instant(clock, rungs_ahead(promise), was_broken=was_broken)


SCHEDULED_FIELDS = ("calendar_edition", "due_at", "risk_at", "next_step_at")


def line(actor: Actor, promise: Promise, entry: type[PromiseEntry], at: datetime, **fields: Any) -> Line:
    """A journal entry of the promise, for the units that follow it."""
    written = entry(
        subject_id=promise.subject_id,
        promise_id=promise.pk,
        kind=promise.kind,
        due_at=text(promise.due_at),
        **fields,
    )
    return Line(actor=actor, entry=written, at=at, units=promise.live_units, division_id=promise.division_id)


def text(at: datetime) -> str:
    """An instant as the journal keeps it: in UTC, wherever it was computed, so that equal instants read the same."""
    return at.astimezone(UTC).isoformat()
