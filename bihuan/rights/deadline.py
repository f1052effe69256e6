"""Until when a request is answered: fifteen working days, and never later than thirty days (GB/T 35273-2020, 8.7)."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from bihuan.calendar.worktime import CalendarNotCovered, WorkCalendar

WORKDAYS = 15
DAYS = 30
LAST_MINUTE = time(23, 59)


def due_of(asked_at: datetime, calendar: WorkCalendar) -> datetime:
    """The end of the fifteenth working day, or of the thirtieth day if that is earlier.

    Beyond the holiday table only the thirty days are sure; the request is taken all the same.
    """
    day = timezone.localtime(asked_at).date()
    last = day + timedelta(days=DAYS)
    try:
        return _end_of(min(last, calendar.add_workdays(day, WORKDAYS)))
    except CalendarNotCovered:
        return _end_of(last)


def _end_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, LAST_MINUTE))
