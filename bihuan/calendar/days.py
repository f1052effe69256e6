"""The words of working time: shifts, days that differ from the weekly pattern, and pauses."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

MINUTES_PER_DAY = 24 * 60


class DayKind(StrEnum):
    """Why a day differs from the weekly pattern."""

    HOLIDAY = "HOLIDAY"
    WORKDAY = "WORKDAY"
    SPECIAL = "SPECIAL"


@dataclass(frozen=True, slots=True, order=True)
class Shift:
    """Working time between two minutes of one local day; minute 1440 is midnight at its end."""

    start_minute: int
    end_minute: int

    def __post_init__(self) -> None:
        if not 0 <= self.start_minute < self.end_minute <= MINUTES_PER_DAY:
            raise ValueError(f"no shift: {self.start_minute}-{self.end_minute}")


@dataclass(frozen=True, slots=True)
class DayOverride:
    """A day that differs from the weekly pattern: a holiday (no shifts), a make-up workday or special hours."""

    kind: DayKind
    name: str
    shifts: tuple[Shift, ...] = ()

    def __post_init__(self) -> None:
        require_order(self.shifts)
        if (self.kind is DayKind.HOLIDAY) == bool(self.shifts):
            raise ValueError(f"{self.kind} does not go with {len(self.shifts)} shifts")


@dataclass(frozen=True, slots=True)
class Pause:
    """An interval in which the clock stands still, with the reason a person gave."""

    start: datetime
    end: datetime
    reason: str = ""


def require_order(shifts: Iterable[Shift]) -> None:
    """Raise ValueError unless the shifts of a day follow each other without overlap."""
    last = 0
    for shift in shifts:
        if shift.start_minute < last:
            raise ValueError("shifts overlap or are out of order")
        last = shift.end_minute


def merge_pauses(pauses: Iterable[Pause]) -> list[Pause]:
    """The pauses in order, overlapping ones joined (the first one's reason stands), empty ones dropped."""
    merged: list[Pause] = []
    for pause in sorted((p for p in pauses if p.end > p.start), key=lambda p: p.start):
        if merged and pause.start <= merged[-1].end:
            last = merged.pop()
            pause = Pause(last.start, max(last.end, pause.end), last.reason)
        merged.append(pause)
    return merged
