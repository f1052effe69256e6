"""The escalation job in real processes: killed in the middle, and beside others of its kind."""

import importlib
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence

import pytest
from django.apps import apps
from django.db import connection
from psycopg.conninfo import make_conninfo

from bihuan.calendar.models import Calendar
from bihuan.calendar.tests.calendars import at
from bihuan.journal.models import StoredEntry
from bihuan.promises.actions import PromiseTerms, escalate_due, start_promises
from bihuan.promises.models import Promise, PromiseEscalation, PromisePolicy
from bihuan.promises.tests.factories import SUNDAY, make_company, terms

pytestmark = pytest.mark.django_db(transaction=True)

PROMISES, BATCH, LONG_AFTER = 60, 7, at("12-01 10:00")
PATIENCE_SECONDS = 60

WORK = """
import sys
import django
django.setup()
from datetime import datetime
from bihuan.promises.actions import escalate_due, escalating
"""

DIE = """
import os, signal
write, calls = escalating.write_many, 0

def die_in_the_third_batch(lines):
    global calls
    calls += 1
    if calls == 3 and sys.argv[3] == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    write(lines)
    if calls == 3:
        os.kill(os.getpid(), signal.SIGKILL)

escalating.write_many = die_in_the_third_batch
"""

LOOP = """
print("ready", flush=True)
sys.stdin.readline()
while count := escalate_due(at=datetime.fromisoformat(sys.argv[1]), batch=int(sys.argv[2])):
    print(count, flush=True)
"""


@pytest.fixture
def ledger() -> None:
    """Sixty running promises of a small company, long overdue at LONG_AFTER, really committed."""
    if not Calendar.objects.exists():
        importlib.import_module("bihuan.calendar.migrations.0002_default_calendars").create_calendars(apps, None)
    if not PromisePolicy.objects.exists():
        importlib.import_module("bihuan.promises.migrations.0002_default_policies").create_policies(apps, None)
    company = make_company()
    wanted: list[PromiseTerms] = [terms(company, subject_id=number) for number in range(PROMISES)]
    start_promises(actor=company.lin_acting, terms=wanted, at=SUNDAY)


def start_worker(*code: str, arguments: tuple[str, ...] = ()) -> subprocess.Popen[str]:
    place = connection.settings_dict
    url = make_conninfo(dbname=place["NAME"], user=place["USER"], host=place["HOST"], port=place["PORT"] or None)
    return subprocess.Popen(
        [sys.executable, "-c", "".join(code), LONG_AFTER.isoformat(), str(BATCH), *arguments],
        env=os.environ | {"DATABASE_URL": url},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def finish(workers: Sequence[subprocess.Popen[str]]) -> list[list[int]]:
    """Let the workers go at the same time, once all are ready, and return the batches that each reported."""
    for worker in workers:
        assert worker.stdout and worker.stdout.readline() == "ready\n"
    for worker in workers:
        assert worker.stdin
        worker.stdin.write("go\n")
        worker.stdin.flush()
    told = [worker.communicate(timeout=PATIENCE_SECONDS)[0] for worker in workers]
    return [[int(line) for line in text.split()] for text in told]


def assert_every_step_was_taken_exactly_once() -> None:
    steps = Counter(PromiseEscalation.objects.values_list("promise_id", "step"))
    promises = list(Promise.objects.values_list("pk", flat=True))
    assert steps == Counter({(pk, step): 1 for pk in promises for step in ("LEADER", "REGION", "HQ")})
    entries = StoredEntry.objects.filter(code__in=("promise.escalated", "promise.broken"))
    told = Counter((entry.payload["promise_id"], entry.code, entry.payload.get("step")) for entry in entries)
    assert set(told.values()) == {1}
    assert len(told) == PROMISES * 4
    assert not Promise.objects.exclude(next_step_at=None).exists()


@pytest.mark.durability
@pytest.mark.feature("4.8")
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_job_killed_inside_a_batch_leaves_neither_a_missing_nor_a_double_step(ledger, moment: str) -> None:
    worker = start_worker(WORK, DIE, LOOP, arguments=(moment,))
    assert finish([worker]) == [[BATCH, BATCH]]
    assert worker.returncode == -signal.SIGKILL
    assert PromiseEscalation.objects.count() == 2 * BATCH * 3  # the third batch left nothing
    # the server notices the dead client when it next talks to it; until then the rows are only skipped, not lost
    while escalate_due(at=LONG_AFTER, batch=BATCH) or Promise.objects.exclude(next_step_at=None).exists():
        continue
    assert_every_step_was_taken_exactly_once()


@pytest.mark.durability
@pytest.mark.feature("4.8")
def test_three_jobs_at_once_share_the_work_and_take_each_step_once(ledger) -> None:
    workers = [start_worker(WORK, LOOP) for _ in range(3)]
    shares = [sum(batches) for batches in finish(workers)]
    assert [worker.returncode for worker in workers] == [0, 0, 0]
    assert sum(shares) == PROMISES
    assert_every_step_was_taken_exactly_once()


def test_a_row_that_another_job_holds_is_skipped_and_comes_later(ledger) -> None:
    held = Promise.objects.order_by("pk").first()
    assert held is not None
    script = WORK + (
        "from django.db import transaction\n"
        "from bihuan.promises.models import Promise\n"
        "with transaction.atomic():\n"
        "    Promise.objects.select_for_update().get(pk=int(sys.argv[3]))\n"
        "    print('held', flush=True)\n"
        "    sys.stdin.readline()\n"
    )
    worker = start_worker(script, arguments=(str(held.pk),))
    assert worker.stdout and worker.stdout.readline() == "held\n"
    assert escalate_due(at=LONG_AFTER, batch=PROMISES) == PROMISES - 1
    worker.communicate("go\n", timeout=PATIENCE_SECONDS)
    assert escalate_due(at=LONG_AFTER, batch=PROMISES) == 1
    assert_every_step_was_taken_exactly_once()
