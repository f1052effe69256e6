"""Three calendars to start with; the holidays are those of the notices of 2024-11-12 (for 2025) and 2025-11-04 (for 2026)."""

from datetime import UTC, date, datetime, timedelta

from django.db import migrations

OFFICE_DAY = [540, 1080]
DESK_DAY = [(480, 720), (810, 1260)]

BREAKS = [
    ("元旦", "2025-01-01", "2025-01-01", []),
    ("春节", "2025-01-28", "2025-02-04", ["2025-01-26", "2025-02-08"]),
    ("清明", "2025-04-04", "2025-04-06", []),
    ("劳动节", "2025-05-01", "2025-05-05", ["2025-04-27"]),
    ("端午", "2025-05-31", "2025-06-02", []),
    ("国庆节", "2025-10-01", "2025-10-05", ["2025-09-28", "2025-10-11"]),
    ("中秋", "2025-10-06", "2025-10-06", []),
    ("国庆节", "2025-10-07", "2025-10-08", []),
    ("元旦", "2026-01-01", "2026-01-03", ["2026-01-04"]),
    ("春节", "2026-02-15", "2026-02-23", ["2026-02-14", "2026-02-28"]),
    ("清明", "2026-04-04", "2026-04-06", []),
    ("劳动节", "2026-05-01", "2026-05-05", ["2026-05-09"]),
    ("端午", "2026-06-19", "2026-06-21", []),
    ("中秋", "2026-09-25", "2026-09-27", []),
    ("国庆节", "2026-10-01", "2026-10-07", ["2026-09-20", "2026-10-10"]),
]

CALENDARS = [
    (
        "SERVICE",
        "全国投诉日历",
        "National complaint calendar",
        range(7),
        DESK_DAY,
        "公司规定：每天 08:00–12:00、13:30–21:00",
    ),
    ("OFFICE", "机关办公日历", "Office calendar", range(5), [(540, 1080)], "国务院办公厅 2025、2026 年节假日安排"),
    ("ALWAYS", "全天日历", "Around the clock", range(7), [(0, 1440)], "法定期限按日历天计算"),
]


def _day_rows():
    for name, first, last, make_up in BREAKS:
        day = date.fromisoformat(first)
        while day <= date.fromisoformat(last):
            yield {"on": day, "kind": "HOLIDAY", "name": name, "shifts": []}
            day += timedelta(days=1)
        for text in make_up:
            yield {"on": date.fromisoformat(text), "kind": "WORKDAY", "name": name, "shifts": OFFICE_DAY}


def create_calendars(apps, schema_editor):
    Calendar, Edition, Shift, Day = (
        apps.get_model("calendar", name) for name in ("Calendar", "CalendarEdition", "CalendarShift", "CalendarDay")
    )
    for code, name, name_en, weekdays, shifts, source in CALENDARS:
        calendar = Calendar.objects.create(code=code, name=name, name_en=name_en)
        limited = code == "OFFICE"
        edition = Edition.objects.create(
            calendar=calendar,
            number=1,
            covered_from=date(2025, 1, 1) if limited else None,
            covered_until=date(2026, 12, 31) if limited else None,
            source=source,
            made_at=datetime(2026, 1, 1, tzinfo=UTC),
            made_by="bihuan",
        )
        Calendar.objects.filter(pk=calendar.pk).update(edition=edition)
        Shift.objects.bulk_create(
            Shift(calendar=calendar, since=edition, weekday=weekday, start_minute=start, end_minute=end)
            for weekday in weekdays
            for start, end in shifts
        )
        if limited:
            Day.objects.bulk_create(Day(calendar=calendar, since=edition, **row) for row in _day_rows())


class Migration(migrations.Migration):
    dependencies = [("calendar", "0001_initial")]
    operations = [migrations.RunPython(create_calendars, migrations.RunPython.noop)]
