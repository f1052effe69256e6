"""What happens to promises, as journal entries on the timeline of their subject. Free texts stay in the tables."""

from dataclasses import dataclass

from bihuan.journal.registry import entry


@dataclass(frozen=True, kw_only=True)
class PromiseEntry:
    """What every entry says: whose promise, which one, and when it is due."""

    subject_id: int
    promise_id: int
    kind: str
    due_at: str


@entry("promise.started", subject="case", subject_field="subject_id")
@dataclass(frozen=True, kw_only=True)
class PromiseStarted(PromiseEntry):
    priority: int
    minutes: int
    policy_id: int


@entry("promise.told", subject="case", subject_field="subject_id")
@dataclass(frozen=True, kw_only=True)
class PromiseTold(PromiseEntry):
    how: str


@entry("promise.paused", subject="case", subject_field="subject_id")
@dataclass(frozen=True, kw_only=True)
class PromisePaused(PromiseEntry):
    reason: str


@entry("promise.resumed", subject="case", subject_field="subject_id")
@dataclass(frozen=True, kw_only=True)
class PromiseResumed(PromiseEntry):
    due_before: str


@entry("promise.kept", subject="case", subject_field="subject_id")
@dataclass(frozen=True, kw_only=True)
class PromiseKept(PromiseEntry):
    """Fulfilled in time."""


@entry("promise.broken", subject="case", subject_field="subject_id")
@dataclass(frozen=True, kw_only=True)
class PromiseBroken(PromiseEntry):
    """The due time passed unfulfilled; the clock goes on."""


@entry("promise.fulfilled_late", subject="case", subject_field="subject_id")
@dataclass(frozen=True, kw_only=True)
class PromiseFulfilledLate(PromiseEntry):
    late_minutes: int


@entry("promise.extended", subject="case", subject_field="subject_id")
@dataclass(frozen=True, kw_only=True)
class PromiseExtended(PromiseEntry):
    due_before: str
    minutes: int
    extension_id: int


@entry("promise.extension_answered", subject="case", subject_field="subject_id")
@dataclass(frozen=True, kw_only=True)
class PromiseExtensionAnswered(PromiseEntry):
    extension_id: int
    reaction: str


@entry("promise.escalated", subject="case", subject_field="subject_id")
@dataclass(frozen=True, kw_only=True)
class PromiseEscalated(PromiseEntry):
    step: str
    owner_id: int | None


@entry("promise.cancelled", subject="case", subject_field="subject_id")
@dataclass(frozen=True, kw_only=True)
class PromiseCancelled(PromiseEntry):
    """No longer applies: neither kept nor broken."""


@entry("promise.recomputed", subject="case", subject_field="subject_id")
@dataclass(frozen=True, kw_only=True)
class PromiseRecomputed(PromiseEntry):
    """Another priority or a changed calendar moved the due time."""

    due_before: str
    cause: str


@entry("promise.moved", subject="case", subject_field="subject_id")
@dataclass(frozen=True, kw_only=True)
class PromiseMoved(PromiseEntry):
    unit_before: int
    unit_after: int
    owner_before: int | None
    owner_after: int | None


@entry("promise_policy.published", subject="promise_policy", subject_field="policy_id")
@dataclass(frozen=True, kw_only=True)
class PolicyPublished:
    policy_id: int
    replaces: int | None
    case_kind: str
    kind: str
    priority: int | None
    division_id: int | None
    minutes_before: int | None
    minutes_after: int
