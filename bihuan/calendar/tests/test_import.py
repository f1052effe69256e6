"""Tables of holidays: what is taken, what is refused and why, and how a change reaches every process."""

from datetime import date, timedelta

import chinese_calendar
import pytest

from bihuan.calendar.actions import (
    CalendarUnknown,
    Coverage,
    CoverageGap,
    HoursInvalid,
    YearNotPublished,
    import_days,
    load_china,
    set_hours,
)
from bihuan.calendar.models import CURRENT, CalendarDay, CalendarEdition
from bihuan.calendar.queries import calendar_of_edition, list_statuses, work_calendar
from bihuan.calendar.table import DayRow, parse_shifts, read_table
from bihuan.calendar.tests.calendars import DESK_DAY, OFFICE_DAY, at, office_2026
from bihuan.calendar.worktime import CalendarNotCovered, DayKind, Shift
from bihuan.foundation.actor import Actor, ActorKind, Grant
from bihuan.foundation.errors import NotAllowed
from bihuan.journal.queries import entries_of

ADMIN = Actor.system("setup")
NOW = at("11-23 10:00")
TABLE_2027 = """日期,类型,名称,班次
2027-01-01,放假,元旦,
2027/2/6,上班,春节,
2027年2月7日,放假,春节,
2027-02-20,特殊班次,盘点,09:00-12:00 13:00-15:30
"""


def take(text: str = TABLE_2027, year: int | None = 2027, code: str = "OFFICE") -> CalendarEdition:
    rows, errors = read_table(text.encode())
    assert errors == []
    covers = Coverage.year(year) if year else None
    return import_days(actor=ADMIN, calendar_code=code, days=rows, covers=covers, source="表", at=NOW)


@pytest.mark.django_db
def test_the_office_calendar_starts_with_the_published_holidays_of_two_years() -> None:
    office = work_calendar("OFFICE")
    day = date(2025, 1, 1)
    while day <= date(2026, 12, 31):
        assert office.is_workday(day) == chinese_calendar.is_workday(day), day
        day += timedelta(days=1)
    assert {day: row for day, row in office.overrides.items() if day.year == 2026} == office_2026().overrides


@pytest.mark.django_db
def test_the_complaint_desk_and_the_statutory_calendar_need_no_table() -> None:
    assert work_calendar("SERVICE").weekly == (DESK_DAY,) * 7
    assert work_calendar("ALWAYS").elapsed_minutes(at("02-14 00:00"), at("02-15 00:00")) == 1440
    with pytest.raises(CalendarUnknown):
        work_calendar("MOON")


@pytest.mark.django_db
def test_a_table_of_a_whole_year_extends_the_coverage_and_takes_effect_at_once() -> None:
    with pytest.raises(CalendarNotCovered):
        work_calendar("OFFICE").is_workday(date(2027, 1, 4))
    edition = take()
    office = work_calendar("OFFICE")
    assert office.covered_until == date(2027, 12, 31) == edition.covered_until
    assert not office.is_workday(date(2027, 1, 1))
    assert office.shifts_on(date(2027, 2, 6)) == OFFICE_DAY  # make-up Saturday with the usual hours
    assert office.shifts_on(date(2027, 2, 20)) == (Shift(540, 720), Shift(780, 930))
    entry = entries_of("calendar", edition.calendar_id)[-1]
    assert (entry.code, entry.payload["days_changed"], entry.payload["covered_until"]) == (
        "calendar.changed",
        4,
        "2027-12-31",
    )


@pytest.mark.django_db
def test_earlier_editions_stay_as_they_were() -> None:
    before = CalendarEdition.objects.get(calendar__code="OFFICE")
    take("日期,类型,名称\n2026-12-24,放假,停工\n", year=None)
    assert not work_calendar("OFFICE").is_workday(date(2026, 12, 24))
    assert calendar_of_edition(before.pk).is_workday(date(2026, 12, 24))


@pytest.mark.django_db
def test_the_same_table_again_makes_no_new_edition() -> None:
    first = take()
    assert take().pk == first.pk


@pytest.mark.django_db
def test_a_complete_table_drops_the_days_it_does_not_name() -> None:
    take()
    take("日期,类型,名称\n2027-01-01,放假,元旦\n")
    assert work_calendar("OFFICE").is_workday(date(2027, 2, 20)) is False  # a plain Saturday again
    assert CalendarDay.objects.filter(CURRENT, on__year=2027).count() == 1
    assert CalendarDay.objects.filter(CURRENT, on__year=2026).count() == 39


@pytest.mark.django_db
def test_a_gap_between_covered_years_is_refused() -> None:
    with pytest.raises(CoverageGap) as refusal:
        take("日期,类型,名称\n2028-01-01,放假,元旦\n", year=2028)
    assert "2026-12-31" in str(refusal.value)
    assert work_calendar("OFFICE").covered_until == date(2026, 12, 31)


@pytest.mark.django_db
def test_loading_a_published_year_changes_nothing_and_an_unpublished_one_is_refused() -> None:
    before = work_calendar("OFFICE")
    load_china(actor=ADMIN, calendar_code="OFFICE", year=2026, at=NOW)
    assert work_calendar("OFFICE") == before
    load_china(actor=ADMIN, calendar_code="OFFICE", year=2024, at=NOW)
    assert work_calendar("OFFICE").covered_from == date(2024, 1, 1)
    with pytest.raises(YearNotPublished):
        load_china(actor=ADMIN, calendar_code="OFFICE", year=2099, at=NOW)


@pytest.mark.django_db
def test_hours_can_be_replaced_and_are_checked() -> None:
    weekly = [parse_shifts("09:00-12:00")] * 6 + [()]
    set_hours(actor=ADMIN, calendar_code="SERVICE", weekly=weekly, source="冬令", at=NOW)
    assert work_calendar("SERVICE").elapsed_minutes(at("11-22 00:00"), at("11-24 00:00")) == 180
    for broken in ([()] * 7, weekly[:6], [(Shift(60, 90), Shift(0, 60))] * 7):
        with pytest.raises(HoursInvalid):
            set_hours(actor=ADMIN, calendar_code="SERVICE", weekly=broken, source="", at=NOW)


@pytest.mark.django_db
def test_only_the_system_administrator_changes_a_calendar() -> None:
    agent = Actor(kind=ActorKind.STAFF, id=1, name="林晓雯", grants=(Grant("AGENT", frozenset({1})),))
    row = DayRow(date(2026, 12, 24), DayKind.HOLIDAY, "停工")
    with pytest.raises(NotAllowed):
        import_days(actor=agent, calendar_code="OFFICE", days=[row], source="x", at=NOW)
    assert work_calendar("OFFICE").is_workday(date(2026, 12, 24))
    keeper = Actor(kind=ActorKind.STAFF, id=2, name="钱敏", grants=(Grant("SYSTEM_ADMIN", frozenset({1})),))
    import_days(actor=keeper, calendar_code="OFFICE", days=[row], source="x", at=NOW)
    assert not work_calendar("OFFICE").is_workday(date(2026, 12, 24))


@pytest.mark.django_db
def test_a_cached_calendar_costs_one_query(django_assert_num_queries) -> None:
    work_calendar("OFFICE")
    with django_assert_num_queries(1):
        work_calendar("OFFICE")


@pytest.mark.django_db
def test_a_table_that_ends_soon_is_reported() -> None:
    statuses = {status.code: status for status in list_statuses(date(2026, 11, 23))}
    assert (statuses["OFFICE"].days_left, statuses["OFFICE"].is_ending) == (38, True)
    assert (statuses["SERVICE"].covered_until, statuses["SERVICE"].is_ending) == (None, False)
    assert not {status.code: status for status in list_statuses(date(2026, 6, 1))}["OFFICE"].is_ending


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_tables_of_all_encodings_and_line_ends_are_read(encoding: str, newline: str) -> None:
    rows, errors = read_table(TABLE_2027.replace("\n", newline).encode(encoding))
    assert errors == []
    assert [row.on for row in rows] == [date(2027, 1, 1), date(2027, 2, 6), date(2027, 2, 7), date(2027, 2, 20)]


def test_each_bad_row_is_named_with_its_reason() -> None:
    table = """date,kind,name,shifts
2027-13-01,HOLIDAY,元旦,
01.02.2027,HOLIDAY,元旦,
2027-01-01,FEAST,元旦,
2027-01-02,HOLIDAY,,
2027-01-03,HOLIDAY,元旦,09:00-18:00
2027-01-04,SPECIAL,盘点,
2027-01-05,SPECIAL,盘点,9点到10点
2027-01-06,SPECIAL,盘点,10:00-09:00
2027-01-07,SPECIAL,盘点,09:00-12:00 11:00-13:00

2027-01-08,HOLIDAY,元旦,
2027-01-08,HOLIDAY,元旦,
"""
    rows, errors = read_table(table.encode())
    assert [row.on for row in rows] == [date(2027, 1, 8)]
    assert [error.line for error in errors] == [2, 3, 4, 5, 6, 7, 8, 9, 10, 13]
    assert all(error.reason for error in errors)
    assert len({error.reason for error in errors}) == len(errors)


@pytest.mark.parametrize("content", [b"", b"on,what\n2027-01-01,x\n", b"\xff\xff\xff\n"])
def test_a_file_that_is_no_table_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError):
        read_table(content)
