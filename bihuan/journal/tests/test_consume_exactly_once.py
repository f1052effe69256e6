"""Every committed entry has its effect exactly once: beside eight writers, and when the consumer is killed."""

import os
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from psycopg.conninfo import make_conninfo

from bihuan.journal import registry
from bihuan.journal.actions import consume_forever, run_consumers_once
from bihuan.journal.consuming import drain
from bihuan.journal.models import StoredEntry
from bihuan.journal.notifier import notifier
from bihuan.journal.registry import Consumer, consumer
from bihuan.journal.tests.factories import lose_parcels, stored
from bihuan.journal.wire import direct_connection

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS, TRANSACTIONS = 8, 60
PATIENCE_SECONDS = 20


@pytest.fixture
def effects() -> Iterator[None]:
    """A table for what consumers do; it takes doubles, so that they show."""
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS journal_test_effect")
        cursor.execute("CREATE TABLE journal_test_effect (entry_id bigint NOT NULL)")
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE journal_test_effect")


def leave_effect(batch: Sequence[StoredEntry]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO journal_test_effect VALUES (%s)", [[entry.id] for entry in batch])


def effects_by_entry() -> Counter[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT entry_id FROM journal_test_effect")
        return Counter(entry_id for (entry_id,) in cursor.fetchall())


class Undone(Exception):
    """Rolls a writer's transaction back."""


def _undo_sometimes(chance: random.Random) -> None:
    if chance.random() < 0.1:
        raise Undone


def write_at_random(seed: int) -> int:
    """Transactions of random length, some rolled back; returns how many entries were committed."""
    chance, committed = random.Random(seed), 0
    for _ in range(TRANSACTIONS):
        count = chance.choice([1, 1, 1, 2, 7])
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                lose_parcels(*range(count))
                cursor.execute("SELECT pg_sleep(%s)", [chance.choice([0, 0, 0, 0.002, 0.02])])
                _undo_sometimes(chance)
            committed += count
        except Undone:
            pass
    connection.close()
    return committed


@pytest.mark.smoke
def test_beside_eight_writers_each_committed_entry_is_consumed_exactly_once(effects):
    seen_at_once: list[int] = []

    @consumer("effects", "parcel.lost", batch=25)
    def note(batch):
        leave_effect(batch)
        places = [entry.position for entry in batch]
        assert places == sorted(places)
        seen_at_once.append(len(batch))

    writing = threading.Event()

    def consume_meanwhile() -> None:
        while not writing.is_set():
            run_consumers_once()
        connection.close()

    reader = threading.Thread(target=consume_meanwhile)
    reader.start()
    with ThreadPoolExecutor(WRITERS) as pool:
        committed = sum(pool.map(write_at_random, range(WRITERS)))
    writing.set()
    reader.join()
    run_consumers_once()
    assert len(seen_at_once) > 5
    assert effects_by_entry() == Counter(entry.id for entry in stored())
    assert len(stored()) == committed


CONSUME_AND_DIE = """
import os, signal, django
django.setup()
from bihuan.journal.consuming import drain
from bihuan.journal.registry import Consumer
from bihuan.journal.tests.test_consume_exactly_once import leave_effect

batches = 0

def die_in_the_middle(batch):
    global batches
    batches += 1
    leave_effect(batch[: len(batch) // 2])
    if batches == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    leave_effect(batch[len(batch) // 2 :])

drain([Consumer("effects", (), 10, die_in_the_middle)])
"""


def this_database() -> str:
    arguments = direct_connection("test")
    return make_conninfo(
        **{key: value for key, value in arguments.items() if key not in ("autocommit", "client_encoding")}
    )


@pytest.mark.durability
def test_a_consumer_killed_in_the_middle_of_a_batch_leaves_neither_gap_nor_double(effects):
    lose_parcels(*range(100))
    environment = os.environ | {"DATABASE_URL": this_database()}
    killed = subprocess.run([sys.executable, "-c", CONSUME_AND_DIE], env=environment, timeout=PATIENCE_SECONDS)
    assert killed.returncode == -signal.SIGKILL
    assert sum(effects_by_entry().values()) == 20  # the two whole batches before the kill
    drain([Consumer("effects", (), 10, leave_effect)])
    assert effects_by_entry() == Counter(entry.id for entry in stored())


def test_a_waiting_worker_is_woken_by_a_commit(monkeypatch):
    """The poll is out of reach: only the message can wake it."""
    monkeypatch.setattr("bihuan.journal.waiting.POLL_SECONDS", 2 * PATIENCE_SECONDS)
    seen, woken, stop = [], threading.Event(), threading.Event()

    def note(batch):
        seen.extend(entry.subject_id for entry in batch)
        woken.set()

    registry._consumers["reader"] = Consumer("reader", ("parcel.lost",), 500, note)
    worker = threading.Thread(target=consume_forever, args=[stop])
    worker.start()
    try:
        for number in range(3):
            woken.clear()
            lose_parcels(number)
            assert woken.wait(PATIENCE_SECONDS)
    finally:
        stop.set()
        notifier.nudge()
        worker.join()
    assert seen == [0, 1, 2]


def test_a_worker_outlives_the_loss_of_its_connections(quiet_log):
    seen, woken, stop = [], threading.Event(), threading.Event()

    @consumer("reader", "parcel.lost")
    def note(batch):
        seen.extend(entry.subject_id for entry in batch)
        woken.set()

    worker = threading.Thread(target=consume_forever, args=[stop])
    worker.start()
    try:
        lose_parcels(1)
        assert woken.wait(PATIENCE_SECONDS)
        woken.clear()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name LIKE 'bihuan%%'"
            )
        lose_parcels(2)
        assert woken.wait(PATIENCE_SECONDS)
    finally:
        stop.set()
        worker.join()
    assert seen == [1, 2]
