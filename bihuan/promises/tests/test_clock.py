"""The dial and the ladder as pure arithmetic, on the design's example and against the pauses themselves."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bihuan.calendar.tests.calendars import at, complaint_desk, office_2026
from bihuan.calendar.worktime import Pause, WorkCalendar
from bihuan.promises.clock import JUST_AFTER, Clock, ClockState, climb, next_instant, read, whole_minute
from bihuan.promises.ladder import STATUTORY, Rung, Step, ladder_for

DESK = complaint_desk()
WAITING = Pause(at("11-22 20:04"), at("11-22 20:16"), "WAITING_CUSTOMER")
SIX_HOURS = Clock(DESK, at("11-22 19:48"), 360, (WAITING,))
LADDER = ladder_for("RESOLUTION", 75)


def dial(moment: str, paused_at=None):
    return read(
        DESK,
        minutes=360,
        risk_at=SIX_HOURS.at_share(Fraction(3, 4)),
        due_at=SIX_HOURS.due_at,
        paused_at=paused_at,
        at=at(moment),
    )


def test_the_example_of_the_design_is_due_at_half_past_two() -> None:
    assert SIX_HOURS.due_at == at("11-23 14:30")


def test_at_18_to_eleven_the_dial_shows_what_the_design_shows() -> None:
    reading = dial("11-23 10:42")
    assert (reading.state, int(reading.share * 100)) == (ClockState.ON_TRACK, 61)
    assert reading.remaining_seconds == (2 * 60 + 18) * 60


@pytest.mark.parametrize(
    ("moment", "state"),
    [
        ("11-23 11:29", ClockState.ON_TRACK),
        ("11-23 11:30", ClockState.AT_RISK),
        ("11-23 14:30", ClockState.AT_RISK),
        ("11-23 14:31", ClockState.LATE),
    ],
)
def test_the_state_changes_at_risk_and_after_the_inclusive_due_time(moment: str, state: ClockState) -> None:
    assert dial(moment).state is state


def test_overdue_time_is_negative_working_time() -> None:
    reading = dial("11-24 08:30")
    assert reading.remaining_seconds == -(6 * 60 + 30 + 30) * 60
    assert reading.share > 2


def test_a_paused_dial_stands_where_it_was() -> None:
    paused = at("11-23 10:42") + timedelta(seconds=40)
    for moment in ("11-23 10:43", "11-25 10:00"):
        reading = dial(moment, paused_at=paused)
        assert (reading.state, reading.remaining_seconds) == (ClockState.PAUSED, (2 * 60 + 18) * 60)


def test_seconds_are_cut_so_that_due_times_are_whole_minutes() -> None:
    start = at("11-22 19:48") + timedelta(seconds=59, microseconds=5)
    pause = Pause(at("11-22 20:04") + timedelta(seconds=30), at("11-22 20:16") + timedelta(seconds=10))
    assert Clock(DESK, start, 360, (pause,)).due_at == at("11-23 14:30")


def test_the_ladder_climbs_leader_region_headquarters() -> None:
    instants = [SIX_HOURS.rung_at(rung) for rung in LADDER]
    assert [rung.step for rung in LADDER] == [Step.LEADER, Step.REGION, Step.HQ]
    # 75 % of 6 h is 4 h 30; overdue by another 6 h from Monday 14:30 is Monday 20:30
    assert instants == [at("11-23 11:30"), at("11-23 14:30") + JUST_AFTER, at("11-23 20:30") + JUST_AFTER]


def test_the_due_instant_itself_breaks_nothing() -> None:
    on_time = climb(SIX_HOURS, LADDER[1:], was_broken=False, at=at("11-23 14:30"))
    assert (on_time.taken, on_time.is_broken) == ((), False)
    just_after = climb(SIX_HOURS, LADDER[1:], was_broken=False, at=at("11-23 14:30") + JUST_AFTER)
    assert (just_after.taken, just_after.is_broken) == ((LADDER[1],), True)


def test_a_job_that_was_down_catches_up_with_every_rung_in_order() -> None:
    climbed = climb(SIX_HOURS, LADDER, was_broken=False, at=at("12-01 09:00"))
    assert climbed.taken == LADDER
    assert (climbed.is_broken, climbed.next_step_at) == (True, None)


@pytest.mark.feature("4.9")
def test_the_statutory_ladder_alarms_region_and_headquarters_on_day_five() -> None:
    clock = Clock(WorkCalendar.always(), at("02-14 10:00"), 7 * 1440)
    assert clock.due_at == at("02-21 10:00")
    assert [(rung.step, clock.rung_at(rung)) for rung in STATUTORY] == [
        (Step.LEADER, at("02-18 10:00")),
        (Step.REGION, at("02-19 10:00")),
        (Step.HQ, at("02-19 10:00")),
    ]


def test_a_statutory_clock_still_breaks_after_its_last_rung() -> None:
    clock = Clock(WorkCalendar.always(), at("02-14 10:00"), 7 * 1440)
    climbed = climb(clock, STATUTORY, was_broken=False, at=at("02-19 10:00"))
    assert len(climbed.taken) == 3
    assert climbed.next_step_at == at("02-21 10:00") + JUST_AFTER


def test_a_rung_behind_the_holiday_table_is_taken_at_its_end() -> None:
    clock = Clock(office_2026(), at("12-30 09:00"), 900)
    assert clock.rung_at(Rung(Step.HQ, Fraction(2))) == at("2027-01-01 00:00") + JUST_AFTER


def test_a_longer_table_of_a_later_edition_gives_that_rung_its_true_time() -> None:
    office = office_2026()
    longer = WorkCalendar(
        code="OFFICE",
        weekly=office.weekly,
        overrides=office.overrides,
        covered_from=office.covered_from,
        covered_until=date(2027, 12, 31),
    )
    clock = Clock(office, at("12-30 09:00"), 900, later=longer)
    # 360 minutes are left on 12-31; Friday 2027-01-01 is an ordinary day in this table
    assert clock.rung_at(Rung(Step.HQ, Fraction(2))) == at("2027-01-04 12:00") + JUST_AFTER


def test_a_late_dial_behind_the_holiday_table_stays_late() -> None:
    reading = read(
        office_2026(),
        minutes=60,
        risk_at=at("12-31 16:30"),
        due_at=at("12-31 17:00"),
        paused_at=None,
        at=at("2027-02-01 10:00"),
    )
    assert (reading.state, reading.remaining_seconds) == (ClockState.LATE, -3600)


@settings(max_examples=150, deadline=None)
@given(
    st.integers(0, 10_000),
    st.integers(300, 3_000),
    st.lists(st.tuples(st.integers(0, 600), st.integers(1, 900)), max_size=3),
    st.integers(0, 20_000),
)
def test_the_share_read_from_the_due_time_equals_the_one_counted_with_pauses(offset, minutes, drawn, later) -> None:
    start = at("11-01 00:00") + timedelta(minutes=offset)
    pauses = tuple(Pause(start + timedelta(minutes=a), start + timedelta(minutes=a + n)) for a, n in drawn)
    seen = max([start, *(pause.end for pause in pauses)]) + timedelta(minutes=later)
    clock = Clock(DESK, start, minutes, pauses)
    # a late promise cannot be paused
    assume(all(pause.start < clock.due_at for pause in pauses))
    reading = read(DESK, minutes=minutes, risk_at=clock.due_at, due_at=clock.due_at, paused_at=None, at=seen)
    used = DESK.elapsed_minutes(start, seen, pauses)
    assert reading.share == pytest.approx(used / minutes)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 3_000), st.lists(st.integers(1, 4_000), max_size=6))
def test_however_often_the_job_runs_each_rung_is_taken_once_and_in_order(offset, minutes, gaps) -> None:
    clock = Clock(DESK, at("11-01 00:00") + timedelta(minutes=offset), minutes)
    taken, broken, moment = [], 0, clock.started_at
    for gap in [*gaps, 100_000]:
        moment += timedelta(minutes=gap)
        climbed = climb(clock, LADDER[len(taken) :], was_broken=bool(broken), at=moment)
        taken += climbed.taken
        broken += climbed.is_broken
        assert climbed.next_step_at == next_instant(clock, LADDER[len(taken) :], was_broken=bool(broken))
        assert climbed.next_step_at is None or climbed.next_step_at > moment
    assert (tuple(taken), broken) == (LADDER, 1)


def test_whole_minute_cuts_seconds() -> None:
    assert whole_minute(at("11-22 19:48") + timedelta(seconds=59, microseconds=1)) == at("11-22 19:48")
