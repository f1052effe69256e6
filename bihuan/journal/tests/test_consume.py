"""Handing entries to their consumers: order, failures, retry, rewind."""

import threading

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, OperationalError, connection, transaction

from bihuan.foundation.errors import NotAllowed
from bihuan.journal.actions import UnknownConsumer, rewind_consumer, run_consumers_once, write
from bihuan.journal.models import ConsumerCursor, ParkedEntry, StoredEntry
from bihuan.journal.queries import consumer_statuses, list_parked
from bihuan.journal.registry import consumer
from bihuan.journal.tests.factories import LIN, NOON, ParcelFound, lose_parcels
from bihuan.journal.wire import direct_connection

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quiet_log")]


class Reader:
    """A consumer that notes the parcels it was told of, batch by batch, and stumbles where it is told to."""

    def __init__(self, name: str, *codes: str, batch: int = 500) -> None:
        self.batches: list[list[int]] = []
        self.stumbles: dict[int, Exception] = {}
        consumer(name, *codes, batch=batch)(self)

    def __call__(self, batch):
        seen = [entry.subject_id for entry in batch]
        for parcel_id in seen:
            if parcel_id in self.stumbles:
                raise self.stumbles[parcel_id]
        self.batches.append(seen)

    @property
    def seen(self) -> list[int]:
        return [parcel_id for batch in self.batches for parcel_id in batch]


@pytest.mark.smoke
def test_a_new_consumer_starts_at_the_beginning_and_sees_each_entry_once():
    lose_parcels(1, 2, 3)
    reader = Reader("reader")
    assert run_consumers_once() == 3
    lose_parcels(4)
    assert run_consumers_once() == 1
    assert run_consumers_once() == 0
    assert reader.batches == [[1, 2, 3], [4]]


def test_a_consumer_gets_only_the_codes_it_asked_for():
    finders, readers = Reader("finder", "parcel.found"), Reader("reader", "parcel.found", "parcel.lost")
    lose_parcels(1)
    with transaction.atomic():
        write(LIN, ParcelFound(parcel_id=2), at=NOON)
    run_consumers_once()
    assert (finders.seen, readers.seen) == ([2], [1, 2])


def test_batches_are_as_large_as_the_consumer_wishes():
    reader = Reader("reader", batch=3)
    lose_parcels(*range(8))
    run_consumers_once()
    assert reader.batches == [[0, 1, 2], [3, 4, 5], [6, 7]]


def test_entries_that_a_consumer_writes_are_handed_out_in_the_same_run():
    @consumer("finder", "parcel.lost")
    def find(batch):
        for entry in batch:
            write(LIN, ParcelFound(parcel_id=entry.subject_id + 100), at=NOON)

    reader = Reader("reader", "parcel.found")
    lose_parcels(1, 2)
    run_consumers_once()
    assert reader.seen == [101, 102]


def test_a_consumer_without_news_leaves_nothing_to_do_at_the_next_look(django_assert_max_num_queries):
    Reader("finder", "parcel.found")
    lose_parcels(1)
    run_consumers_once()
    with django_assert_max_num_queries(5):
        assert run_consumers_once() == 0


@pytest.mark.smoke
def test_a_poisonous_entry_is_parked_and_the_rest_goes_on():
    reader, other = Reader("reader"), Reader("other")
    reader.stumbles[3] = ValueError("parcel 3 belongs to 13800138000")
    lose_parcels(1, 2, 3, 4, 5)
    run_consumers_once()
    assert reader.batches == [[1], [2], [4], [5]]
    assert other.batches == [[1, 2, 3, 4, 5]]
    (parked,) = list_parked()
    assert (parked.consumer, parked.code, parked.attempts) == ("reader", "parcel.lost", 1)
    assert StoredEntry.objects.get(id=parked.entry_id).subject_id == 3


def test_a_parked_entry_says_what_failed_and_where_but_not_with_which_words():
    reader = Reader("reader")
    reader.stumbles[3] = ValueError("parcel 3 belongs to 13800138000")
    lose_parcels(3)
    run_consumers_once()
    (parked,) = list_parked()
    assert parked.error.startswith("ValueError at test_consume.py:")
    assert "13800138000" not in parked.error + ConsumerCursor.objects.get().last_error


def test_a_refusal_is_parked_with_its_code():
    reader = Reader("reader")
    reader.stumbles[3] = NotAllowed()
    lose_parcels(3)
    run_consumers_once()
    assert list_parked()[0].error.startswith("NotAllowed not_allowed at")


def test_effects_of_a_failed_batch_are_rolled_back_before_its_entries_are_tried_alone():
    @consumer("opener", "parcel.lost")
    def open_something(batch):
        for entry in batch:
            ParkedEntry.objects.create(
                consumer="effect", entry_id=entry.id, code="x", error="", parked_at=NOON, tried_at=NOON
            )
            if entry.subject_id == 2:
                raise IntegrityError

    lose_parcels(1, 2, 3)
    run_consumers_once()
    done = ParkedEntry.objects.filter(consumer="effect").values_list("entry_id", flat=True)
    assert [entry.subject_id for entry in StoredEntry.objects.filter(id__in=done).order_by("id")] == [1, 3]


def test_a_database_error_inside_a_consumer_parks_its_entry_only():
    seen = []

    @consumer("opener", "parcel.lost")
    def divide(batch):
        for entry in batch:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 / (%s - 2)", [entry.subject_id])
            seen.append(entry.subject_id)

    lose_parcels(1, 2, 3)
    run_consumers_once()
    assert seen[-2:] == [1, 3] and list_parked()[0].error.startswith("DataError 22012 at test_consume.py:")


def test_a_deadlock_is_tried_again_before_the_entry_is_parked():
    failures = [OperationalError("deadlock detected")] * 2

    @consumer("opener", "parcel.lost")
    def handle(batch):
        if failures:
            raise failures.pop()

    lose_parcels(1)
    run_consumers_once()
    assert list_parked() == []


def test_an_entry_that_deadlocks_every_time_is_parked_at_last():
    @consumer("opener", "parcel.lost")
    def handle(batch):
        raise OperationalError("deadlock detected")

    lose_parcels(1)
    run_consumers_once()
    assert len(list_parked()) == 1


def test_a_retry_hands_a_parked_entry_out_again(capsys):
    reader = Reader("reader")
    reader.stumbles[2] = ValueError()
    lose_parcels(1, 2)
    run_consumers_once()
    with pytest.raises(SystemExit):
        call_command("journal", "retry")
    assert list_parked()[0].attempts == 2
    reader.stumbles.clear()
    call_command("journal", "retry", "reader")
    assert reader.seen == [1, 2] and list_parked() == []
    assert capsys.readouterr().out == "0 went through, 1 did not\n1 went through, 0 did not\n"


def test_a_rewound_consumer_reads_everything_again_and_parks_anew():
    reader = Reader("reader", "parcel.lost")
    reader.stumbles[2] = ValueError()
    lose_parcels(1, 2, 3)
    run_consumers_once()
    rewind_consumer(actor=LIN, name="reader", at=NOON)
    assert list_parked() == []
    run_consumers_once()
    assert reader.seen == [1, 3, 1, 3] and len(list_parked()) == 1
    assert StoredEntry.objects.filter(code="journal.rewound").get().payload["name"] == "reader"


def test_an_unknown_consumer_is_refused():
    with pytest.raises(UnknownConsumer):
        rewind_consumer(actor=LIN, name="nobody", at=NOON)
    with pytest.raises(CommandError, match="nobody"):
        call_command("journal", "rewind", "nobody")


def test_the_list_of_consumers_shows_lag_and_last_error(capsys):
    reader = Reader("reader", "parcel.lost")
    Reader("auditor")
    reader.stumbles[1] = ValueError()
    lose_parcels(1)
    run_consumers_once()
    lose_parcels(2, 3)
    auditor, status = consumer_statuses()
    assert (status.name, status.waiting, status.parked, status.oldest_waiting_at) == ("reader", 2, 1, NOON)
    assert "ValueError" in status.last_error and auditor.last_error == ""
    call_command("journal", "consumers")
    printed = capsys.readouterr().out
    assert "reader: 2 waiting since 2026-11-23" in printed and "reads every entry" in printed


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_is_still_open_holds_back_what_came_after_it():
    """Ids alone would lose the slow entry: it has the lower number and commits later."""
    reader = Reader("reader")
    written, may_commit = threading.Event(), threading.Event()

    def write_slowly():
        with transaction.atomic():
            lose_parcels(1)
            written.set()
            may_commit.wait(10)
        connection.close()

    slow = threading.Thread(target=write_slowly)
    slow.start()
    assert written.wait(10)
    lose_parcels(2)
    assert run_consumers_once() == 0
    may_commit.set()
    slow.join()
    run_consumers_once()
    assert reader.seen == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_an_open_transaction_in_another_database_holds_back_nobody():
    elsewhere = direct_connection("test") | {"dbname": "postgres", "autocommit": False}
    with psycopg.connect(**elsewhere) as neighbour:
        neighbour.execute("SELECT pg_current_xact_id()")
        reader = Reader("reader")
        lose_parcels(1)
        run_consumers_once()
        assert reader.seen == [1]
        neighbour.rollback()


@pytest.mark.django_db(transaction=True)
def test_two_workers_do_not_work_for_one_consumer_at_once():
    entered, may_go_on = threading.Event(), threading.Event()
    seen = []

    @consumer("slow")
    def handle(batch):
        entered.set()
        may_go_on.wait(10)
        seen.extend(entry.subject_id for entry in batch)

    def work():
        run_consumers_once()
        connection.close()

    lose_parcels(1, 2)
    first = threading.Thread(target=work)
    first.start()
    assert entered.wait(10)
    assert run_consumers_once() == 0
    may_go_on.set()
    first.join()
    assert seen == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_consuming_inside_a_transaction_is_refused():
    Reader("reader")
    lose_parcels(1)
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        run_consumers_once()
