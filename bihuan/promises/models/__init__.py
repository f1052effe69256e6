"""Policies, promises, and what happened to them."""

from bihuan.promises.models.history import PromiseEscalation, PromiseExtension, PromisePause
from bihuan.promises.models.kinds import (
    ENDED_STATES,
    OPEN_STATES,
    EscalationStep,
    PauseReason,
    PromiseKind,
    PromiseState,
    Reaction,
)
from bihuan.promises.models.policy import PromisePolicy
from bihuan.promises.models.promise import Promise

__all__ = [
    "ENDED_STATES",
    "OPEN_STATES",
    "EscalationStep",
    "PauseReason",
    "Promise",
    "PromiseEscalation",
    "PromiseExtension",
    "PromiseKind",
    "PromisePause",
    "PromisePolicy",
    "PromiseState",
    "Reaction",
]
