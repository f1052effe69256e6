"""The ladder as the job climbs it, in one process."""

from datetime import timedelta

import pytest

from bihuan.calendar.tests.calendars import at
from bihuan.promises.actions import escalate_due, extend_promise, keep_promise, pause_promise, resume_promise
from bihuan.promises.models import PauseReason, PromiseEscalation, PromiseKind
from bihuan.promises.queries import open_promises
from bihuan.promises.tests.factories import codes, entries, promise

pytestmark = pytest.mark.django_db


def steps() -> list[str]:
    return [entry.payload["step"] for entry in entries("promise.escalated")]


@pytest.mark.feature("4.8")
def test_leader_then_region_then_headquarters_are_alarmed(company) -> None:
    made = promise(company)
    for moment, expected in (
        ("11-23 11:17", []),
        ("11-23 11:18", ["LEADER"]),
        ("11-23 14:18", ["LEADER"]),
        ("11-23 14:19", ["LEADER", "REGION"]),
        ("11-23 20:18", ["LEADER", "REGION"]),
        ("11-23 20:19", ["LEADER", "REGION", "HQ"]),
        ("11-30 20:19", ["LEADER", "REGION", "HQ"]),
    ):
        escalate_due(at=at(moment))
        assert steps() == expected, moment
    made.refresh_from_db()
    assert (made.next_step_at, made.steps_taken, made.broken_at) == (None, 3, at("11-23 14:19"))
    assert codes().count("promise.broken") == 1


@pytest.mark.feature("4.9")
def test_a_complaint_unanswered_on_day_five_alarms_region_and_headquarters(company) -> None:
    promise(company, PromiseKind.STATUTORY, at=at("02-14 10:00"))
    escalate_due(at=at("02-18 10:00"))
    assert steps() == ["LEADER"]
    escalate_due(at=at("02-19 09:59"))
    assert steps() == ["LEADER"]
    escalate_due(at=at("02-19 10:00"))
    assert steps() == ["LEADER", "REGION", "HQ"]
    assert "promise.broken" not in codes()
    reading = open_promises("case", [128], at=at("02-19 10:01"))[128][0]
    assert reading.escalated_to == "HQ"
    escalate_due(at=at("02-21 10:01"))
    assert codes()[-1] == "promise.broken"


def test_a_job_that_slept_for_a_week_takes_every_step_once(company) -> None:
    promise(company)
    assert escalate_due(at=at("12-01 10:00")) == 1
    assert escalate_due(at=at("12-01 10:00")) == 0
    assert steps() == ["LEADER", "REGION", "HQ"]
    assert PromiseEscalation.objects.count() == 3
    taken_at = dict(PromiseEscalation.objects.values_list("step", "due_step_at"))
    assert taken_at["LEADER"] == at("11-23 11:18")


def test_a_paused_promise_waits_and_climbs_later(company) -> None:
    made = promise(company)
    pause_promise(
        actor=company.lin_acting, promise_id=made.pk, reason=PauseReason.WAITING_CUSTOMER, at=at("11-22 20:00")
    )
    assert escalate_due(at=at("11-30 10:00")) == 0
    resume_promise(actor=company.lin_acting, promise_id=made.pk, at=at("11-30 10:00"))
    assert escalate_due(at=at("11-30 10:01")) == 0
    assert escalate_due(at=at("12-01 10:00")) == 1


def test_an_ended_promise_is_left_alone(company) -> None:
    made = promise(company)
    keep_promise(actor=company.lin_acting, promise_id=made.pk, at=at("11-22 20:00"))
    assert escalate_due(at=at("12-01 10:00")) == 0


def test_the_region_is_alarmed_after_the_extended_time(company) -> None:
    made = promise(company)
    extend_promise(
        actor=company.lin_acting,
        promise_id=made.pk,
        by=timedelta(hours=1),
        reason="等监控",
        notice_text="延后一小时",
        at=at("11-23 14:00"),
    )
    escalate_due(at=at("11-23 15:18"))
    assert steps() == ["LEADER"]
    escalate_due(at=at("11-23 15:19"))
    assert steps() == ["LEADER", "REGION"]


def test_a_batch_is_worked_with_a_fixed_number_of_queries(company, django_assert_num_queries) -> None:
    for number in range(30):
        promise(company, subject_id=number)
    with django_assert_num_queries(7):  # savepoint, lock, pauses, steps, update, journal, release
        assert escalate_due(at=at("11-23 14:19"), batch=30) == 30


def test_batches_go_on_where_the_last_one_ended(company) -> None:
    for number in range(5):
        promise(company, subject_id=number)
    assert [escalate_due(at=at("12-01 10:00"), batch=2) for _ in range(4)] == [2, 2, 1, 0]
    assert PromiseEscalation.objects.count() == 15
