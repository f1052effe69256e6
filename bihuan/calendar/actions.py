"""The writes of the calendars. Each makes a new edition; earlier ones stay readable."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db import transaction

from bihuan.calendar.access import access_calendar
from bihuan.calendar.china import china_days
from bihuan.calendar.days import DayKind, Shift, require_order
from bihuan.calendar.errors import (
    CalendarNotCovered,
    CalendarTableInvalid,
    CalendarUnknown,
    CoverageGap,
    HoursInvalid,
    YearNotPublished,
)
from bihuan.calendar.events import CalendarChanged
from bihuan.calendar.models import CURRENT, Calendar, CalendarDay, CalendarEdition, CalendarShift
from bihuan.calendar.table import DayRow
from bihuan.foundation.actor import Actor
from bihuan.journal.actions import write

__all__ = [
    "CalendarNotCovered",
    "CalendarTableInvalid",
    "CalendarUnknown",
    "CoverageGap",
    "HoursInvalid",
    "YearNotPublished",
    "import_days",
    "load_china",
    "set_hours",
]

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Coverage:
    """The days, both inclusive, for which a table is complete."""

    first: date
    last: date

    @classmethod
    def year(cls, year: int) -> "Coverage":
        return cls(date(year, 1, 1), date(year, 12, 31))


@transaction.atomic
def import_days(
    *,
    actor: Actor,
    calendar_code: str,
    days: Sequence[DayRow],
    covers: Coverage | None = None,
    source: str,
    at: datetime,
) -> CalendarEdition:
    """Put days that differ into a calendar; all of them or none.

    With ``covers`` the table is complete for that span: days not in it follow the weekly hours, and the calendar
    is covered to its end. A table that changes nothing makes no edition.
    Raises NotAllowed, CalendarUnknown, CalendarTableInvalid, CoverageGap.
    """
    calendar, before = access_calendar(actor, calendar_code)
    span = _joined_coverage(before, covers)
    rows = {row.on: row for row in _with_usual_hours(calendar, days)}
    present = {day.on: day for day in CalendarDay.objects.filter(CURRENT, calendar=calendar)}
    changed = [row for row in rows.values() if row.on not in present or not _same(present[row.on], row)]
    dropped = [day for on, day in present.items() if covers and covers.first <= on <= covers.last and on not in rows]
    if not (changed or dropped or span != (before.covered_from, before.covered_until)):
        return before
    edition = _new_edition(actor, calendar, before, span, source, at)
    closed = [present[row.on].pk for row in changed if row.on in present] + [day.pk for day in dropped]
    CalendarDay.objects.filter(pk__in=closed).update(until=edition)
    CalendarDay.objects.bulk_create(_day(calendar, edition, row) for row in changed)
    _journal(actor, calendar, before, edition, len(changed) + len(dropped))
    return edition


def load_china(*, actor: Actor, calendar_code: str, year: int, at: datetime) -> CalendarEdition:
    """Put the published holidays of a year into a calendar. Raises YearNotPublished and what import_days raises."""
    return import_days(
        actor=actor,
        calendar_code=calendar_code,
        days=china_days(year),
        covers=Coverage.year(year),
        source=f"chinesecalendar {year}",
        at=at,
    )


@transaction.atomic
def set_hours(
    *, actor: Actor, calendar_code: str, weekly: Sequence[Sequence[Shift]], source: str, at: datetime
) -> CalendarEdition:
    """Replace the weekly hours, Monday first. Raises NotAllowed, CalendarUnknown, HoursInvalid."""
    calendar, before = access_calendar(actor, calendar_code)
    _require_hours(weekly)
    edition = _new_edition(actor, calendar, before, (before.covered_from, before.covered_until), source, at)
    CalendarShift.objects.filter(CURRENT, calendar=calendar).update(until=edition)
    CalendarShift.objects.bulk_create(
        CalendarShift(
            calendar=calendar,
            since=edition,
            weekday=weekday,
            start_minute=shift.start_minute,
            end_minute=shift.end_minute,
        )
        for weekday, shifts in enumerate(weekly)
        for shift in shifts
    )
    _journal(actor, calendar, before, edition, 0)
    return edition


def _require_hours(weekly: Sequence[Sequence[Shift]]) -> None:
    if len(weekly) != 7 or not any(weekly):
        raise HoursInvalid(field="hours")
    try:
        for shifts in weekly:
            require_order(shifts)
    except ValueError:
        raise HoursInvalid(field="hours") from None


def _joined_coverage(before: CalendarEdition, covers: Coverage | None) -> tuple[date | None, date | None]:
    """The span covered so far with the new one: they must touch, or the days between would be guessed."""
    first, last = before.covered_from, before.covered_until
    if covers is None or last is None or first is None:
        return first, last
    if covers.last < covers.first or covers.first > last + _ONE_DAY or covers.last < first - _ONE_DAY:
        raise CoverageGap(covered_until=last, asked=covers.first, field="covers")
    return min(first, covers.first), max(last, covers.last)


def _with_usual_hours(calendar: Calendar, days: Sequence[DayRow]) -> list[DayRow]:
    """A make-up workday without shifts takes the hours of the first weekday anybody works on."""
    if all(row.shifts or row.kind is not DayKind.WORKDAY for row in days):
        return list(days)
    usual: dict[int, list[Shift]] = {}
    for shift in CalendarShift.objects.filter(CURRENT, calendar=calendar).order_by("weekday", "start_minute"):
        usual.setdefault(shift.weekday, []).append(Shift(shift.start_minute, shift.end_minute))
    shifts = tuple(usual[min(usual)])
    return [replace(row, shifts=shifts) if row.kind is DayKind.WORKDAY and not row.shifts else row for row in days]


def _same(day: CalendarDay, row: DayRow) -> bool:
    return (day.kind, day.name, day.shifts) == (row.kind, row.name, _minutes(row))


def _minutes(row: DayRow) -> list[int]:
    return [minute for shift in row.shifts for minute in (shift.start_minute, shift.end_minute)]


def _day(calendar: Calendar, edition: CalendarEdition, row: DayRow) -> CalendarDay:
    return CalendarDay(calendar=calendar, since=edition, on=row.on, kind=row.kind, name=row.name, shifts=_minutes(row))


def _new_edition(
    actor: Actor,
    calendar: Calendar,
    before: CalendarEdition,
    span: tuple[date | None, date | None],
    source: str,
    at: datetime,
) -> CalendarEdition:
    calendar.edition = CalendarEdition.objects.create(
        calendar=calendar,
        number=before.number + 1,
        covered_from=span[0],
        covered_until=span[1],
        source=source,
        made_at=at,
        made_by=actor.name,
    )
    calendar.save(update_fields=["edition"])
    return calendar.edition


def _journal(actor: Actor, calendar: Calendar, before: CalendarEdition, after: CalendarEdition, days: int) -> None:
    entry = CalendarChanged(
        calendar_id=calendar.pk,
        code=calendar.code,
        before=before.pk,
        after=after.pk,
        days_changed=days,
        covered_until=after.covered_until.isoformat() if after.covered_until else None,
        source=after.source,
    )
    write(actor, entry, at=after.made_at)
