"""The arithmetic of a running promise: due time, risk, share used, and the next rung of its ladder. Pure.

Clocks read whole minutes: the start and the ends of pauses are cut to the minute, so a due time such as 14:30 is exact
and its explanation adds up without a remainder.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from itertools import takewhile

from bihuan.calendar.worktime import CalendarNotCovered, Pause, Step, WorkCalendar
from bihuan.promises.ladder import Rung

# A due instant is still in time; the first instant that is not lies one resolution later.
JUST_AFTER = timedelta(microseconds=1)


class ClockState(StrEnum):
    """How a promise looks at an instant."""

    ON_TRACK = "ON_TRACK"
    AT_RISK = "AT_RISK"
    LATE = "LATE"
    PAUSED = "PAUSED"
    KEPT = "KEPT"
    BROKEN = "BROKEN"
    CANCELLED = "CANCELLED"


def whole_minute(at: datetime) -> datetime:
    """The instant cut to its minute."""
    return at.replace(second=0, microsecond=0)


@dataclass(frozen=True)
class Clock:
    """A promised amount of working time from a start, with the pauses so far, on one edition of a calendar.

    ``later`` is the calendar in force, when that is another one: it measures what lies behind the due time.
    """

    calendar: WorkCalendar
    started_at: datetime
    minutes: int
    pauses: tuple[Pause, ...] = ()
    later: WorkCalendar | None = None

    @cached_property
    def due_at(self) -> datetime:
        """The last instant that is in time. Raises CalendarNotCovered."""
        return self.at_share(Fraction(1))

    def at_share(self, share: Fraction) -> datetime:
        """The instant at which that share (up to 1) of the promised time has passed. Raises CalendarNotCovered."""
        seconds = self.minutes * 60 * share.numerator // share.denominator
        return self.calendar.add_seconds(whole_minute(self.started_at), seconds, self._whole_pauses)

    def explain(self) -> tuple[Step, ...]:
        """The steps from start to due; their counted seconds add up to the promised minutes."""
        return self.calendar.explain(whole_minute(self.started_at), self.minutes, self._whole_pauses)

    def rung_at(self, rung: Rung) -> datetime:
        """When a rung is taken: from the due time on just after it, because the due time itself is still kept.

        A rung behind the end of the holiday table is taken at that end: an early alarm instead of none.
        """
        if rung.share < 1:
            return self.at_share(rung.share)
        due_at, calendar = self.due_at, self.later or self.calendar
        try:
            instant = calendar.add_seconds(due_at, int(self.minutes * 60 * (rung.share - 1)))
        except CalendarNotCovered:
            instant = max(due_at, calendar.horizon or due_at)
        return instant + JUST_AFTER

    @cached_property
    def _whole_pauses(self) -> tuple[Pause, ...]:
        return tuple(Pause(whole_minute(p.start), whole_minute(p.end), p.reason) for p in self.pauses)


@dataclass(frozen=True, slots=True)
class Climb:
    """What is due on a ladder at an instant, and when to look again."""

    taken: tuple[Rung, ...]
    is_broken: bool
    next_step_at: datetime | None


def climb(clock: Clock, rungs: Sequence[Rung], *, was_broken: bool, at: datetime) -> Climb:
    """Of the ``rungs`` not taken yet: those whose instant has come, whether the due time has just passed, what is next.

    ``rungs`` are in order; none is taken before the one below it.
    """
    taken = tuple(takewhile(lambda rung: clock.rung_at(rung) <= at, rungs))
    is_broken = not was_broken and clock.due_at < at
    return Climb(taken, is_broken, next_instant(clock, rungs[len(taken) :], was_broken=was_broken or is_broken))


def next_instant(clock: Clock, rungs: Sequence[Rung], *, was_broken: bool) -> datetime | None:
    """When something happens to the promise by itself: its next rung, or the passing of its due time."""
    ahead = [clock.rung_at(rung) for rung in rungs[:1]]
    if not was_broken:
        ahead.append(clock.due_at + JUST_AFTER)
    return min(ahead, default=None)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the dial shows: state, used share of the promised working time, and working seconds left (or overdue)."""

    state: ClockState
    share: float
    remaining_seconds: int


def read(
    calendar: WorkCalendar,
    *,
    minutes: int,
    risk_at: datetime,
    due_at: datetime,
    paused_at: datetime | None,
    at: datetime,
) -> Reading:
    """Read a running or paused clock. Overdue time is negative; a share above 1 is overdue.

    The pauses need not be known: closed ones lie in the past, and what is left lies between now and the due time.
    """
    seen = whole_minute(paused_at) if paused_at else at
    if seen <= due_at:
        remaining = calendar.elapsed_seconds(seen, due_at)
    else:
        remaining = -calendar.elapsed_seconds(due_at, min(seen, calendar.horizon or seen))
    share = 1 - remaining / (minutes * 60)
    if paused_at:
        return Reading(ClockState.PAUSED, share, remaining)
    if at > due_at:
        return Reading(ClockState.LATE, share, remaining)
    return Reading(ClockState.AT_RISK if at >= risk_at else ClockState.ON_TRACK, share, remaining)
