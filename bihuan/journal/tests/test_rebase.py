"""After a restore into a new cluster, which counts transactions from the beginning."""

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from bihuan.journal.actions import rebase, run_consumers_once, seal_closed_range
from bihuan.journal.models import ConsumerCursor
from bihuan.journal.position import Position, horizon
from bihuan.journal.queries import live_position, verify
from bihuan.journal.registry import consumer
from bihuan.journal.tests.factories import LIN, NOON, lose_parcels, stored

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.smoke]

FAR = 5_000_000_000  # a busy cluster, more than 32 bits of transactions ago


@pytest.fixture(autouse=True)
def base_as_before():
    yield
    set_base(0)


def set_base(base: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE OR REPLACE FUNCTION journal_base() RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE"
            f" AS 'SELECT {base}::bigint'"
        )


@pytest.fixture
def seen():
    """What a consumer of everything about parcels was told."""
    told: list[int] = []

    @consumer("reader", "parcel.lost")
    def note(batch):
        told.extend(entry.subject_id for entry in batch)

    return told


@pytest.fixture
def restored(seen):
    """A journal from a cluster that was far ahead: 1 to 3 consumed and sealed there, 4 and 5 written just before."""
    set_base(FAR)
    lose_parcels(1, 2, 3)
    run_consumers_once()
    seal_closed_range(at=NOON)
    lose_parcels(4)
    lose_parcels(5)
    set_base(0)


def test_without_a_restore_there_is_nothing_to_rebase():
    lose_parcels(1)
    assert rebase(actor=LIN, at=NOON) is None


def test_an_open_transaction_is_not_taken_for_a_restore():
    with transaction.atomic():
        lose_parcels(1)
        assert rebase(actor=LIN, at=NOON) is None


def test_after_a_rebase_every_entry_is_read_exactly_once(restored, seen):
    assert rebase(actor=LIN, at=NOON) is not None
    lose_parcels(6)
    lose_parcels(7)
    run_consumers_once()
    assert seen == [1, 2, 3, 4, 5, 6, 7]
    lose_parcels(8)
    run_consumers_once()
    assert seen == [1, 2, 3, 4, 5, 6, 7, 8]


def test_without_the_rebase_new_entries_would_be_lost(restored, seen):
    """The reason for it: this is what the cursor does on its own."""
    lose_parcels(6)
    run_consumers_once()
    assert seen == [1, 2, 3]


def test_old_seals_hold_and_new_ones_join_the_chain(restored):
    rebase(actor=LIN, at=NOON)
    lose_parcels(6)
    assert verify().fault is None
    seal_closed_range(at=NOON)
    found = verify()
    assert (found.fault, found.entries, found.unsealed) == (None, 7, 0)  # six parcels and the rebase


def test_positions_that_browsers_hold_keep_their_meaning(restored):
    before = stored()[-1].position
    rebase(actor=LIN, at=NOON)
    lose_parcels(6)
    assert before < Position.parse(live_position())
    assert [entry.subject_id for entry in stored() if entry.position > before] == [None, 6]


def test_a_second_rebase_does_nothing(restored):
    rebase(actor=LIN, at=NOON)
    assert rebase(actor=LIN, at=NOON) is None
    assert horizon() > FAR


def test_a_cursor_beyond_every_entry_is_passed_too(seen):
    """The last entries were lost with the restore, the cursor that had read them was not."""
    lose_parcels(1)
    ConsumerCursor.objects.create(name="reader", xid=FAR, entry_id=9)
    assert rebase(actor=LIN, at=NOON) is not None
    lose_parcels(2)
    run_consumers_once()
    assert seen == [2]


def test_migrating_the_restored_database_rebases_it(restored, seen):
    call_command("migrate", verbosity=0)
    lose_parcels(6)
    run_consumers_once()
    assert seen == [1, 2, 3, 4, 5, 6]


def test_the_command_says_whether_it_was_needed(restored, capsys):
    call_command("journal", "rebase")
    call_command("journal", "rebase")
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("the journal goes on at base ") and second == "no rebase is needed"
