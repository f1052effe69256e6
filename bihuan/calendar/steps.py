"""The explanation of a due time: every stretch between start and due, with what it counts and why."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol
from zoneinfo import ZoneInfo

from bihuan.calendar.days import MINUTES_PER_DAY, DayKind, DayOverride, Pause, Shift

_MIDDAY = (11 * 60, 15 * 60)


class Reason(StrEnum):
    """Why a stretch counts (the first three) or does not."""

    WORKED = "WORKED"
    MAKEUP = "MAKEUP"
    SPECIAL = "SPECIAL"
    PAUSED = "PAUSED"
    NIGHT = "NIGHT"
    MIDDAY = "MIDDAY"
    BREAK = "BREAK"
    REST_DAY = "REST_DAY"
    HOLIDAY = "HOLIDAY"


_WORKED_BY_KIND = {DayKind.WORKDAY: Reason.MAKEUP, DayKind.SPECIAL: Reason.SPECIAL}
_COUNTED = (Reason.WORKED, Reason.MAKEUP, Reason.SPECIAL)
_DAYS_OFF = (Reason.REST_DAY, Reason.HOLIDAY)


@dataclass(frozen=True, slots=True)
class Step:
    """A stretch of time on the way to a due instant.

    ``counted_seconds`` of working time were taken from it; a pause names the working seconds it ``skipped`` instead.
    ``name`` is the holiday, the make-up day or the reason of the pause.
    """

    start: datetime
    end: datetime
    reason: Reason
    counted_seconds: int = 0
    skipped_seconds: int = 0
    name: str = ""

    @property
    def is_counted(self) -> bool:
        """True when the clock ran in this stretch."""
        return self.counted_seconds > 0

    def continues(self, earlier: "Step") -> bool:
        """True when the step carries on the earlier one for the same reason without a gap."""
        return (earlier.end, earlier.reason, earlier.name) == (self.start, self.reason, self.name)


class _Calendar(Protocol):
    @property
    def zone(self) -> ZoneInfo: ...

    def shifts_on(self, day: date) -> tuple[Shift, ...]: ...

    def override_on(self, day: date) -> DayOverride | None: ...

    def elapsed_seconds(self, start: datetime, end: datetime) -> int: ...


def explain_span(calendar: _Calendar, start: datetime, end: datetime, pauses: Sequence[Pause]) -> tuple[Step, ...]:
    """Cut ``start`` to ``end`` into steps; ``pauses`` are in order and do not overlap."""
    first, last = _whole_second(start, calendar.zone), _whole_second(end, calendar.zone)
    steps: list[Step] = []
    cursor = first
    for pause in pauses:
        lower = max(cursor, _whole_second(pause.start, calendar.zone))
        upper = min(last, _whole_second(pause.end, calendar.zone))
        if lower >= upper:
            continue
        steps += _stretches(calendar, cursor, lower)
        skipped = calendar.elapsed_seconds(lower, upper)
        steps.append(Step(lower, upper, Reason.PAUSED, skipped_seconds=skipped, name=pause.reason))
        cursor = upper
    steps += _stretches(calendar, cursor, last)
    return tuple(steps)


def _whole_second(at: datetime, zone: ZoneInfo) -> datetime:
    return at.astimezone(zone).replace(microsecond=0)


def _stretches(calendar: _Calendar, start: datetime, end: datetime) -> list[Step]:
    """Worked and free stretches between two instants without a pause."""
    if start >= end:
        return []
    steps: list[Step] = []
    day = start.date()
    while day <= end.date() and _instant(day, 0, calendar.zone) < end:
        for step in _steps_of_day(calendar, day):
            lower, upper = max(step.start, start), min(step.end, end)
            if lower < upper:
                steps.append(replace(step, start=lower, end=upper))
        day += timedelta(days=1)
    whole = _merge(_nights_joined_to_days_off(_merge(steps)))
    return [replace(s, counted_seconds=_seconds(s)) if s.reason in _COUNTED else s for s in whole]


def _seconds(step: Step) -> int:
    return int(step.end.timestamp() - step.start.timestamp())


def _steps_of_day(calendar: _Calendar, day: date) -> Iterator[Step]:
    """A whole local day cut into shifts and the gaps around them."""
    override, shifts = calendar.override_on(day), calendar.shifts_on(day)
    name = override.name if override else ""
    if not shifts:
        yield _step(calendar, day, (0, MINUTES_PER_DAY), Reason.HOLIDAY if override else Reason.REST_DAY, name)
        return
    worked = _WORKED_BY_KIND.get(override.kind, Reason.WORKED) if override else Reason.WORKED
    minute = 0
    for shift in shifts:
        if shift.start_minute > minute:
            yield _step(calendar, day, (minute, shift.start_minute), _gap_reason(minute, shift.start_minute))
        yield _step(calendar, day, (shift.start_minute, shift.end_minute), worked, name)
        minute = shift.end_minute
    if minute < MINUTES_PER_DAY:
        yield _step(calendar, day, (minute, MINUTES_PER_DAY), Reason.NIGHT)


def _gap_reason(start_minute: int, end_minute: int) -> Reason:
    if start_minute == 0:
        return Reason.NIGHT
    return Reason.MIDDAY if _MIDDAY[0] <= start_minute and end_minute <= _MIDDAY[1] else Reason.BREAK


def _step(calendar: _Calendar, day: date, minutes: tuple[int, int], reason: Reason, name: str = "") -> Step:
    start, end = (_instant(day, minute, calendar.zone) for minute in minutes)
    return Step(start, end, reason, name=name)


def _instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    if minute == MINUTES_PER_DAY:
        day, minute = day + timedelta(days=1), 0
    return datetime(day.year, day.month, day.day, *divmod(minute, 60), tzinfo=zone)


def _merge(steps: Iterable[Step]) -> list[Step]:
    merged: list[Step] = []
    for step in steps:
        if merged and step.continues(merged[-1]):
            merged[-1] = replace(merged[-1], end=step.end)
        else:
            merged.append(step)
    return merged


def _nights_joined_to_days_off(steps: Sequence[Step]) -> Iterator[Step]:
    """The evening before a day off and the morning after it read as part of it: one line instead of three."""
    for index, step in enumerate(steps):
        neighbours = [*steps[max(index - 1, 0) : index], *steps[index + 1 : index + 2]]
        off = next((n for n in neighbours if n.reason in _DAYS_OFF), None)
        if step.reason is Reason.NIGHT and off:
            step = replace(step, reason=off.reason, name=off.name)
        yield step
