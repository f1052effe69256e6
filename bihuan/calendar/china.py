"""The holidays of mainland China, from the data that ``chinesecalendar`` carries."""

from datetime import date

from chinese_calendar import constants
from django.utils.translation import gettext_noop as _noop

from bihuan.calendar.days import DayKind
from bihuan.calendar.errors import YearNotPublished
from bihuan.calendar.table import DayRow

HOLIDAY_NAMES = {
    "New Year's Day": _noop("元旦"),  # data, not a message
    "Spring Festival": _noop("春节"),  # data, not a message
    "Tomb-sweeping Day": _noop("清明"),  # data, not a message
    "Labour Day": _noop("劳动节"),  # data, not a message
    "Dragon Boat Festival": _noop("端午"),  # data, not a message
    "National Day": _noop("国庆节"),  # data, not a message
    "Mid-autumn Festival": _noop("中秋"),  # data, not a message
    "Anti-Fascist 70th Day": _noop("抗战胜利纪念日"),  # data, not a message
}


def china_days(year: int) -> list[DayRow]:
    """Days off and make-up workdays of a year. Raises YearNotPublished: a year without data is never guessed."""
    off = {day: name for day, name in constants.holidays.items() if day.year == year}
    on = {day: name for day, name in constants.workdays.items() if day.year == year}
    if not off:
        raise YearNotPublished(year=year, field="year")
    rows = [_row(day, DayKind.HOLIDAY, name) for day, name in off.items()]
    return sorted(rows + [_row(day, DayKind.WORKDAY, name) for day, name in on.items()], key=lambda row: row.on)


def _row(day: date, kind: DayKind, name: str) -> DayRow:
    return DayRow(day, kind, HOLIDAY_NAMES.get(name, name))
