"""The clocks of a case: which promises run in which phase. All calls into ``promises`` are made here."""

from collections.abc import Sequence
from datetime import datetime

from bihuan.cases.models import Case, Handoff
from bihuan.cases.workflow import Kind
from bihuan.foundation.actor import Actor
from bihuan.promises import actions as promises
from bihuan.promises import queries as promise_queries
from bihuan.promises.models import Promise, PromiseKind

SUBJECT = "case"


def _terms(case: Case, kind: PromiseKind, department_id: int | None = None) -> promises.PromiseTerms:
    """The department's clock belongs to the department and is also seen by the team; all others belong to the team."""
    return promises.PromiseTerms(
        subject=SUBJECT,
        subject_id=case.pk,
        kind=kind,
        case_kind=case.kind,
        priority=case.priority,
        unit_id=department_id or case.team_id,
        division_id=case.division_id,
        owner_id=None if department_id else case.owner_id,
        audience=(case.team_id,),
    )


def start_clock(actor: Actor, case: Case, kind: PromiseKind, *, at: datetime) -> Promise:
    """Start one promise of the case and bring its next due time up to date."""
    promise = promises.start_promise(actor=actor, terms=_terms(case, kind), at=at)
    refresh_due(case)
    return promise


def start_department_clock(actor: Actor, handoff: Handoff, *, at: datetime) -> Promise:
    """Start the department's own clock for a hand-off."""
    terms = _terms(handoff.case, PromiseKind.DEPARTMENT, handoff.department_id)
    promise = promises.start_promise(actor=actor, terms=terms, at=at)
    refresh_due(handoff.case)
    return promise


def start_first_clocks(actor: Actor, cases: Sequence[Case], *, at: datetime) -> None:
    """What runs from the first minute: the first reply and, for complaints, the statutory seven days."""
    by_id = {case.pk: case for case in cases}
    terms = [_terms(case, kind) for case in cases for kind in _first_kinds(case)]
    for promise in promises.start_promises(actor=actor, terms=terms, at=at):
        case = by_id[promise.subject_id]
        case.next_due_at = min(case.next_due_at or promise.due_at, promise.due_at)


def _first_kinds(case: Case) -> list[PromiseKind]:
    return [PromiseKind.FIRST_REPLY] + [PromiseKind.STATUTORY] * (case.kind == Kind.COMPLAINT)


def move_clocks(actor: Actor, case: Case, *, at: datetime) -> None:
    """The case has a new owner: its promises go along, the customer's times stay (differentiator 2)."""
    promises.move_promises(
        actor=actor, subject=SUBJECT, subject_id=case.pk, unit_id=case.team_id, owner_id=case.owner_id, at=at
    )


def keep_clock(actor: Actor, case: Case, kind: PromiseKind, *, at: datetime) -> None:
    """The promise of this kind is done, in time or late. Nothing happens when none is running."""
    for promise in open_clocks(case, kind):
        promises.keep_promise(actor=actor, promise_id=promise.pk, at=at)
    refresh_due(case)


def cancel_clock(actor: Actor, case: Case, kind: PromiseKind, *, at: datetime) -> None:
    """The promise of this kind no longer applies."""
    for promise in open_clocks(case, kind):
        promises.cancel_promise(actor=actor, promise_id=promise.pk, at=at)
    refresh_due(case)


def end_all_clocks(actor: Actor, case: Case, *, at: datetime) -> None:
    """The case is closed: whatever still runs is kept now."""
    for promise in open_clocks(case):
        promises.keep_promise(actor=actor, promise_id=promise.pk, at=at)
    case.next_due_at = None


def open_clocks(case: Case, kind: PromiseKind | None = None) -> list[Promise]:
    """The running or paused promises of the case."""
    return promise_queries.list_running(subject=SUBJECT, subject_id=case.pk, kind=kind)


def refresh_due(case: Case) -> None:
    """Set ``next_due_at`` to the nearest due time of a running promise; the caller saves the case."""
    case.next_due_at = promise_queries.nearest_due(subject=SUBJECT, subject_id=case.pk)


def follow_due_times(case: Case) -> None:
    """Due times moved below, as by a changed calendar: the case and its open hand-off show the new ones."""
    refresh_due(case)
    case.save(update_fields=["next_due_at"])
    department = open_clocks(case, PromiseKind.DEPARTMENT)
    if department:
        case.handoffs.filter(ended_at=None).update(due_at=department[0].due_at)
