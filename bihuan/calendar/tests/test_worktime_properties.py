"""The engine against a minute-by-minute brute force, over random calendars, starts and pauses."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise

from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from bihuan.calendar.tests.calendars import SHANGHAI, at, complaint_desk, office_2026
from bihuan.calendar.worktime import DayKind, DayOverride, Pause, Shift, WorkCalendar

MINUTE = timedelta(minutes=1)
FIRST = date(2026, 9, 1)


@st.composite
def shift_lists(draw: st.DrawFn, least: int = 0) -> tuple[Shift, ...]:
    """Up to three shifts of a day, touching ones and midnight included."""
    count = draw(st.integers(least, 3))
    marks = st.one_of(st.integers(0, 1440), st.sampled_from([0, 540, 720, 810, 1080, 1440]))
    cuts = sorted(draw(st.lists(marks, min_size=2 * count, max_size=2 * count, unique=True)))
    shifts = [Shift(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=True)]
    if draw(st.booleans()):
        shifts = [Shift(s.start_minute, n.start_minute) for s, n in pairwise(shifts)] + shifts[-1:]
    return tuple(shifts)


@st.composite
def overrides(draw: st.DrawFn) -> dict[date, DayOverride]:
    days = draw(st.lists(st.integers(0, 20), max_size=6, unique=True))
    made = {}
    for offset in days:
        shifts = draw(shift_lists())
        kind = draw(st.sampled_from([DayKind.WORKDAY, DayKind.SPECIAL])) if shifts else DayKind.HOLIDAY
        made[FIRST + timedelta(days=offset)] = DayOverride(kind, "某日", shifts)
    return made


@st.composite
def calendars(draw: st.DrawFn) -> WorkCalendar:
    weekly = tuple(draw(shift_lists()) for _ in range(7))
    assume(sum(s.end_minute - s.start_minute for day in weekly for s in day) >= 300)
    return WorkCalendar(code="RANDOM", weekly=weekly, overrides=draw(overrides()))


starts = st.integers(0, 14 * 1440).map(lambda m: at("09-01 00:00") + m * MINUTE)
pause_lists = st.lists(st.tuples(st.integers(-600, 12_000), st.integers(0, 3_000)), max_size=4)


def pauses_from(start: datetime, drawn: list[tuple[int, int]]) -> list[Pause]:
    return [Pause(start + a * MINUTE, start + (a + length) * MINUTE, "等客户") for a, length in drawn]


def minutes_worked(calendar: WorkCalendar, start: datetime, pauses: list[Pause]) -> Iterator[tuple[datetime, bool]]:
    """Every minute from ``start`` on, with whether it counts: the oracle knows nothing of the engine."""
    minute = start
    while True:
        local = minute.astimezone(SHANGHAI)
        override = calendar.overrides.get(local.date())
        shifts = override.shifts if override else calendar.weekly[local.weekday()]
        of_day = local.hour * 60 + local.minute
        open_now = any(s.start_minute <= of_day < s.end_minute for s in shifts)
        yield minute, open_now and not any(p.start <= minute < p.end for p in pauses)
        minute += MINUTE


def brute_force_due(calendar: WorkCalendar, start: datetime, minutes: int, pauses: list[Pause]) -> datetime:
    if minutes == 0:
        return start
    for minute, counts in minutes_worked(calendar, start, pauses):
        minutes -= counts
        if minutes == 0:
            return minute + MINUTE
    raise AssertionError("never reached")


@settings(max_examples=150, deadline=None)
@given(calendars(), starts, st.integers(0, 900), pause_lists)
@example(office_2026(), at("02-13 17:00"), 480, [])
@example(complaint_desk(), at("11-22 19:48"), 360, [(16, 12)])
def test_adding_minutes_agrees_with_counting_every_minute(calendar, start, minutes, drawn) -> None:
    pauses = pauses_from(start, drawn)
    assert calendar.add_minutes(start, minutes, pauses) == brute_force_due(calendar, start, minutes, pauses)


@settings(max_examples=150, deadline=None)
@given(calendars(), starts, st.integers(0, 6_000), pause_lists)
def test_elapsed_minutes_agree_with_counting_every_minute(calendar, start, length, drawn) -> None:
    pauses, end = pauses_from(start, drawn), start + length * MINUTE
    counted = 0
    for minute, counts in minutes_worked(calendar, start, pauses):
        if minute >= end:
            break
        counted += counts
    assert calendar.elapsed_minutes(start, end, pauses) == counted


@settings(max_examples=200, deadline=None)
@given(calendars(), starts, st.integers(1, 900), pause_lists)
def test_the_steps_of_an_explanation_touch_each_other_and_add_up(calendar, start, minutes, drawn) -> None:
    pauses = pauses_from(start, drawn)
    steps = calendar.explain(start, minutes, pauses)
    due = calendar.add_minutes(start, minutes, pauses)
    assert (steps[0].start, steps[-1].end) == (start, due)
    assert all(earlier.end == later.start for earlier, later in pairwise(steps))
    assert sum(step.counted_seconds for step in steps) == minutes * 60
    assert all(step.counted_seconds == calendar.elapsed_seconds(step.start, step.end, pauses) for step in steps)
    assert steps[-1].is_counted


@settings(max_examples=100, deadline=None)
@given(calendars(), starts, st.integers(1, 2_000_000), pause_lists)
def test_a_due_instant_is_the_earliest_with_that_much_work(calendar, start, seconds, drawn) -> None:
    pauses = pauses_from(start, drawn)
    due = calendar.add_seconds(start, seconds, pauses)
    assert calendar.elapsed_seconds(start, due, pauses) == seconds
    assert calendar.elapsed_seconds(start, due - timedelta(seconds=1), pauses) == seconds - 1
