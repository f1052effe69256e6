"""Calendars of the examples: office hours on Chinese workdays, the complaint desk, and one that never sleeps."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bihuan.calendar.worktime import DayKind, DayOverride, Shift, WorkCalendar

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE_DAY = (Shift(9 * 60, 18 * 60),)
DESK_DAY = (Shift(8 * 60, 12 * 60), Shift(13 * 60 + 30, 21 * 60))

# Notice of 2025-11-04 on the holidays of 2026.
BREAKS_2026 = {
    "元旦": ("2026-01-01", "2026-01-03", ["2026-01-04"]),
    "春节": ("2026-02-15", "2026-02-23", ["2026-02-14", "2026-02-28"]),
    "清明": ("2026-04-04", "2026-04-06", []),
    "劳动节": ("2026-05-01", "2026-05-05", ["2026-05-09"]),
    "端午": ("2026-06-19", "2026-06-21", []),
    "中秋": ("2026-09-25", "2026-09-27", []),
    "国庆节": ("2026-10-01", "2026-10-07", ["2026-09-20", "2026-10-10"]),
}


def overrides_2026() -> dict[date, DayOverride]:
    """Days off and make-up workdays of 2026, written down from the notice."""
    days: dict[date, DayOverride] = {}
    for name, (first, last, make_up) in BREAKS_2026.items():
        day = date.fromisoformat(first)
        while day <= date.fromisoformat(last):
            days[day] = DayOverride(DayKind.HOLIDAY, name)
            day += timedelta(days=1)
        for text in make_up:
            days[date.fromisoformat(text)] = DayOverride(DayKind.WORKDAY, name, OFFICE_DAY)
    return days


def office_2026() -> WorkCalendar:
    """09:00-18:00 on the workdays of 2026."""
    return WorkCalendar(
        code="OFFICE",
        weekly=(OFFICE_DAY,) * 5 + ((), ()),
        overrides=overrides_2026(),
        covered_from=date(2026, 1, 1),
        covered_until=date(2026, 12, 31),
    )


def complaint_desk() -> WorkCalendar:
    """08:00-12:00 and 13:30-21:00 on all days."""
    return WorkCalendar(code="SERVICE", weekly=(DESK_DAY,) * 7)


def at(text: str) -> datetime:
    """``"02-13 17:00"`` of 2026 in Shanghai; a full ISO date is taken as it is."""
    full = text if text[:4].isdigit() else f"2026-{text}"
    return datetime.fromisoformat(full).replace(tzinfo=SHANGHAI)
