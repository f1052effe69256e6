"""Due times that change below a case are followed by the case and its hand-off."""

from datetime import timedelta

import pytest

from bihuan.calendar.actions import import_days
from bihuan.calendar.table import DayRow
from bihuan.calendar.worktime import DayKind
from bihuan.cases import actions
from bihuan.cases.consumers import follow_due_times
from bihuan.cases.tests import factories
from bihuan.foundation.actor import Actor
from bihuan.foundation.moment import now
from bihuan.journal.models import StoredEntry
from bihuan.promises.actions import recompute_for_calendar
from bihuan.promises.models import Promise, PromiseKind
from tests.people import acting

pytestmark = pytest.mark.django_db

OFFICE = Actor.system("setup")


def close_the_next_two_weeks() -> None:
    """Every day from tomorrow is a holiday, so whatever is due then moves behind it."""
    start = now().date() + timedelta(days=1)
    days = [DayRow(start + timedelta(days=day), DayKind.HOLIDAY, "台风停工") for day in range(14)]
    import_days(actor=OFFICE, calendar_code="SERVICE", days=days, source="通知", at=now())
    recompute_for_calendar(actor=OFFICE, calendar_code="SERVICE", at=now())


def recomputed() -> list[StoredEntry]:
    return list(StoredEntry.objects.filter(code="promise.recomputed"))


def test_a_changed_calendar_moves_the_case_and_its_hand_off(company, complaint):
    factories.confirm(company, complaint)
    handoff = factories.hand_over(company, complaint)
    Promise.objects.update(told_at=None, told_due_at=None)  # a time that was told never moves later by itself
    close_the_next_two_weeks()
    assert recomputed()
    follow_due_times(recomputed())
    complaint.refresh_from_db()
    handoff.refresh_from_db()
    running = Promise.objects.filter(subject_id=complaint.pk, state="RUNNING")
    assert complaint.next_due_at == min(promise.due_at for promise in running)
    assert handoff.due_at == running.get(kind=PromiseKind.DEPARTMENT).due_at


def test_a_closed_case_has_no_due_time_whatever_is_told_late(company, complaint):
    factories.investigate(company, complaint)
    Promise.objects.update(told_at=None, told_due_at=None)
    close_the_next_two_weeks()
    lin, zhou = acting(company.lin), acting(company.zhou)
    actions.answer_case(actor=lin, case_id=complaint.pk, message="已赔偿。", at=now())
    actions.record_callback(actor=zhou, case_id=complaint.pk, result="SATISFIED", note="好", at=now())
    actions.close_case(actor=lin, case_id=complaint.pk, at=now())
    assert recomputed()
    follow_due_times(recomputed())
    complaint.refresh_from_db()
    assert complaint.next_due_at is None
