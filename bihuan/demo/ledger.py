"""The promises of one case in the making: the same rows and journal entries as the promise ledger writes.

Escalations are taken as the job takes them, at the first full minute after their instant; what the case's own consumer
derives from them (attention) is told through ``on_escalated``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bihuan.demo.loading import Keys
from bihuan.demo.rows import EscalationRow, ExtensionRow, PromiseRow, Row
from bihuan.demo.rulebook import Rulebook
from bihuan.demo.rules import Clock, Rung, climb, instant_text, ladder_for, next_instant
from bihuan.foundation.actor import Actor
from bihuan.journal.actions import Line
from bihuan.promises.events import (
    PromiseBroken,
    PromiseCancelled,
    PromiseEntry,
    PromiseEscalated,
    PromiseExtended,
    PromiseFulfilledLate,
    PromiseKept,
    PromiseMoved,
    PromiseStarted,
    PromiseTold,
)
from bihuan.promises.models import Promise, PromiseEscalation, PromiseExtension, PromiseKind, PromiseState

CLOCK = Actor.system("promise-clock")
ONE_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Owner:
    """Who answers for a promise, and which other units see it live."""

    unit_id: int
    staff_id: int | None = None
    audience: tuple[int, ...] = ()


class Ledger:
    """Promises of one case. ``write`` takes journal lines, ``on_escalated`` hears of every rung taken."""

    def __init__(
        self,
        rulebook: Rulebook,
        keys: Keys,
        write: Callable[[Line], None],
        on_escalated: Callable[[Row, str, datetime], None],
    ) -> None:
        self.rulebook, self.keys, self.write, self.on_escalated = rulebook, keys, write, on_escalated
        self.promises: list[Row] = []
        self.running: list[Row] = []
        self.escalations: list[Row] = []
        self.extensions: list[Row] = []

    def start(self, actor: Actor, case: Row, kind: PromiseKind, owner: Owner, at: datetime) -> Row:
        """Give a promise about the case."""
        policy = self.rulebook.policy(case.kind, kind.value, case.priority)
        promise = PromiseRow(
            id=self.keys.next(Promise),
            subject="case",
            subject_id=case.id,
            kind=kind.value,
            case_kind=case.kind,
            priority=case.priority,
            division_id=case.division_id,
            owner_unit_id=owner.unit_id,
            owner_id=owner.staff_id,
            audience=sorted(set(owner.audience) - {owner.unit_id}),
            policy_id=policy.pk,
            calendar_edition_id=policy.calendar.edition_id,
            minutes=policy.minutes,
            state=PromiseState.RUNNING.value,
            started_at=at,
        )
        self._schedule(promise)
        self.promises.append(promise)
        self.running.append(promise)
        given = {"priority": promise.priority, "minutes": promise.minutes, "policy_id": policy.pk}
        self._note(actor, promise, PromiseStarted, at, **given)
        return promise

    def tell(self, actor: Actor, promise: Row, how: str, at: datetime) -> None:
        """The customer was told."""
        promise.told_at, promise.told_due_at, promise.told_how = at, promise.due_at, how
        self._note(actor, promise, PromiseTold, at, how=how)

    def find(self, kind: PromiseKind) -> Row | None:
        """The running promise of a kind."""
        return next((promise for promise in self.running if promise.kind == kind), None)

    def keep(self, actor: Actor, kind: PromiseKind, at: datetime) -> None:
        """What was promised is done, in time or late; nothing happens when no such promise runs."""
        promise = self.find(kind)
        if promise is None:
            return
        if at <= promise.due_at:
            self._note(actor, promise, PromiseKept, at)
        else:
            if promise.broken_at is None:
                promise.broken_at = at
                self._note(actor, promise, PromiseBroken, at)
            late = self._calendar(promise).elapsed_minutes(promise.due_at, at)
            self._note(actor, promise, PromiseFulfilledLate, at, late_minutes=late)
        self._end(promise, PromiseState.KEPT if at <= promise.due_at else PromiseState.BROKEN, at)

    def cancel(self, actor: Actor, kind: PromiseKind, at: datetime) -> None:
        """The promise no longer applies."""
        promise = self.find(kind)
        if promise is not None:
            self._end(promise, PromiseState.CANCELLED, at)
            self._note(actor, promise, PromiseCancelled, at)

    def keep_all(self, actor: Actor, at: datetime) -> None:
        """The case is closed."""
        for promise in sorted(self.running, key=lambda running: (running.due_at, running.id)):
            self.keep(actor, PromiseKind(promise.kind), at)

    def move(self, actor: Actor, owner: Owner, at: datetime) -> None:
        """The case has a new owner: its promises go along, those of departments stay."""
        for promise in self.running:
            before = promise.owner_unit_id, promise.owner_id
            if promise.kind == PromiseKind.DEPARTMENT or before == (owner.unit_id, owner.staff_id):
                continue
            promise.owner_unit_id, promise.owner_id = owner.unit_id, owner.staff_id
            moved = {"unit_before": before[0], "unit_after": owner.unit_id}
            moved |= {"owner_before": before[1], "owner_after": owner.staff_id}
            self._note(actor, promise, PromiseMoved, at, **moved)

    def extend(self, actor: Actor, promise: Row, minutes: int, words: tuple[str, str], at: datetime) -> None:
        """More time, asked for before the due time; ``words`` are the reason and the notice."""
        before = promise.due_at
        promise.extended_minutes += minutes
        self._schedule(promise)
        promise.told_at, promise.told_due_at = at, promise.due_at
        extension = ExtensionRow(
            id=self.keys.next(PromiseExtension),
            promise_id=promise.id,
            minutes=minutes,
            due_before=before,
            due_after=promise.due_at,
            reason=words[0],
            notice_text=words[1],
            extended_at=at,
            extended_by_id=actor.id,
        )
        self.extensions.append(extension)
        changed = {"due_before": instant_text(before), "minutes": minutes, "extension_id": extension.id}
        self._note(actor, promise, PromiseExtended, at, **changed)

    def run_until(self, at: datetime) -> None:
        """Let the escalation job run up to ``at``, minute by minute where something is due."""
        while True:
            waiting = [promise for promise in self.running if promise.next_step_at is not None]
            promise = min(waiting, key=lambda running: (running.next_step_at, running.id), default=None)
            if promise is None or promise.next_step_at is None:
                return
            job_at = promise.next_step_at.replace(second=0, microsecond=0) + ONE_MINUTE
            if job_at > at:
                return
            self._escalate(promise, job_at)

    def nearest_due(self) -> datetime | None:
        """When the next running promise is due."""
        return min((promise.due_at for promise in self.running), default=None)

    def _escalate(self, promise: Row, at: datetime) -> None:
        clock, rungs = self._clock(promise), self._rungs(promise)[promise.steps_taken :]
        climbed = climb(clock, rungs, was_broken=promise.broken_at is not None, at=at)
        promise.steps_taken += len(climbed.taken)
        promise.next_step_at = climbed.next_step_at
        if climbed.is_broken:
            promise.broken_at = at
            self._note(CLOCK, promise, PromiseBroken, at)
        for rung in climbed.taken:
            self.escalations.append(
                EscalationRow(
                    id=self.keys.next(PromiseEscalation),
                    promise_id=promise.id,
                    step=rung.step.value,
                    due_step_at=clock.rung_at(rung),
                    escalated_at=at,
                )
            )
            self._note(CLOCK, promise, PromiseEscalated, at, step=rung.step.value, owner_id=promise.owner_id)
            self.on_escalated(promise, rung.step.value, at)

    def _schedule(self, promise: Row) -> None:
        """Due, risk and next step: before the first rung is taken, the next step is the first rung."""
        clock, rungs = self._clock(promise), self._rungs(promise)
        promise.due_at, promise.risk_at = clock.due_at, clock.rung_at(rungs[0])
        if promise.steps_taken or promise.broken_at:
            was_broken = promise.broken_at is not None
            promise.next_step_at = next_instant(clock, rungs[promise.steps_taken :], was_broken=was_broken)
        else:
            promise.next_step_at = promise.risk_at

    def _clock(self, promise: Row) -> Clock:
        policy = self.rulebook.policy(promise.case_kind, promise.kind, promise.priority)
        return self.rulebook.clock(policy, promise.started_at, promise.minutes + promise.extended_minutes)

    def _rungs(self, promise: Row) -> tuple[Rung, ...]:
        policy = self.rulebook.policy(promise.case_kind, promise.kind, promise.priority)
        return ladder_for(promise.kind, policy.risk_percent)

    def _end(self, promise: Row, state: PromiseState, at: datetime) -> None:
        promise.state, promise.ended_at, promise.next_step_at = state.value, at, None
        self.running.remove(promise)

    def _calendar(self, promise: Row) -> Any:
        return self.rulebook.calendars[promise.calendar_edition_id]

    def _note(self, actor: Actor, promise: Row, entry: type[PromiseEntry], at: datetime, **fields: Any) -> None:
        written = entry(
            subject_id=promise.subject_id,
            promise_id=promise.id,
            kind=promise.kind,
            due_at=instant_text(promise.due_at),
            **fields,
        )
        line = Line(
            actor=actor,
            entry=written,
            at=at,
            units=(promise.owner_unit_id, *promise.audience),
            division_id=promise.division_id,
        )
        self.write(line)
