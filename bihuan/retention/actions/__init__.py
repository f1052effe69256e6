"""The writes of retention."""

from bihuan.retention.actions.erasing import Erasure, ErasureForbidden, erase_customer, remove_last_addresses
from bihuan.retention.actions.holding import (
    HoldOver,
    HoldReasonMissing,
    HoldSubjectMissing,
    lift_hold,
    place_hold,
)
from bihuan.retention.actions.purging import (
    NothingChosen,
    NothingDue,
    PreviewStale,
    PurgeOver,
    SecondPersonNeeded,
    approve_purge,
    cancel_purge,
    propose_purge,
    remove_batch,
)
from bihuan.retention.actions.ruling import BasisMissing, ClassUnknown, TermTooShort, set_rule

__all__ = [
    "BasisMissing",
    "ClassUnknown",
    "Erasure",
    "ErasureForbidden",
    "HoldOver",
    "HoldReasonMissing",
    "HoldSubjectMissing",
    "NothingChosen",
    "NothingDue",
    "PreviewStale",
    "PurgeOver",
    "SecondPersonNeeded",
    "TermTooShort",
    "approve_purge",
    "cancel_purge",
    "erase_customer",
    "lift_hold",
    "place_hold",
    "propose_purge",
    "remove_batch",
    "remove_last_addresses",
    "set_rule",
]
