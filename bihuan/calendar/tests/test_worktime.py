"""The published due dates of 2026, coverage, and the edges of shifts and pauses."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bihuan.calendar.errors import CalendarNotCovered
from bihuan.calendar.tests.calendars import at, complaint_desk, office_2026
from bihuan.calendar.worktime import DayKind, DayOverride, Pause, Shift, WorkCalendar

OFFICE = office_2026()
DESK = complaint_desk()


@pytest.mark.feature("4.8")
@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("02-13 17:00", 8, "02-14 16:00"),
        ("02-20 10:00", 2, "02-24 11:00"),
        ("04-30 17:59", 1, "05-06 09:59"),
        ("09-30 18:00", 1, "10-08 10:00"),
        ("11-20 20:00", 24, "11-25 15:00"),
    ],
)
def test_business_hours_reach_the_published_due_time(start: str, hours: int, due: str) -> None:
    assert OFFICE.add_minutes(at(start), hours * 60) == at(due)


@pytest.mark.parametrize(
    ("start", "end", "minutes"), [("02-13 17:00", "02-24 10:00", 660), ("09-30 17:00", "10-08 09:30", 90)]
)
def test_elapsed_minutes_match_the_published_numbers(start: str, end: str, minutes: int) -> None:
    assert OFFICE.elapsed_minutes(at(start), at(end)) == minutes


@pytest.mark.parametrize(("day", "due"), [("2026-02-13", "2026-02-24"), ("2026-09-24", "2026-09-29")])
def test_two_workdays_after_skip_the_break_and_use_make_up_days(day: str, due: str) -> None:
    assert OFFICE.add_workdays(date.fromisoformat(day), 2) == date.fromisoformat(due)


def test_workdays_of_2026_match_the_published_table() -> None:
    counts = [0] * 12
    day = date(2026, 1, 1)
    while day.year == 2026:
        counts[day.month - 1] += OFFICE.is_workday(day)
        day += timedelta(days=1)
    assert counts == [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23]
    assert sum(counts) == 248


def test_seven_calendar_days_count_inside_the_break() -> None:
    assert WorkCalendar.always().add_minutes(at("02-14 10:00"), 7 * 1440) == at("02-21 10:00")


def test_the_complaint_desk_of_the_design_is_due_at_half_past_two() -> None:
    pause = Pause(at("11-22 20:04"), at("11-22 20:16"), "等客户")
    assert DESK.add_minutes(at("11-22 19:48"), 360, [pause]) == at("11-23 14:30")


def test_work_that_ends_with_the_shift_is_due_at_closing_time() -> None:
    assert OFFICE.add_minutes(at("11-23 09:00"), 9 * 60) == at("11-23 18:00")


def test_a_due_time_at_the_start_of_a_pause_does_not_wait_for_its_end() -> None:
    pause = Pause(at("11-23 10:00"), at("11-23 11:00"))
    assert OFFICE.add_minutes(at("11-23 09:00"), 60, [pause]) == at("11-23 10:00")
    assert OFFICE.add_minutes(at("11-23 09:00"), 61, [pause]) == at("11-23 11:01")


def test_nothing_to_add_is_due_at_once() -> None:
    assert OFFICE.add_minutes(at("11-22 03:00"), 0) == at("11-22 03:00")


def test_fractions_of_a_second_are_cut_off() -> None:
    start = at("11-23 09:00") + timedelta(microseconds=999_999)
    assert OFFICE.add_minutes(start, 1) == at("11-23 09:01")


def test_an_end_before_the_start_has_no_working_time() -> None:
    assert OFFICE.elapsed_seconds(at("11-23 12:00"), at("11-23 11:00")) == 0


def test_instants_of_other_zones_are_the_same_instants() -> None:
    start = datetime(2026, 2, 13, 9, 0, tzinfo=UTC)
    assert OFFICE.add_minutes(start, 8 * 60) == at("02-14 16:00")


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        OFFICE.add_minutes(datetime(2026, 2, 13, 9, 0), 1)


def test_overlapping_pauses_stop_the_clock_once() -> None:
    pauses = [Pause(at("11-23 10:00"), at("11-23 11:00")), Pause(at("11-23 10:30"), at("11-23 11:30"))]
    assert OFFICE.elapsed_minutes(at("11-23 09:00"), at("11-23 12:00"), pauses) == 90
    assert OFFICE.add_minutes(at("11-23 09:00"), 90, pauses) == at("11-23 12:00")


def test_a_pause_around_the_start_moves_the_start() -> None:
    assert OFFICE.add_minutes(at("11-23 10:00"), 30, [Pause(at("11-23 09:00"), at("11-23 11:00"))]) == at("11-23 11:30")


@pytest.mark.parametrize(
    "late",
    [
        lambda: OFFICE.add_minutes(at("12-31 17:00"), 61),
        lambda: OFFICE.add_minutes(at("2027-01-01 00:01"), 1),
        lambda: OFFICE.elapsed_minutes(at("12-31 17:00"), at("2027-01-04 10:00")),
        lambda: OFFICE.add_minutes(at("2025-12-31 17:00"), 60),
        lambda: OFFICE.add_workdays(date(2026, 12, 31), 1),
        lambda: OFFICE.is_workday(date(2027, 1, 4)),
    ],
)
def test_time_outside_the_covered_days_is_refused_and_never_guessed(late) -> None:
    with pytest.raises(CalendarNotCovered):
        late()


def test_the_last_covered_instant_can_be_due() -> None:
    assert OFFICE.add_minutes(at("12-31 17:00"), 60) == at("12-31 18:00")
    night = WorkCalendar(code="NIGHT", weekly=((Shift(1200, 1440),),) * 7, covered_until=date(2026, 12, 31))
    assert night.add_minutes(at("12-31 23:00"), 60) == at("2027-01-01 00:00") == night.horizon


def test_is_working_at_excludes_the_closing_instant() -> None:
    assert OFFICE.is_working_at(at("11-23 09:00"))
    assert not OFFICE.is_working_at(at("11-23 18:00"))
    assert not OFFICE.is_working_at(at("11-22 10:00"))


def test_special_hours_replace_the_weekly_shifts() -> None:
    special = {date(2026, 11, 23): DayOverride(DayKind.SPECIAL, "盘点", (Shift(600, 660),))}
    desk = WorkCalendar(code="X", weekly=DESK.weekly, overrides=special)
    assert desk.elapsed_minutes(at("11-23 00:00"), at("11-24 00:00")) == 60


def test_summer_time_shortens_the_night_it_starts_in() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    calendar = WorkCalendar(code="EU", weekly=((Shift(0, 1440),),) * 7, zone=berlin)
    day = datetime(2026, 3, 29, tzinfo=berlin)
    assert calendar.elapsed_minutes(day, datetime(2026, 3, 30, tzinfo=berlin)) == 23 * 60


@pytest.mark.parametrize(
    "broken",
    [
        lambda: Shift(600, 600),
        lambda: Shift(-1, 60),
        lambda: Shift(1380, 1441),
        lambda: DayOverride(DayKind.HOLIDAY, "元旦", (Shift(0, 60),)),
        lambda: DayOverride(DayKind.WORKDAY, "调休"),
        lambda: DayOverride(DayKind.SPECIAL, "", (Shift(0, 60), Shift(30, 90))),
        lambda: WorkCalendar(code="X", weekly=((),) * 7),
        lambda: WorkCalendar(code="X", weekly=((Shift(0, 60),),) * 6),
        lambda: WorkCalendar(code="X", weekly=((Shift(60, 90), Shift(0, 60)),) * 7),
    ],
)
def test_a_calendar_that_makes_no_sense_is_refused(broken) -> None:
    with pytest.raises(ValueError):
        broken()
