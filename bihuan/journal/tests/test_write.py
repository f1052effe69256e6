"""Writing entries, and that nothing written can be changed."""

import os
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, ProgrammingError, connection, transaction

from bihuan.journal.actions import Line, NotInTransaction, ensure_ahead, ensure_months, gathered, write, write_many
from bihuan.journal.models import StoredEntry
from bihuan.journal.queries import entries_of
from bihuan.journal.tests.factories import LIN, NOON, ParcelFound, ParcelLost, lose_parcels, stored

pytestmark = [pytest.mark.django_db, pytest.mark.smoke]


def test_an_entry_keeps_who_what_and_when(django_assert_num_queries):
    with django_assert_num_queries(1):
        write(LIN, ParcelLost(parcel_id=5, before="运输中"), at=NOON, units=(31, 4, None, 31), division_id=4)
    (entry,) = stored()
    assert (entry.code, entry.subject, entry.subject_id) == ("parcel.lost", "parcel", 5)
    assert (entry.actor_kind, entry.actor_id, entry.actor_name, entry.via) == ("STAFF", 7, "林晓", "WEB")
    assert (entry.at, entry.units, entry.division_id) == (NOON, [4, 31], 4)
    assert entry.payload == {"parcel_id": 5, "before": "运输中", "after": "LOST"}


@pytest.mark.django_db(transaction=True)
def test_an_entry_outside_a_transaction_is_refused():
    with pytest.raises(NotInTransaction):
        write(LIN, ParcelLost(parcel_id=5), at=NOON)
    assert stored() == []


@pytest.mark.django_db(transaction=True)
def test_an_entry_vanishes_with_the_change_that_is_rolled_back():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        write(LIN, ParcelLost(parcel_id=5), at=NOON)
        raise ZeroDivisionError
    assert stored() == []


def test_a_moment_without_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        write(LIN, ParcelLost(parcel_id=5), at=NOON.replace(tzinfo=None))


def test_many_entries_are_written_with_two_statements_at_most(django_assert_max_num_queries):
    lines = [
        Line(actor=LIN, entry=ParcelLost(parcel_id=n, before="a\tb\\c\n''"), at=NOON, units={n, 4}) for n in range(50)
    ]
    with django_assert_max_num_queries(2):
        assert write_many(lines) == 50
    assert [(entry.subject_id, entry.units) for entry in stored()][:6] == [
        (0, [0, 4]), (1, [1, 4]), (2, [2, 4]), (3, [3, 4]), (4, [4]), (5, [4, 5]),
    ]  # fmt: skip
    assert stored()[0].payload["before"] == "a\tb\\c\n''"


def test_writing_nothing_is_fine():
    assert write_many([]) == 0


def test_the_entries_of_one_subject_are_its_timeline():
    lose_parcels(1, 2, 1)
    write(LIN, ParcelFound(parcel_id=1), at=NOON)
    first, second, third = entries_of("parcel", 1)
    assert [first.code, second.code, third.code] == ["parcel.lost", "parcel.lost", "parcel.found"]
    assert entries_of("parcel", 1, after=first.id) == [second, third]
    assert entries_of("parcel", 1, codes=["parcel.found"]) == [third]


def test_a_long_timeline_keeps_its_newest_entries_in_order():
    lose_parcels(*[1] * 7)
    everything = entries_of("parcel", 1)
    assert entries_of("parcel", 1, limit=3) == everything[-3:]
    assert entries_of("parcel", 1, after=everything[1].id, limit=2) == everything[-2:]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal_entry SET actor_name = 'x'",
        "DELETE FROM journal_entry",
        "TRUNCATE journal_entry",
        "UPDATE journal_entry_2026_11 SET actor_name = 'x'",
        "DELETE FROM journal_entry_2026_11",
        "TRUNCATE journal_entry_2026_11",
        "TRUNCATE journal_entry_default",
    ],
)
def test_changing_the_journal_is_refused(statement):
    ensure_months(NOON, NOON)
    lose_parcels(1)
    before = stored()[0].payload
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert stored()[0].payload == before


@pytest.fixture
def web_role():
    """A restricted role with exactly the rights that the command grants."""
    ensure_ahead(NOON)
    name = f"bihuan web {os.getpid()}"  # roles belong to the server, which several test runs share
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolcreaterole OR rolsuper FROM pg_roles WHERE rolname = current_user")
        if not cursor.fetchone()[0]:
            pytest.skip("the embedded server's user may not create roles; the run on a foreign server proves this")
        cursor.execute(f'CREATE ROLE "{name}" NOLOGIN')
        call_command("journal", "roles", name, "--execute")
        cursor.execute(f'SET LOCAL ROLE "{name}"')
        yield cursor
        cursor.execute("RESET ROLE")


def test_the_role_of_web_processes_can_write_and_read_the_journal(web_role):
    lose_parcels(1)
    assert [entry.subject_id for entry in stored()] == [1]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal_entry SET actor_name = 'x'",
        "DELETE FROM journal_entry",
        "TRUNCATE journal_entry",
        "DELETE FROM journal_entry_2026_11",
        "ALTER TABLE journal_entry DISABLE TRIGGER USER",
        "INSERT INTO journal_journalseal SELECT * FROM journal_journalseal",
    ],
)
def test_the_role_of_web_processes_can_do_nothing_else_to_it(web_role, statement):
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"), transaction.atomic():
        web_role.execute(statement)


def test_the_rights_can_be_read_before_they_are_given(capsys):
    call_command("journal", "roles", "web")
    printed = capsys.readouterr().out.splitlines()
    assert 'GRANT SELECT, INSERT ON journal_entry TO "web";' in printed


def test_months_are_made_ahead_and_only_once():
    ensure_ahead(NOON)
    assert ensure_ahead(NOON) == []
    assert ensure_ahead(datetime(2031, 11, 30, 23, 0, tzinfo=UTC)) == [
        "journal_entry_2031_11", "journal_entry_2031_12", "journal_entry_2032_01", "journal_entry_2032_02",
    ]  # fmt: skip


def partition_of(parcel_id: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM journal_entry WHERE subject_id = %s", [parcel_id])
        return cursor.fetchone()[0]


def test_a_write_never_fails_for_want_of_a_month_and_moves_there_later():
    early = datetime(2019, 1, 31, 23, 59, 59, tzinfo=UTC)
    lose_parcels(1, at=early)
    lose_parcels(2, at=early + timedelta(seconds=1))
    places = [entry.position for entry in StoredEntry.objects.order_by("id")]
    assert partition_of(1) == partition_of(2) == "journal_entry_default"
    assert ensure_months(early, early) == ["journal_entry_2019_01"]
    assert (partition_of(1), partition_of(2)) == ("journal_entry_2019_01", "journal_entry_default")
    assert [entry.position for entry in StoredEntry.objects.order_by("id")] == places


def test_a_month_made_later_is_as_closed_as_the_others():
    lose_parcels(1, at=datetime(2019, 1, 5, tzinfo=UTC))
    ensure_months(datetime(2019, 1, 5, tzinfo=UTC), datetime(2019, 1, 5, tzinfo=UTC))
    for statement in (
        "DELETE FROM journal_entry",
        "TRUNCATE journal_entry_2019_01",
        "DELETE FROM journal_entry_2019_01",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_entries_of_one_action_are_written_together_in_their_order(django_assert_num_queries):
    with django_assert_num_queries(1), gathered():
        write(LIN, ParcelLost(parcel_id=1), at=NOON)
        write_many([Line(actor=LIN, entry=ParcelLost(parcel_id=n), at=NOON) for n in (2, 3)])
        write(LIN, ParcelFound(parcel_id=1), at=NOON)
    assert [(entry.code, entry.subject_id) for entry in stored()] == [
        ("parcel.lost", 1), ("parcel.lost", 2), ("parcel.lost", 3), ("parcel.found", 1),
    ]  # fmt: skip


def test_an_action_that_fails_leaves_none_of_its_entries():
    with pytest.raises(ZeroDivisionError), transaction.atomic(), gathered():
        write(LIN, ParcelLost(parcel_id=1), at=NOON)
        raise ZeroDivisionError
    assert stored() == []


def test_what_is_taken_back_alone_takes_its_entry_along():
    with gathered():
        write(LIN, ParcelLost(parcel_id=1), at=NOON)
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            write(LIN, ParcelLost(parcel_id=2), at=NOON)
            raise ZeroDivisionError
        with transaction.atomic(savepoint=False):
            write(LIN, ParcelLost(parcel_id=3), at=NOON)
    assert [entry.subject_id for entry in stored()] == [1, 3]
