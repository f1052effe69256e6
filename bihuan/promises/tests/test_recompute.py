"""Another priority and a changed calendar."""

from datetime import date, timedelta

import pytest

from bihuan.calendar.actions import import_days
from bihuan.calendar.table import DayRow
from bihuan.calendar.tests.calendars import at
from bihuan.calendar.worktime import DayKind
from bihuan.foundation.actor import Actor
from bihuan.promises.actions import (
    PolicyRow,
    extend_promise,
    pause_promise,
    publish_policy,
    recompute_for_calendar,
    recompute_for_priority,
    resume_promise,
    tell_promise,
)
from bihuan.promises.models import PauseReason, PromiseKind
from bihuan.promises.queries import explain
from bihuan.promises.tests.factories import SUNDAY, codes, promise

pytestmark = pytest.mark.django_db
ADMIN = Actor.system("setup")


def reprioritize(company, made, priority, moment=SUNDAY):
    return recompute_for_priority(actor=company.lin_acting, promise_id=made.pk, priority=priority, at=moment)


def close_monday_morning(day: str = "2026-11-23") -> None:
    row = DayRow(date.fromisoformat(day), DayKind.HOLIDAY, "台风停工")
    import_days(actor=ADMIN, calendar_code="SERVICE", days=[row], source="应急通知", at=SUNDAY)


def test_a_new_priority_counts_from_the_original_start_with_the_pauses_kept(company) -> None:
    made = promise(company, priority=3)
    pause_promise(
        actor=company.lin_acting, promise_id=made.pk, reason=PauseReason.WAITING_CUSTOMER, at=at("11-22 20:04")
    )
    resume_promise(actor=company.lin_acting, promise_id=made.pk, at=at("11-22 20:16"))
    changed = reprioritize(company, made, 1, at("11-23 10:00"))
    assert (changed.minutes, changed.due_at) == (360, at("11-23 14:30"))
    assert codes()[-1] == "promise.recomputed"


def test_less_urgent_before_anything_was_told_gives_more_time(company) -> None:
    assert reprioritize(company, promise(company), 2).due_at > at("11-23 14:18")


def test_a_told_time_never_moves_later_without_an_extension(company) -> None:
    made = promise(company)
    tell_promise(actor=company.lin_acting, promise_id=made.pk, how="MAIL", at=SUNDAY)
    changed = reprioritize(company, made, 4)
    assert (changed.priority, changed.minutes, changed.due_at) == (4, 360, at("11-23 14:18"))


def test_extensions_survive_a_new_priority(company) -> None:
    made = promise(company, priority=3)
    extend_promise(
        actor=company.lin_acting,
        promise_id=made.pk,
        by=timedelta(hours=1),
        reason="等监控",
        notice_text="延后一小时",
        at=SUNDAY,
    )
    assert reprioritize(company, made, 1).due_at == at("11-23 15:18")


def test_the_statutory_clock_knows_no_priority(company) -> None:
    made = promise(company, PromiseKind.STATUTORY, priority=4)
    assert reprioritize(company, made, 1).due_at == made.due_at


def test_a_time_that_has_passed_never_moves(company) -> None:
    made = promise(company)
    assert reprioritize(company, made, 4, at("11-23 14:19")).due_at == at("11-23 14:18")
    close_monday_morning()
    recompute_for_calendar(actor=ADMIN, calendar_code="SERVICE", at=at("11-23 14:19"))
    made.refresh_from_db()
    assert made.due_at == at("11-23 14:18")


def test_a_changed_calendar_moves_what_is_still_open(company) -> None:
    made = promise(company)
    close_monday_morning()
    assert recompute_for_calendar(actor=ADMIN, calendar_code="SERVICE", at=SUNDAY) is None
    made.refresh_from_db()
    assert made.due_at == at("11-24 14:18")
    assert codes()[-1] == "promise.recomputed"
    assert recompute_for_calendar(actor=ADMIN, calendar_code="SERVICE", at=SUNDAY) is None
    assert codes().count("promise.recomputed") == 1


def test_a_told_time_stays_when_the_calendar_gets_a_day_off_and_its_explanation_still_adds_up(company) -> None:
    made = promise(company)
    tell_promise(actor=company.lin_acting, promise_id=made.pk, how="MAIL", at=SUNDAY)
    close_monday_morning()
    recompute_for_calendar(actor=ADMIN, calendar_code="SERVICE", at=SUNDAY)
    why = explain(made.pk, at=SUNDAY)
    assert why.due_at == at("11-23 14:18")
    assert sum(step.counted_minutes for step in why.steps) == why.total_minutes == 360


def test_recomputing_goes_through_all_promises_in_batches(company) -> None:
    made = [promise(company, subject_id=number) for number in range(5)]
    close_monday_morning()
    after, rounds = 0, 0
    while after is not None:
        after = recompute_for_calendar(actor=ADMIN, calendar_code="SERVICE", at=SUNDAY, after_id=after, batch=2)
        rounds += 1
    assert rounds == 3
    for row in made:
        row.refresh_from_db()
    assert {row.due_at for row in made} == {at("11-24 14:18")}


def test_an_extension_does_not_let_a_calendar_change_slip_in(company) -> None:
    made = promise(company)
    tell_promise(actor=company.lin_acting, promise_id=made.pk, how="MAIL", at=SUNDAY)
    close_monday_morning()
    recompute_for_calendar(actor=ADMIN, calendar_code="SERVICE", at=SUNDAY)
    extension = extend_promise(
        actor=company.lin_acting,
        promise_id=made.pk,
        by=timedelta(hours=1),
        reason="等监控",
        notice_text="延后一小时",
        at=SUNDAY,
    )
    assert extension.due_after == at("11-23 15:18")


def test_a_paused_promise_follows_the_calendar_too(company) -> None:
    made = promise(company)
    pause_promise(
        actor=company.lin_acting, promise_id=made.pk, reason=PauseReason.WAITING_CUSTOMER, at=at("11-22 20:04")
    )
    close_monday_morning()
    recompute_for_calendar(actor=ADMIN, calendar_code="SERVICE", at=at("11-22 20:05"))
    resumed = resume_promise(actor=company.lin_acting, promise_id=made.pk, at=at("11-22 20:16"))
    assert resumed.due_at == at("11-24 14:30")


def test_a_priority_on_another_calendar_is_computed_on_that_one(company) -> None:
    made = promise(company, PromiseKind.DEPARTMENT, case_kind="SUGGESTION", priority=3, at=at("11-23 10:00"))
    row = PolicyRow(
        case_kind="SUGGESTION",
        kind=PromiseKind.DEPARTMENT,
        minutes=60,
        text="1 小时内给出评估",
        source="试行",
        priority=1,
        calendar_code="ALWAYS",
    )
    publish_policy(actor=ADMIN, row=row, at=SUNDAY)
    assert reprioritize(company, made, 1, at("11-23 10:10")).due_at == at("11-23 11:00")
