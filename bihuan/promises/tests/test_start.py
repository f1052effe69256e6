"""Giving a promise: the policy that fits, the times that follow, and what the ledger refuses."""

from datetime import UTC

import pytest
from django.db import IntegrityError, transaction

from bihuan.calendar.tests.calendars import at
from bihuan.calendar.worktime import CalendarNotCovered
from bihuan.foundation.actor import Actor
from bihuan.promises.actions import (
    PolicyMissing,
    PolicyRow,
    PromiseAlreadyRunning,
    keep_promise,
    move_promises,
    publish_policy,
    start_promise,
    start_promises,
)
from bihuan.promises.models import Promise, PromiseKind, PromiseState
from bihuan.promises.tests.factories import SUNDAY, codes, entries, promise, terms

pytestmark = pytest.mark.django_db


def test_a_promise_gets_the_time_of_its_policy_on_its_calendar(company) -> None:
    made = promise(company)
    assert (made.minutes, made.due_at) == (360, at("11-23 14:18"))
    assert made.risk_at == at("11-23 11:18") == made.next_step_at
    entry = entries("promise.started")[0]
    assert entry.payload["due_at"] == made.due_at.astimezone(UTC).isoformat()
    assert (entry.units, entry.division_id) == ([company.team.pk], company.division.pk)


@pytest.mark.parametrize(("priority", "hours"), [(1, 6), (2, 12), (3, 24), (4, 48)])
def test_lower_priorities_get_more_time(company, priority: int, hours: int) -> None:
    assert promise(company, priority=priority).minutes == hours * 60


def test_statutory_time_counts_calendar_days_without_regard_to_hours(company) -> None:
    made = promise(company, PromiseKind.STATUTORY, at=at("02-14 10:00"))
    assert made.due_at == at("02-21 10:00")


def test_several_clocks_start_side_by_side_in_few_queries(company, django_assert_num_queries) -> None:
    kinds = (PromiseKind.FIRST_REPLY, PromiseKind.RESOLUTION, PromiseKind.STATUTORY)
    promise(company, subject_id=1, kind=PromiseKind.STATUTORY)
    wanted = [terms(company, kind) for kind in kinds]
    with django_assert_num_queries(3):  # stamps, insert, journal
        made = start_promises(actor=company.lin_acting, terms=wanted, at=SUNDAY)
    assert [row.kind for row in made] == list(kinds)
    assert all(row.pk for row in made)


def test_the_policy_of_the_division_wins_over_the_general_one(company) -> None:
    own = PolicyRow(
        case_kind="COMPLAINT",
        kind=PromiseKind.RESOLUTION,
        minutes=90,
        text="九十分钟内给处理结果",
        source="大区规定",
        division_id=company.division.pk,
    )
    publish_policy(actor=Actor.system("setup"), row=own, at=SUNDAY)
    assert promise(company).minutes == 90
    assert promise(company, subject_id=2, division_id=None).minutes == 360


def test_without_a_policy_nothing_is_promised(company) -> None:
    with pytest.raises(PolicyMissing) as refusal:
        promise(company, case_kind="PRAISE")
    assert "PRAISE" in str(refusal.value)
    assert not Promise.objects.exists()


def test_a_second_clock_of_the_same_kind_is_refused_while_one_runs(company) -> None:
    first = promise(company)
    with pytest.raises(PromiseAlreadyRunning), transaction.atomic():
        promise(company)
    keep_promise(actor=company.lin_acting, promise_id=first.pk, at=SUNDAY)
    assert promise(company).state == PromiseState.RUNNING


def test_two_departments_may_each_have_a_clock(company) -> None:
    promise(company, PromiseKind.DEPARTMENT)
    promise(company, PromiseKind.DEPARTMENT, unit_id=company.hq.pk)
    with pytest.raises(PromiseAlreadyRunning), transaction.atomic():
        promise(company, PromiseKind.DEPARTMENT)


def test_a_due_time_behind_the_holiday_table_is_refused_and_not_guessed(company) -> None:
    with pytest.raises(CalendarNotCovered) as refusal:
        promise(company, PromiseKind.DEPARTMENT, case_kind="SUGGESTION", at=at("12-29 10:00"))
    assert "2026-12-31" in str(refusal.value)


def test_a_new_owner_takes_the_promises_along_and_the_department_keeps_its_own(company) -> None:
    mine, theirs = promise(company), promise(company, PromiseKind.DEPARTMENT)
    due_at = mine.due_at
    moved = move_promises(
        actor=company.lin_acting, subject="case", subject_id=128, unit_id=company.hq.pk, owner_id=None, at=SUNDAY
    )
    assert [row.pk for row in moved] == [mine.pk]
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.owner_unit_id, mine.owner_id, mine.due_at) == (company.hq.pk, None, due_at)
    assert theirs.owner_unit_id == company.operations.pk
    assert codes()[-1] == "promise.moved"


@pytest.mark.parametrize(
    "change",
    [
        {"due_at": SUNDAY},
        {"state": "PAUSED"},
        {"state": "KEPT"},
        {"told_at": SUNDAY},
        {"subject": "dream"},
        {"risk_at": at("12-01 10:00")},
    ],
)
def test_the_database_refuses_a_promise_that_contradicts_itself(company, change) -> None:
    made = promise(company)
    with pytest.raises(IntegrityError), transaction.atomic():
        Promise.objects.filter(pk=made.pk).update(**change)


def test_the_database_refuses_a_paused_or_extended_statutory_clock(company) -> None:
    made = promise(company, PromiseKind.STATUTORY)
    paused = {"state": "PAUSED", "paused_at": SUNDAY, "next_step_at": None}
    for change in (paused, {"extended_minutes": 60}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Promise.objects.filter(pk=made.pk).update(**change)


def test_start_promise_gives_back_the_one_it_made(company) -> None:
    made = start_promise(actor=company.lin_acting, terms=terms(company, audience=(company.hq.pk,)), at=SUNDAY)
    assert Promise.objects.get().pk == made.pk
    assert made.live_units == (company.team.pk, company.hq.pk)
