"""Pausing and resuming, with reasons, and what may not stand still."""

from datetime import timedelta

import pytest

from bihuan.calendar.tests.calendars import at
from bihuan.promises.actions import (
    PromiseEnded,
    PromiseExpired,
    PromiseNotPaused,
    PromisePaused,
    StatutoryNeverPauses,
    cancel_promise,
    keep_promise,
    pause_promise,
    resume_promise,
)
from bihuan.promises.models import PauseReason, Promise, PromiseKind, PromisePause, PromiseState
from bihuan.promises.tests.factories import codes, promise

pytestmark = pytest.mark.django_db
WAITING = PauseReason.WAITING_CUSTOMER


def pause(company, made: Promise, moment: str) -> Promise:
    return pause_promise(
        actor=company.lin_acting, promise_id=made.pk, reason=WAITING, note=" 等寄件凭证 ", at=at(moment)
    )


def resume(company, made: Promise, moment: str) -> Promise:
    return resume_promise(actor=company.lin_acting, promise_id=made.pk, at=at(moment))


@pytest.mark.feature("4.8")
def test_twelve_minutes_of_waiting_move_the_due_time_to_half_past_two(company) -> None:
    made = promise(company)
    paused = pause(company, made, "11-22 20:04")
    assert (paused.state, paused.next_step_at) == (PromiseState.PAUSED, None)
    resumed = resume(company, made, "11-22 20:16")
    assert (resumed.state, resumed.due_at, resumed.paused_at) == (PromiseState.RUNNING, at("11-23 14:30"), None)
    assert resumed.next_step_at == at("11-23 11:30")
    row = PromisePause.objects.get()
    assert (row.started_at, row.ended_at, row.reason) == (at("11-22 20:04"), at("11-22 20:16"), WAITING)
    assert row.note == "等寄件凭证"
    assert codes() == ["promise.started", "promise.paused", "promise.resumed"]


def test_a_pause_over_night_moves_the_due_time_by_working_time_only(company) -> None:
    made = promise(company)
    pause(company, made, "11-22 20:30")
    assert resume(company, made, "11-23 09:00").due_at == at("11-23 15:48")


def test_a_second_pause_adds_to_the_first(company) -> None:
    made = promise(company)
    for start, end in (("11-22 20:00", "11-22 20:10"), ("11-23 09:00", "11-23 09:20")):
        pause(company, made, start)
        resume(company, made, end)
    made.refresh_from_db()
    assert made.due_at == at("11-23 14:48")


def test_the_statutory_clock_never_pauses(company) -> None:
    made = promise(company, PromiseKind.STATUTORY)
    with pytest.raises(StatutoryNeverPauses) as refusal:
        pause(company, made, "11-22 20:04")
    assert refusal.value.code == "statutory_never_pauses"
    assert not PromisePause.objects.exists()
    assert codes() == ["promise.started"]


def test_a_paused_promise_cannot_be_paused_again(company) -> None:
    made = promise(company)
    pause(company, made, "11-22 20:04")
    with pytest.raises(PromisePaused):
        pause(company, made, "11-22 20:05")


def test_a_running_promise_cannot_be_resumed(company) -> None:
    with pytest.raises(PromiseNotPaused):
        resume(company, promise(company), "11-22 20:05")


def test_a_late_promise_cannot_be_saved_by_a_pause(company) -> None:
    made = promise(company)
    with pytest.raises(PromiseExpired) as refusal:
        pause(company, made, "11-23 14:19")
    assert "11-23 14:18" in str(refusal.value)


def test_an_ended_promise_cannot_be_paused(company) -> None:
    made = promise(company)
    cancel_promise(actor=company.lin_acting, promise_id=made.pk, at=at("11-22 20:00"))
    with pytest.raises(PromiseEnded):
        pause(company, made, "11-22 20:04")


def test_an_answer_during_a_pause_keeps_the_promise_and_closes_the_pause(company) -> None:
    made = promise(company)
    pause(company, made, "11-22 20:04")
    kept = keep_promise(actor=company.lin_acting, promise_id=made.pk, at=at("11-25 10:00") + timedelta(seconds=7))
    assert kept.state == PromiseState.KEPT
    assert PromisePause.objects.get().ended_at == at("11-25 10:00") + timedelta(seconds=7)
