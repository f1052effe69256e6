"""Giving a promise, and handing it to another owner."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import IntegrityError, transaction

from bihuan.foundation.actor import Actor
from bihuan.journal.actions import write_many
from bihuan.promises.access import limits_in_force
from bihuan.promises.errors import PolicyMissing, PromiseAlreadyRunning
from bihuan.promises.events import PromiseMoved, PromiseStarted
from bihuan.promises.models import Promise, PromiseKind, PromisePolicy
from bihuan.promises.scheduling import line, schedule_in_force


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseTerms:
    """What is promised about which subject, and who answers for it.

    ``unit_id`` (with ``owner_id``, when a person has it) owns the promise; ``audience`` lists further units that see
    its journal entries live.
    """

    subject: str
    subject_id: int
    kind: PromiseKind
    case_kind: str
    priority: int
    unit_id: int
    division_id: int | None = None
    owner_id: int | None = None
    audience: tuple[int, ...] = field(default=())


@transaction.atomic
def start_promise(*, actor: Actor, terms: PromiseTerms, at: datetime) -> Promise:
    """Start one clock. Raises PolicyMissing, PromiseAlreadyRunning, CalendarNotCovered."""
    return start_promises(actor=actor, terms=[terms], at=at)[0]


def start_promises(*, actor: Actor, terms: Sequence[PromiseTerms], at: datetime) -> list[Promise]:
    """Start several clocks at once, in the order of ``terms``; within a transaction, a refusal ends all of it.

    Raises what start_promise raises.
    """
    policies = find_policies(terms)
    promises = [_new_promise(term, policy, at) for term, policy in zip(terms, policies, strict=True)]
    with transaction.atomic(savepoint=False):  # on the way of every case: a savepoint would cost two round trips
        _store(actor, promises, at)
    return promises


def _store(actor: Actor, promises: Sequence[Promise], at: datetime) -> None:
    try:
        Promise.objects.bulk_create(promises)
    except IntegrityError as conflict:
        if "promise_one_open" in str(conflict):
            raise PromiseAlreadyRunning() from conflict
        raise
    write_many(
        line(
            actor,
            promise,
            PromiseStarted,
            at,
            priority=promise.priority,
            minutes=promise.minutes,
            policy_id=promise.policy_id,
        )
        for promise in promises
    )


@transaction.atomic
def move_promises(
    *, actor: Actor, subject: str, subject_id: int, unit_id: int, owner_id: int | None, at: datetime
) -> list[Promise]:
    """The subject has a new owner: its open promises go along, with their times. Departments keep theirs."""
    rows = Promise.objects.open().about(subject, subject_id).exclude(kind=PromiseKind.DEPARTMENT)
    promises = [
        promise
        for promise in rows.select_for_update().order_by("pk")
        if (promise.owner_unit_id, promise.owner_id) != (unit_id, owner_id)
    ]
    lines = []
    for promise in promises:
        before = promise.owner_unit_id, promise.owner_id
        promise.owner_unit_id, promise.owner_id = unit_id, owner_id
        promise.save(update_fields=["owner_unit", "owner"])
        owners = {"owner_before": before[1], "owner_after": owner_id}
        lines.append(line(actor, promise, PromiseMoved, at, unit_before=before[0], unit_after=unit_id, **owners))
    write_many(lines)
    return promises


def find_policies(terms: Sequence[PromiseTerms]) -> list[PromisePolicy]:
    """The published row for each of the terms, the most specific one: division first, then priority.

    Raises PolicyMissing.
    """
    rows = limits_in_force()
    return [_most_specific(rows, term) for term in terms]


def _most_specific(rows: Sequence[PromisePolicy], term: PromiseTerms) -> PromisePolicy:
    fitting = [
        row
        for row in rows
        if (row.case_kind, row.kind) == (term.case_kind, term.kind)
        and row.priority in (None, term.priority)
        and row.division_id in (None, term.division_id)
    ]
    if not fitting:
        raise PolicyMissing(case_kind=term.case_kind, kind=PromiseKind(term.kind).label, priority=term.priority)
    return max(fitting, key=lambda row: (row.division_id is not None, row.priority is not None))


def _new_promise(term: PromiseTerms, policy: PromisePolicy, at: datetime) -> Promise:
    promise = Promise(
        subject=term.subject,
        subject_id=term.subject_id,
        kind=term.kind,
        case_kind=term.case_kind,
        priority=term.priority,
        division_id=term.division_id,
        owner_unit_id=term.unit_id,
        owner_id=term.owner_id,
        audience=sorted(set(term.audience) - {term.unit_id}),
        policy=policy,
        minutes=policy.minutes,
        started_at=at,
    )
    schedule_in_force(promise)
    return promise
