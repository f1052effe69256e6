"""The writes of retention."""

from bihuan.retention.actions.erasing import Erasure, ErasureForbidden, erase_customer, remove_last_addresses
from bihuan.retention.actions.holding import (
    HoldOver,
    HoldReasonMissing,
    HoldSubjectMissing,
    lift_hold,
    place_hold,
)

__all__ = [
    "Erasure",
    "ErasureForbidden",
    "HoldOver",
    "HoldReasonMissing",
    "HoldSubjectMissing",
    "erase_customer",
    "lift_hold",
    "place_hold",
    "remove_last_addresses",
]
