"""The reads of the promise ledger. Rights are asked by the layer above, as for the writes."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from bihuan.calendar.queries import calendar_of_edition
from bihuan.calendar.worktime import CalendarNotCovered, Pause
from bihuan.promises.clock import ClockState, Reading, read
from bihuan.promises.errors import PromiseNotFound
from bihuan.promises.explanation import ExplainedStep, Explanation, ExtensionLine, RuleLine, build_explanation
from bihuan.promises.ladder import ladder_for
from bihuan.promises.models import Promise, PromiseExtension, PromiseKind, PromisePause, PromisePolicy, PromiseState
from bihuan.promises.scheduling import clock_of

__all__ = [
    "ClockState",
    "ExplainedStep",
    "Explanation",
    "ExtensionLine",
    "PromiseReading",
    "RuleLine",
    "explain",
    "list_beyond_coverage",
    "list_due",
    "list_policies",
    "list_promises",
    "list_running",
    "list_unpromisable",
    "nearest_due",
    "open_promises",
    "promises_of",
]

# One short index scan per unit: a plain IN list sorts every running promise of all the units instead.
DUE_SQL = """
    SELECT due.id
      FROM unnest(%s::bigint[]) AS unit
     CROSS JOIN LATERAL (
           SELECT id, due_at FROM promises_promise
            WHERE owner_unit_id = unit AND state = 'RUNNING' AND due_at <= %s
              AND (due_at, id) > (coalesce(%s::timestamptz, '-infinity'), %s)
            ORDER BY due_at, id LIMIT %s) AS due
     ORDER BY due.due_at, due.id LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class PromiseReading:
    """A promise as its dial shows it at an instant.

    ``share`` is the used part of the promised working time (above 1: overdue), ``percent`` the same for the ring;
    ``remaining_seconds`` are working seconds, negative when overdue; ``escalated_to`` the highest step taken or "".
    """

    id: int
    subject_id: int
    kind: str
    kind_label: str
    text: str
    state: ClockState
    share: float
    remaining_seconds: int
    minutes: int
    started_at: datetime
    due_at: datetime
    paused_at: datetime | None
    told_at: datetime | None
    told_due_at: datetime | None
    ended_at: datetime | None
    owner_unit_id: int
    owner_id: int | None
    escalated_to: str

    @property
    def percent(self) -> int:
        """The ring: 0 to 100."""
        return max(0, min(100, int(self.share * 100)))

    @property
    def is_statutory(self) -> bool:
        return self.kind == PromiseKind.STATUTORY

    @property
    def key(self) -> tuple[datetime, int]:
        """Where a list goes on after this row."""
        return self.due_at, self.id


def open_promises(subject: str, ids: Collection[int], *, at: datetime) -> dict[int, list[PromiseReading]]:
    """Running and paused promises of many subjects, by subject, the nearest due time first. One query."""
    rows = Promise.objects.open().filter(subject=subject, subject_id__in=list(ids))
    found: dict[int, list[PromiseReading]] = {}
    for promise in rows.select_related("policy").order_by("due_at", "pk"):
        found.setdefault(promise.subject_id, []).append(_reading(promise, at))
    return found


def promises_of(subject: str, ids: "QuerySet[Any]") -> "QuerySet[Promise]":
    """Every promise about these subjects, for a caller who has asked who may see them."""
    return Promise.objects.filter(subject=subject, subject_id__in=ids)


def list_promises(*, subject: str, subject_id: int, at: datetime) -> list[PromiseReading]:
    """Every promise a subject ever had, in order of their start."""
    rows = Promise.objects.about(subject, subject_id).select_related("policy").order_by("started_at", "pk")
    return [_reading(promise, at) for promise in rows]


def list_running(*, subject: str, subject_id: int, kind: PromiseKind | None = None) -> list[Promise]:
    """The running and paused promises of a subject, for its owner's verbs."""
    rows = Promise.objects.open().about(subject, subject_id)
    return list((rows.filter(kind=kind) if kind else rows).order_by("due_at", "pk"))


def nearest_due(*, subject: str, subject_id: int) -> datetime | None:
    """The nearest due time of a running promise; None when nothing runs."""
    rows = Promise.objects.about(subject, subject_id).filter(state=PromiseState.RUNNING)
    return rows.order_by("due_at").values_list("due_at", flat=True).first()


def list_due(
    *,
    unit_ids: Collection[int],
    at: datetime,
    before: datetime,
    after_key: tuple[datetime, int] | None = None,
    limit: int = 50,
) -> list[PromiseReading]:
    """Running promises of some units that are due up to ``before``, overdue ones first; go on after ``key``."""
    due_at, promise_id = after_key or (None, 0)
    units = list(unit_ids)
    with connection.cursor() as cursor:
        cursor.execute(DUE_SQL, [units, before, due_at, promise_id, limit, limit])
        ids = [pk for (pk,) in cursor.fetchall()]
    rows = Promise.objects.select_related("policy").filter(pk__in=ids).order_by("due_at", "pk")
    return [_reading(promise, at) for promise in rows]


def explain(promise_id: int, *, at: datetime) -> Explanation:
    """Why the promise is due when it is, on the calendar it was computed with. Raises PromiseNotFound."""
    promise = Promise.objects.select_related("policy__calendar").filter(pk=promise_id).first()
    if promise is None:
        raise PromiseNotFound()
    pauses = tuple(
        Pause(pause.started_at, pause.ended_at or max(at, pause.started_at), pause.reason)
        for pause in PromisePause.objects.filter(promise_id=promise_id).order_by("started_at")
    )
    extensions = list(PromiseExtension.objects.filter(promise_id=promise_id).order_by("pk"))
    return build_explanation(promise, clock_of(promise, pauses), extensions, at=at)


def list_policies() -> list[PromisePolicy]:
    """The published rows in force."""
    rows = PromisePolicy.objects.current().select_related("calendar", "division")
    return list(rows.order_by("case_kind", "kind", "priority", "pk"))


def list_unpromisable(at: datetime) -> list[tuple[PromisePolicy, CalendarNotCovered]]:
    """Published rows whose calendar ends too soon for a promise that starts at ``at``."""
    refused = []
    for policy in list_policies():
        try:
            if policy.calendar.edition_id is not None:
                calendar_of_edition(policy.calendar.edition_id).add_minutes(at, policy.minutes)
        except CalendarNotCovered as end:
            refused.append((policy, end))
    return refused


def list_beyond_coverage(*, limit: int = 100) -> list[Promise]:
    """Open promises that are due, or take their next step, behind the last day their calendar covers."""
    editions = {
        policy.calendar.edition_id: policy.calendar.code
        for policy in PromisePolicy.objects.select_related("calendar")
        if policy.calendar.edition_id is not None
    }
    beyond = Q(pk__in=[])
    for edition_id, code in editions.items():
        horizon = calendar_of_edition(edition_id).horizon
        if horizon is not None:
            late = Q(due_at__gt=horizon) | Q(next_step_at__gte=horizon)
            beyond |= Q(policy__calendar__code=code) & late
    return list(Promise.objects.open().filter(beyond).order_by("due_at", "pk")[:limit])


def _reading(promise: Promise, at: datetime) -> PromiseReading:
    dial = _dial(promise, at)
    rungs = ladder_for(promise.kind, promise.policy.risk_percent)[: promise.steps_taken]
    return PromiseReading(
        id=promise.pk,
        subject_id=promise.subject_id,
        kind=promise.kind,
        kind_label=str(PromiseKind(promise.kind).label),
        text=promise.policy.label,
        state=dial.state,
        share=dial.share,
        remaining_seconds=dial.remaining_seconds,
        minutes=promise.total_minutes,
        started_at=promise.started_at,
        due_at=promise.due_at,
        paused_at=promise.paused_at,
        told_at=promise.told_at,
        told_due_at=promise.told_due_at,
        ended_at=promise.ended_at,
        owner_unit_id=promise.owner_unit_id,
        owner_id=promise.owner_id,
        escalated_to=rungs[-1].step.value if rungs else "",
    )


def _dial(promise: Promise, at: datetime) -> Reading:
    """The clock at ``at``; an ended promise shows the instant it ended, under the state it ended in."""
    dial = read(
        calendar_of_edition(promise.calendar_edition_id),
        minutes=promise.total_minutes,
        risk_at=promise.risk_at,
        due_at=promise.due_at,
        paused_at=promise.paused_at,
        at=promise.ended_at or at,
    )
    return dial if promise.is_open else replace(dial, state=ClockState(promise.state))
