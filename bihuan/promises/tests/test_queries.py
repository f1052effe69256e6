"""Lists of promises."""

from datetime import timedelta

import pytest

from bihuan.calendar.tests.calendars import at
from bihuan.promises.actions import cancel_promise, keep_promise, pause_promise
from bihuan.promises.models import PauseReason, PromiseKind
from bihuan.promises.queries import ClockState, list_due, list_promises, list_running, nearest_due, open_promises
from bihuan.promises.tests.factories import SUNDAY, promise

pytestmark = pytest.mark.django_db


def test_the_clocks_of_many_subjects_come_in_one_query(company, django_assert_num_queries) -> None:
    for number in range(6):
        promise(company, subject_id=number)
        promise(company, PromiseKind.STATUTORY, subject_id=number)
    open_promises("case", [0], at=SUNDAY)
    with django_assert_num_queries(1):
        found = open_promises("case", range(6), at=at("11-23 12:30"))
    assert set(found) == set(range(6))
    first, second = found[3]
    assert (first.kind, first.state) == (PromiseKind.RESOLUTION, ClockState.AT_RISK)
    assert (second.kind, second.is_statutory, second.state) == (PromiseKind.STATUTORY, True, ClockState.ON_TRACK)
    assert (first.percent, first.text) == (86, "6 工作小时内给处理结果")


def test_paused_clocks_are_open_and_ended_ones_are_not(company) -> None:
    paused, kept = promise(company), promise(company, PromiseKind.FIRST_REPLY)
    pause_promise(actor=company.lin_acting, promise_id=paused.pk, reason=PauseReason.WAITING_CUSTOMER, at=SUNDAY)
    keep_promise(actor=company.lin_acting, promise_id=kept.pk, at=SUNDAY)
    readings = open_promises("case", [128], at=at("11-30 10:00"))[128]
    assert [(reading.id, reading.state) for reading in readings] == [(paused.pk, ClockState.PAUSED)]
    assert [row.pk for row in list_running(subject="case", subject_id=128)] == [paused.pk]
    assert nearest_due(subject="case", subject_id=128) is None


def test_the_history_shows_each_promise_as_it_ended(company) -> None:
    kept, late, cancelled = (promise(company, kind) for kind in ("FIRST_REPLY", "RESOLUTION", "CALLBACK"))
    keep_promise(actor=company.lin_acting, promise_id=kept.pk, at=SUNDAY)
    keep_promise(actor=company.lin_acting, promise_id=late.pk, at=at("11-24 10:00"))
    cancel_promise(actor=company.lin_acting, promise_id=cancelled.pk, at=SUNDAY)
    states = {row.id: row.state for row in list_promises(subject="case", subject_id=128, at=at("12-01 10:00"))}
    assert states == {
        kept.pk: ClockState.KEPT,
        late.pk: ClockState.BROKEN,
        cancelled.pk: ClockState.CANCELLED,
    }


def test_running_promises_can_be_narrowed_to_a_kind(company) -> None:
    promise(company)
    reply = promise(company, PromiseKind.FIRST_REPLY)
    rows = list_running(subject="case", subject_id=128, kind=PromiseKind.FIRST_REPLY)
    assert [row.pk for row in rows] == [reply.pk]
    assert nearest_due(subject="case", subject_id=128) == reply.due_at


def test_the_due_list_of_a_team_is_ordered_and_pages_by_key(company) -> None:
    for number in range(5):
        promise(company, subject_id=number, at=SUNDAY - timedelta(minutes=number // 2))
    promise(company, PromiseKind.DEPARTMENT, subject_id=1)
    whole = list_due(unit_ids=[company.team.pk], at=SUNDAY, before=at("11-24 10:00"))
    assert [row.due_at for row in whole] == sorted(row.due_at for row in whole)
    assert len(whole) == 5
    pages, key = [], None
    while page := list_due(unit_ids=[company.team.pk], at=SUNDAY, before=at("11-24 10:00"), after_key=key, limit=2):
        pages += page
        key = page[-1].key
    assert [row.id for row in pages] == [row.id for row in whole]
    assert list_due(unit_ids=[company.team.pk], at=SUNDAY, before=at("11-23 14:00")) == []
    assert list_due(unit_ids=[], at=SUNDAY, before=at("11-24 10:00")) == []
