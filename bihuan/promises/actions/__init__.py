"""The writes of the promise ledger. ``actor`` is for the journal: the owner of the subject has asked for rights."""

from bihuan.calendar.worktime import CalendarNotCovered
from bihuan.promises.actions.escalating import escalate_due
from bihuan.promises.actions.extending import extend_promise, record_reaction
from bihuan.promises.actions.pausing import pause_promise, resume_promise
from bihuan.promises.actions.publishing import PolicyRow, publish_policy
from bihuan.promises.actions.recomputing import recompute_for_calendar, recompute_for_priority
from bihuan.promises.actions.settling import cancel_promise, keep_promise, tell_promise
from bihuan.promises.actions.starting import PromiseTerms, move_promises, start_promise, start_promises
from bihuan.promises.errors import (
    ExtensionIncomplete,
    PolicyInvalid,
    PolicyMissing,
    PromiseAlreadyRunning,
    PromiseEnded,
    PromiseExpired,
    PromiseNotFound,
    PromiseNotPaused,
    PromisePaused,
    StatutoryNeverExtends,
    StatutoryNeverPauses,
)

__all__ = [
    "CalendarNotCovered",
    "ExtensionIncomplete",
    "PolicyInvalid",
    "PolicyMissing",
    "PolicyRow",
    "PromiseAlreadyRunning",
    "PromiseEnded",
    "PromiseExpired",
    "PromiseNotFound",
    "PromiseNotPaused",
    "PromisePaused",
    "PromiseTerms",
    "StatutoryNeverExtends",
    "StatutoryNeverPauses",
    "cancel_promise",
    "escalate_due",
    "extend_promise",
    "keep_promise",
    "move_promises",
    "pause_promise",
    "publish_policy",
    "recompute_for_calendar",
    "recompute_for_priority",
    "record_reaction",
    "resume_promise",
    "start_promise",
    "start_promises",
    "tell_promise",
]
