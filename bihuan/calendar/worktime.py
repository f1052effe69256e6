"""Working time: split shifts, holidays, make-up workdays and pauses, as pure arithmetic.

Semantics: instants count whole seconds (fractions are cut off). The due instant is inclusive: ``add_seconds`` gives the
earliest instant at which the asked working time has passed, so work that ends with a shift is due at its closing
instant, not at the next opening. A pause takes its working seconds out. Nothing is computed outside the covered
days: ``CalendarNotCovered`` instead of a silent Monday to Friday.

Adding and measuring cost two binary searches per year and pause: each year is indexed once, when it is first needed.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from types import MappingProxyType
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bihuan.calendar.days import MINUTES_PER_DAY, DayKind, DayOverride, Pause, Shift, merge_pauses, require_order
from bihuan.calendar.errors import CalendarNotCovered
from bihuan.calendar.steps import Reason, Step, explain_span

__all__ = ["CalendarNotCovered", "DayKind", "DayOverride", "Pause", "Reason", "Shift", "Step", "WorkCalendar"]

_ONE_DAY = timedelta(days=1)
_SHANGHAI = ZoneInfo("Asia/Shanghai")
_LAST_YEAR = 9998


class _Year(NamedTuple):
    """Working intervals of a year in epoch seconds, with the working seconds of the year before each."""

    starts: list[int]
    ends: list[int]
    before: list[int]
    total: int


@dataclass(frozen=True)
class WorkCalendar:
    """An immutable calendar: weekly shifts (Monday first), days that differ, and the days it vouches for.

    ``covered_from`` and ``covered_until`` are inclusive; None means the pattern holds without end, which is right
    only for calendars that no holiday changes.
    """

    code: str
    weekly: tuple[tuple[Shift, ...], ...]
    name: str = ""
    zone: ZoneInfo = _SHANGHAI
    overrides: Mapping[date, DayOverride] = field(default_factory=lambda: MappingProxyType({}))
    covered_from: date | None = None
    covered_until: date | None = None
    _years: dict[int, _Year] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.weekly) != 7:
            raise ValueError("a week has seven days")
        for shifts in self.weekly:
            require_order(shifts)
        if not any(self.weekly) and self.covered_until is None:
            raise ValueError("a calendar without shifts never reaches a due time")

    @classmethod
    def always(cls, code: str = "ALWAYS", name: str = "") -> "WorkCalendar":
        """The calendar of clocks that never stop: 24 hours on 7 days."""
        return cls(code=code, name=name, weekly=((Shift(0, MINUTES_PER_DAY),),) * 7)

    # --- days

    def shifts_on(self, day: date) -> tuple[Shift, ...]:
        """The shifts of a local day. Raises CalendarNotCovered."""
        self._require_day(day)
        override = self.overrides.get(day)
        return self.weekly[day.weekday()] if override is None else override.shifts

    def override_on(self, day: date) -> DayOverride | None:
        """What makes the day differ from the weekly pattern, None when nothing does."""
        return self.overrides.get(day)

    def is_workday(self, day: date) -> bool:
        """True when anybody works on that day. Raises CalendarNotCovered."""
        return bool(self.shifts_on(day))

    def add_workdays(self, day: date, count: int) -> date:
        """The ``count``-th workday after ``day``; the day itself never counts. Raises CalendarNotCovered."""
        while count > 0:
            day += _ONE_DAY
            count -= self.is_workday(day)
        return day

    # --- instants

    def add_minutes(self, start: datetime, minutes: int, pauses: Iterable[Pause] = ()) -> datetime:
        """The due instant ``minutes`` of working time after ``start``. Raises CalendarNotCovered."""
        return self.add_seconds(start, minutes * 60, pauses)

    def add_seconds(self, start: datetime, seconds: int, pauses: Iterable[Pause] = ()) -> datetime:
        """The earliest instant with ``seconds`` of working time since ``start``. Raises CalendarNotCovered."""
        cursor, left = self._second(start), seconds
        for pause in merge_pauses(pauses):
            stop, resume = self._second(pause.start), self._second(pause.end)
            worked = self._elapsed(cursor, stop) if stop > cursor else 0
            if worked >= left:
                break
            cursor, left = max(cursor, resume), left - worked
        return self._datetime(self._add(cursor, left))

    def elapsed_seconds(self, start: datetime, end: datetime, pauses: Iterable[Pause] = ()) -> int:
        """Working seconds from ``start`` to ``end`` without the pauses; 0 when ``end`` is not later."""
        first, last = self._second(start), self._second(end)
        if last <= first:
            return 0
        total = self._elapsed(first, last)
        for pause in merge_pauses(pauses):
            lower, upper = max(first, self._second(pause.start)), min(last, self._second(pause.end))
            if lower < upper:
                total -= self._elapsed(lower, upper)
        return total

    def elapsed_minutes(self, start: datetime, end: datetime, pauses: Iterable[Pause] = ()) -> int:
        """Whole working minutes from ``start`` to ``end`` without the pauses."""
        return self.elapsed_seconds(start, end, pauses) // 60

    def is_working_at(self, at: datetime) -> bool:
        """True when a shift covers the instant; its closing instant is already outside. Raises CalendarNotCovered."""
        second = self._second(at)
        return self._elapsed(second, second + 1) == 1

    def explain(self, start: datetime, minutes: int, pauses: Iterable[Pause] = ()) -> tuple[Step, ...]:
        """The way from ``start`` to its due instant, step by step; the counted seconds add up to ``minutes``."""
        merged = merge_pauses(pauses)
        return explain_span(self, start, self.add_minutes(start, minutes, merged), merged)

    @cached_property
    def horizon(self) -> datetime | None:
        """The last instant the calendar vouches for: midnight after ``covered_until``."""
        return None if self.covered_until is None else self._datetime(self._edge(self.covered_until, MINUTES_PER_DAY))

    # --- arithmetic on epoch seconds

    def _add(self, second: int, amount: int) -> int:
        if amount <= 0:
            return second
        year, worked = self._position(second)
        target = worked + amount
        while target > (table := self._year(year)).total:
            target -= table.total
            year += 1
            if year > (self.covered_until.year if self.covered_until else _LAST_YEAR):
                raise self._not_covered(date(year, 1, 1))
        index = bisect_left(table.before, target) - 1
        return table.starts[index] + target - table.before[index]

    def _elapsed(self, first: int, last: int) -> int:
        first_year, before_first = self._position(first)
        last_year, before_last = self._position(last)
        whole_years = sum(self._year(year).total for year in range(first_year, last_year))
        return whole_years + before_last - before_first

    def _position(self, second: int) -> tuple[int, int]:
        """The local year of an instant and the working seconds of that year before it."""
        local = self._datetime(second)
        if local != self.horizon:
            self._require_day(local.date())
        table = self._year(local.year)
        index = bisect_right(table.starts, second) - 1
        if index < 0:
            return local.year, 0
        return local.year, table.before[index] + min(second, table.ends[index]) - table.starts[index]

    def _year(self, year: int) -> _Year:
        table = self._years.get(year)
        if table is None:
            table = self._years[year] = self._build_year(year)
        return table

    def _build_year(self, year: int) -> _Year:
        day = max(date(year, 1, 1), self.covered_from or date.min)
        last = min(date(year, 12, 31), self.covered_until or date.max)
        starts: list[int] = []
        ends: list[int] = []
        while day <= last:
            for shift in self.shifts_on(day):
                start, end = self._edge(day, shift.start_minute), self._edge(day, shift.end_minute)
                if ends and ends[-1] == start:
                    ends[-1] = end
                else:
                    starts.append(start)
                    ends.append(end)
            day += _ONE_DAY
        before, total = [], 0
        for start, end in zip(starts, ends, strict=True):
            before.append(total)
            total += end - start
        return _Year(starts, ends, before, total)

    def _edge(self, day: date, minute: int) -> int:
        """Epoch second of a minute of a local day."""
        if minute == MINUTES_PER_DAY:
            day, minute = day + _ONE_DAY, 0
        return int(datetime(day.year, day.month, day.day, *divmod(minute, 60), tzinfo=self.zone).timestamp())

    def _datetime(self, second: int) -> datetime:
        return datetime.fromtimestamp(second, self.zone)

    @staticmethod
    def _second(at: datetime) -> int:
        if at.tzinfo is None:
            raise ValueError("working time needs aware datetimes")
        return int(at.timestamp() // 1)

    def _require_day(self, day: date) -> None:
        if (self.covered_until and day > self.covered_until) or (self.covered_from and day < self.covered_from):
            raise self._not_covered(day)

    def _not_covered(self, day: date) -> CalendarNotCovered:
        return CalendarNotCovered(calendar=self.name or self.code, covered_until=self.covered_until, asked=day)
