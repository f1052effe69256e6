"""The writes of the rights desk."""

from bihuan.rights.actions.asking import AlreadyAsked, Ask, CorrectionIncomplete, RightUnknown, request_right
from bihuan.rights.actions.copying import CopyGone, hand_out_copy, remove_old_copies, write_copy
from bihuan.rights.actions.deciding import (
    AlreadyDecided,
    NotProved,
    ReasonMissing,
    ReasonUntrue,
    WordsMissing,
    fulfil_right,
    refuse_right,
)
from bihuan.rights.actions.proving import CodeWrong, ProofMissing, send_code, verify_by_colleague, verify_code

__all__ = [
    "AlreadyAsked",
    "AlreadyDecided",
    "Ask",
    "CodeWrong",
    "CopyGone",
    "CorrectionIncomplete",
    "NotProved",
    "ProofMissing",
    "ReasonMissing",
    "ReasonUntrue",
    "RightUnknown",
    "WordsMissing",
    "fulfil_right",
    "hand_out_copy",
    "refuse_right",
    "remove_old_copies",
    "request_right",
    "send_code",
    "verify_by_colleague",
    "verify_code",
    "write_copy",
]
