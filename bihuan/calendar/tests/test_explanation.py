"""The step list behind a due time, as people read it."""

import pytest

from bihuan.calendar.tests.calendars import at, complaint_desk, office_2026
from bihuan.calendar.worktime import Pause, Reason, WorkCalendar


def rows(steps) -> list[tuple[str, str, str, int, int, str]]:
    shape = "%m-%d %H:%M"
    return [
        (
            step.start.strftime(shape),
            step.end.strftime(shape),
            step.reason,
            step.counted_seconds // 60,
            step.skipped_seconds // 60,
            step.name,
        )
        for step in steps
    ]


@pytest.mark.feature("4.8")
def test_the_explanation_of_half_past_two_reads_like_the_design() -> None:
    pause = Pause(at("11-22 20:04"), at("11-22 20:16"), "等客户")
    assert rows(complaint_desk().explain(at("11-22 19:48"), 360, [pause])) == [
        ("11-22 19:48", "11-22 20:04", Reason.WORKED, 16, 0, ""),
        ("11-22 20:04", "11-22 20:16", Reason.PAUSED, 0, 12, "等客户"),
        ("11-22 20:16", "11-22 21:00", Reason.WORKED, 44, 0, ""),
        ("11-22 21:00", "11-23 08:00", Reason.NIGHT, 0, 0, ""),
        ("11-23 08:00", "11-23 12:00", Reason.WORKED, 240, 0, ""),
        ("11-23 12:00", "11-23 13:30", Reason.MIDDAY, 0, 0, ""),
        ("11-23 13:30", "11-23 14:30", Reason.WORKED, 60, 0, ""),
    ]


def test_a_make_up_saturday_and_the_break_are_named() -> None:
    assert rows(office_2026().explain(at("02-13 17:00"), 660)) == [
        ("02-13 17:00", "02-13 18:00", Reason.WORKED, 60, 0, ""),
        ("02-13 18:00", "02-14 09:00", Reason.NIGHT, 0, 0, ""),
        ("02-14 09:00", "02-14 18:00", Reason.MAKEUP, 540, 0, "春节"),
        ("02-14 18:00", "02-24 09:00", Reason.HOLIDAY, 0, 0, "春节"),
        ("02-24 09:00", "02-24 10:00", Reason.WORKED, 60, 0, ""),
    ]


def test_a_weekend_is_one_line_with_its_nights() -> None:
    assert rows(office_2026().explain(at("11-20 20:00"), 60)) == [
        ("11-20 20:00", "11-23 09:00", Reason.REST_DAY, 0, 0, ""),
        ("11-23 09:00", "11-23 10:00", Reason.WORKED, 60, 0, ""),
    ]


def test_a_pause_over_night_names_only_the_working_time_it_skips() -> None:
    pause = Pause(at("11-22 20:30"), at("11-23 09:00"), "等客户")
    steps = complaint_desk().explain(at("11-22 20:00"), 60, [pause])
    assert rows(steps)[1] == ("11-22 20:30", "11-23 09:00", Reason.PAUSED, 0, 90, "等客户")
    assert sum(step.counted_seconds for step in steps) == 3600


def test_a_clock_that_never_stops_is_one_step() -> None:
    steps = WorkCalendar.always().explain(at("02-14 10:00"), 7 * 1440)
    assert rows(steps) == [("02-14 10:00", "02-21 10:00", Reason.WORKED, 7 * 1440, 0, "")]


def test_nothing_to_count_needs_no_step() -> None:
    assert complaint_desk().explain(at("11-22 20:00"), 0) == ()
