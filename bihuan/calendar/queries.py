"""Reads of the calendars for all other modules."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bihuan.calendar.days import DayKind as Kind
from bihuan.calendar.days import DayOverride, Shift
from bihuan.calendar.errors import CalendarUnknown
from bihuan.calendar.models import Calendar, CalendarDay, CalendarEdition, CalendarShift, held_in
from bihuan.calendar.worktime import WorkCalendar

ENDS_SOON = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class CalendarStatus:
    """How far a calendar reaches; ``covered_until`` is None when it needs no holiday table."""

    code: str
    name: str
    edition: int
    source: str
    covered_until: date | None
    days_left: int | None

    @property
    def is_ending(self) -> bool:
        """True when the table ends within 60 days: promises made now may soon lie beyond it."""
        return self.days_left is not None and self.days_left <= ENDS_SOON.days


def work_calendar(code: str) -> WorkCalendar:
    """The calendar in force, by code: one small query, the calendar itself is cached. Raises CalendarUnknown."""
    edition_id = Calendar.objects.filter(code=code).values_list("edition_id", flat=True).first()
    if edition_id is None:
        raise CalendarUnknown(calendar=code)
    return calendar_of_edition(edition_id)


@lru_cache(maxsize=256)
def calendar_of_edition(edition_id: int) -> WorkCalendar:
    """The calendar as it stood in an edition; editions never change, so each process builds it once."""
    edition = CalendarEdition.objects.select_related("calendar").get(pk=edition_id)
    weekly: list[list[Shift]] = [[] for _ in range(7)]
    for shift in CalendarShift.objects.filter(held_in(edition)).order_by("weekday", "start_minute"):
        weekly[shift.weekday].append(Shift(shift.start_minute, shift.end_minute))
    return WorkCalendar(
        code=edition.calendar.code,
        name=edition.calendar.name,
        weekly=tuple(tuple(shifts) for shifts in weekly),
        zone=ZoneInfo(edition.calendar.zone),
        overrides={day.on: _override(day) for day in CalendarDay.objects.filter(held_in(edition))},
        covered_from=edition.covered_from,
        covered_until=edition.covered_until,
    )


def list_statuses(today: date) -> list[CalendarStatus]:
    """Every calendar with the day it is covered until."""
    statuses = []
    for calendar in Calendar.objects.select_related("edition").order_by("code"):
        edition = calendar.edition
        until = edition.covered_until if edition else None
        statuses.append(
            CalendarStatus(
                code=calendar.code,
                name=calendar.label,
                edition=edition.number if edition else 0,
                source=edition.source if edition else "",
                covered_until=until,
                days_left=(until - today).days if until else None,
            )
        )
    return statuses


def _override(day: CalendarDay) -> DayOverride:
    minutes = iter(day.shifts)
    return DayOverride(Kind(day.kind), day.name, tuple(Shift(start, next(minutes)) for start in minutes))
