"""An error as it may be kept and shown: what kind it is and where it happened, without its words.

Messages of errors may quote what was being worked on, so they may hold personal data; they go no further than the
process they were raised in.
"""

import sysconfig
import traceback
from pathlib import Path

from django.db import DatabaseError

from bihuan.foundation.errors import Refusal

FRAMES = 4
LIBRARIES = (sysconfig.get_path("stdlib"), sysconfig.get_path("purelib"), sysconfig.get_path("platlib"))


def describe(error: BaseException) -> str:
    """The error's class, its stable code or SQLSTATE, and the innermost places of our own code."""
    cause = error.__cause__ if isinstance(error, DatabaseError) else None
    detail = error.code if isinstance(error, Refusal) else getattr(cause, "sqlstate", None)
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if not frame.filename.startswith(LIBRARIES)] or frames
    places = " < ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in own[: -FRAMES - 1 : -1])
    return f"{type(error).__name__}{f' {detail}' if detail else ''} at {places}"
