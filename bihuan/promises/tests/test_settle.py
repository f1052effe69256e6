"""Telling, keeping and cancelling."""

from datetime import timedelta

import pytest

from bihuan.calendar.tests.calendars import at
from bihuan.promises.actions import PromiseEnded, PromiseNotFound, cancel_promise, keep_promise, tell_promise
from bihuan.promises.models import PromiseState
from bihuan.promises.tests.factories import SUNDAY, codes, entries, promise

pytestmark = pytest.mark.django_db


def keep(company, made, moment):
    return keep_promise(actor=company.lin_acting, promise_id=made.pk, at=moment)


def test_what_the_customer_was_told_is_kept_with_time_and_channel(company) -> None:
    made = promise(company)
    told = tell_promise(actor=company.lin_acting, promise_id=made.pk, how="PORTAL", at=SUNDAY)
    assert (told.told_at, told.told_due_at, told.told_how) == (SUNDAY, made.due_at, "PORTAL")
    assert codes() == ["promise.started", "promise.told"]


def test_an_answer_at_the_due_instant_keeps_the_promise(company) -> None:
    made = promise(company)
    kept = keep(company, made, made.due_at)
    assert (kept.state, kept.ended_at, kept.next_step_at) == (PromiseState.KEPT, made.due_at, None)
    assert codes() == ["promise.started", "promise.kept"]


def test_an_answer_after_it_is_late_even_when_the_job_has_not_run_yet(company) -> None:
    made = promise(company)
    late = keep(company, made, made.due_at + timedelta(minutes=5, microseconds=1))
    assert late.state == PromiseState.BROKEN
    assert late.broken_at == late.ended_at
    assert codes() == ["promise.started", "promise.broken", "promise.fulfilled_late"]
    assert entries("promise.fulfilled_late")[0].payload["late_minutes"] == 5


def test_late_minutes_are_working_minutes(company) -> None:
    keep(company, promise(company), at("11-24 08:30"))
    assert entries("promise.fulfilled_late")[0].payload["late_minutes"] == 6 * 60 + 42 + 30


def test_a_promise_ends_once(company) -> None:
    made = promise(company)
    keep(company, made, SUNDAY)
    with pytest.raises(PromiseEnded):
        keep(company, made, SUNDAY)
    with pytest.raises(PromiseEnded):
        cancel_promise(actor=company.lin_acting, promise_id=made.pk, at=SUNDAY)


def test_a_cancelled_promise_is_neither_kept_nor_broken(company) -> None:
    made = promise(company)
    cancelled = cancel_promise(actor=company.lin_acting, promise_id=made.pk, at=at("11-24 10:00"))
    assert (cancelled.state, cancelled.broken_at) == (PromiseState.CANCELLED, None)
    assert codes() == ["promise.started", "promise.cancelled"]


def test_an_unknown_promise_is_not_found(company) -> None:
    with pytest.raises(PromiseNotFound) as refusal:
        tell_promise(actor=company.lin_acting, promise_id=0, how="PORTAL", at=SUNDAY)
    assert refusal.value.status == 404
