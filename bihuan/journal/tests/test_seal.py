"""Seals: whatever is done to sealed entries behind the application's back shows."""

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from bihuan.journal import seals
from bihuan.journal.actions import ensure_months, seal_closed_range
from bihuan.journal.models import JournalSeal
from bihuan.journal.queries import verify
from bihuan.journal.tests.factories import NOON, lose_parcels, stored

pytestmark = pytest.mark.django_db


@pytest.fixture
def sealed(monkeypatch):
    """Ten entries under four seals."""
    monkeypatch.setattr(seals, "RANGE", 3)
    ensure_months(NOON, NOON)
    lose_parcels(*range(10), units=(4, 31))
    assert [seal.count for seal in seal_closed_range(at=NOON)] == [3, 3, 3, 1]


def behind_the_back(*statements: str) -> None:
    """What somebody with full rights on the database can do."""
    with connection.cursor() as cursor:
        for table in ("journal_entry", "journal_journalseal"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement)
        for table in ("journal_entry", "journal_journalseal"):
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def test_an_untouched_journal_verifies(sealed):
    found = verify()
    assert (found.seals, found.entries, found.unsealed, found.fault) == (4, 10, 0, None)


def test_what_came_after_the_last_seal_waits_for_the_next(sealed):
    lose_parcels(11, 12)
    assert verify().unsealed == 2
    assert [seal.number for seal in seal_closed_range(at=NOON)] == [5]
    assert (verify().unsealed, verify().entries) == (0, 12)
    assert seal_closed_range(at=NOON) == []


def test_an_empty_journal_verifies_and_needs_no_seal():
    assert seal_closed_range(at=NOON) == []
    assert verify().fault is None


@pytest.mark.feature("15.4")
@pytest.mark.smoke
@pytest.mark.parametrize(
    "change",
    [
        "actor_name = '别人'", "actor_id = NULL", "payload = payload || '{\"after\": \"FOUND\"}'", "via = 'API'",
        "at = at + interval '1 microsecond'", "units = '{4}'", "division_id = 5", "subject_id = 9", "code = 'x.y'",
    ],
)  # fmt: skip
def test_editing_one_old_line_in_the_database_fails_the_check(sealed, change):
    edited = stored()[4]
    behind_the_back(f"UPDATE journal_entry SET {change} WHERE id = {edited.id}")
    fault = verify().fault
    assert (fault.number, fault.row, fault.reason) == (2, edited.position, "a row was changed")


@pytest.mark.feature("15.4")
def test_deleting_an_old_line_fails_the_check(sealed):
    deleted, following = stored()[3:5]
    behind_the_back(f"DELETE FROM journal_entry WHERE id = {deleted.id}")
    fault = verify().fault
    assert (fault.number, fault.row, fault.reason) == (2, following.position, "rows are missing")


def test_deleting_a_whole_range_fails_the_check(sealed):
    first, last = stored()[0], stored()[2]
    behind_the_back(f"DELETE FROM journal_entry WHERE id BETWEEN {first.id} AND {last.id}")
    assert (verify().fault.number, verify().fault.reason) == (1, "rows are missing")


@pytest.mark.feature("15.4")
def test_inserting_an_old_line_fails_the_check(sealed):
    behind_the_back(
        f"CREATE TEMP TABLE forged ON COMMIT DROP AS SELECT * FROM journal_entry WHERE id = {stored()[5].id}",
        "UPDATE forged SET id = nextval('journal_entry_id_seq'), xid = xid - 1",
        "INSERT INTO journal_entry SELECT * FROM forged",
    )
    fault = verify().fault
    assert (fault.number, fault.reason, fault.row) == (1, "rows were added", stored()[0].position)


def test_swapping_two_lines_fails_the_check(sealed):
    one, other = stored()[1], stored()[7]
    behind_the_back(
        f"UPDATE journal_entry SET payload = '{{}}', subject_id = {other.subject_id} WHERE id = {one.id}",
        f"UPDATE journal_entry SET payload = '{{}}', subject_id = {one.subject_id} WHERE id = {other.id}",
    )
    assert verify().fault.row == one.position


def test_a_chain_made_anew_without_the_key_fails_the_check(sealed, monkeypatch):
    """Somebody who owns the database edits a line and computes all hashes again, but has no keyring."""
    behind_the_back(
        f"UPDATE journal_entry SET actor_name = '别人' WHERE id = {stored()[4].id}", "DELETE FROM journal_journalseal"
    )
    with monkeypatch.context() as forging:
        forging.setattr(seals, "digest", lambda value, purpose: b"0" * 16)
        seal_closed_range(at=NOON)
    assert "not signed" in verify().fault.reason


@pytest.mark.parametrize("number", [1, 2])
def test_a_missing_seal_fails_the_check(sealed, number):
    behind_the_back(f"DELETE FROM journal_journalseal WHERE number = {number}")
    assert (verify().fault.number, verify().fault.reason) == (number, "the seal is missing")


def test_a_cut_tail_shows_against_a_noted_head(sealed):
    head = verify().head
    assert verify(head).fault is None
    behind_the_back(
        "DELETE FROM journal_journalseal WHERE number = 4", f"DELETE FROM journal_entry WHERE id = {stored()[9].id}"
    )
    assert verify().fault is None
    assert verify(head).fault.reason == "the noted head is not in the chain"
    assert verify("nonsense").fault is not None


def test_the_journal_cannot_be_changed_and_neither_can_its_seals(sealed):
    for statement in ("UPDATE journal_journalseal SET count = 2", "DELETE FROM journal_journalseal"):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert JournalSeal.objects.count() == 4


def test_the_command_seals_verifies_and_fails_with_the_broken_place(capsys):
    ensure_months(NOON, NOON)
    lose_parcels(1, 2, 3)
    call_command("journal", "seal")
    call_command("journal", "verify")
    printed = capsys.readouterr().out
    assert "sealed 3 entries" in printed and "1 seals over 3 entries hold" in printed
    behind_the_back(f"UPDATE journal_entry SET code = 'parcel.found' WHERE id = {stored()[1].id}")
    with pytest.raises(SystemExit) as exit_code:
        call_command("journal", "verify")
    assert exit_code.value.code == 1
    error = capsys.readouterr().err
    assert "a row was changed" in error and str(stored()[1].position) in error
