"""A changed calendar reaches running promises through the journal and a job."""

from datetime import date

import pytest
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from bihuan.calendar.actions import import_days
from bihuan.calendar.table import DayRow
from bihuan.calendar.tests.calendars import at
from bihuan.calendar.worktime import DayKind
from bihuan.foundation.actor import Actor
from bihuan.journal.queries import entries_of
from bihuan.promises.consumers import recompute_promises
from bihuan.promises.tasks import escalate, recompute
from bihuan.promises.tests.factories import SUNDAY, promise

pytestmark = pytest.mark.django_db


def close_a_monday_of_2099() -> int:
    row = DayRow(date(2099, 6, 1), DayKind.HOLIDAY, "台风停工")
    edition = import_days(actor=Actor.system("setup"), calendar_code="SERVICE", days=[row], source="通知", at=SUNDAY)
    return edition.calendar_id


def test_a_changed_calendar_puts_one_job_in_the_queue(db) -> None:
    changes = entries_of("calendar", close_a_monday_of_2099())
    recompute_promises([*changes, *changes])
    jobs = ProcrastinateJob.objects.filter(task_name="promises.recompute")
    assert [job.args for job in jobs] == [{"calendar_code": "SERVICE"}]


def test_the_job_moves_promises_that_are_still_open(company) -> None:
    # the job reads the clock, so the promise lies in a year that no run of this test reaches
    made = promise(company, at=at("2099-05-31 19:48"))
    close_a_monday_of_2099()
    recompute("SERVICE")
    made.refresh_from_db()
    assert made.due_at == at("2099-06-02 14:18")


def test_the_escalation_job_runs_every_minute() -> None:
    periodic = app.periodic_registry.periodic_tasks
    assert [task.cron for (name, _), task in periodic.items() if name == "promises.escalate"] == ["* * * * *"]
    assert escalate.queueing_lock == "promises.escalate"
