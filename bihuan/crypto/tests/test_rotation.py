from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connections, transaction

from bihuan.crypto import envelope, files, rotation
from bihuan.crypto.failures import KeyMissing, KeysRefused
from bihuan.crypto.keys import keyring

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
def column(letters):
    letters.objects.bulk_create([letters(text=f"信 {number}") for number in range(25)])
    letters.objects.create(text=None)
    return rotation.Column(letters, letters._meta.get_field("text"))


@pytest.fixture
def all_columns(letters, column, monkeypatch):
    columns = [rotation.Column(letters, letters._meta.get_field(n)) for n in ("text", "other", "extra", "raw")]
    monkeypatch.setattr(rotation, "encrypted_columns", lambda: columns)
    return columns


def _texts(column):
    return list(column.model.objects.filter(text__isnull=False).order_by("id").values_list("text", flat=True))


def test_every_value_gets_the_new_key_and_keeps_its_text(column):
    before, old = _texts(column), keyring().active_id
    new = rotation.rotate(AT).active_id
    seen = []
    assert rotation.reencrypt_column(column, report=seen.append) == sum(seen) == 25
    assert rotation.count_by_key(column) == {new: 25}
    assert old != new and _texts(column) == before


def test_running_again_does_nothing(column):
    rotation.rotate(AT)
    rotation.reencrypt_column(column)
    assert rotation.reencrypt_column(column) == 0


def test_a_rotation_killed_midway_goes_on_where_it_stopped(column):
    class Killed(BaseException):
        pass

    old = keyring().active_id
    new = rotation.rotate(AT).active_id
    first = rotation.reencrypt_batch(column, after=None, limit=10)
    with pytest.raises(Killed), transaction.atomic():
        assert rotation.reencrypt_batch(column, after=first.last_key, limit=10).resealed == 10
        raise Killed
    assert rotation.count_by_key(column) == {old: 15, new: 10}
    assert rotation.reencrypt_column(column) == 15
    assert rotation.count_by_key(column) == {new: 25}
    assert _texts(column) == [f"信 {number}" for number in range(25)]


def test_a_row_somebody_holds_is_passed_over_and_taken_later(column):
    old = keyring().active_id
    rotation.rotate(AT)
    other = connections.create_connection("default")
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute(f"SELECT id FROM {column.model._meta.db_table} ORDER BY id LIMIT 1 FOR UPDATE")
        assert rotation.reencrypt_column(column) == 24
        assert rotation.count_by_key(column)[old] == 1
        other.rollback()
    finally:
        other.close()
    assert rotation.reencrypt_column(column) == 1


def test_files_are_sealed_again_too(settings):
    folder = settings.FILES_DIR
    (folder / "2026").mkdir(parents=True)
    for number in range(3):
        (folder / "2026" / f"{number}").write_bytes(files.seal(f"照片 {number}".encode()))
    (folder / "note.txt").write_bytes(b"not sealed")
    new = rotation.rotate(AT).active_id
    assert rotation.reencrypt_files(folder) == 3
    assert rotation.count_files_by_key(folder) == {new: 3}
    assert files.open_sealed((folder / "2026" / "2").read_bytes()) == "照片 2".encode()
    assert (folder / "note.txt").read_bytes() == b"not sealed"


def test_a_key_in_use_or_just_replaced_cannot_be_retired(all_columns, settings):
    old = keyring().active_id
    rotation.rotate(AT)
    with pytest.raises(KeysRefused, match="wait"):
        rotation.retire(old, folder=settings.FILES_DIR, at=AT + timedelta(minutes=59))
    with pytest.raises(KeysRefused, match="still seals"):
        rotation.retire(old, folder=settings.FILES_DIR, at=AT + timedelta(hours=1))
    for column in all_columns:
        rotation.reencrypt_column(column)
    settings.FILES_DIR.mkdir()
    (settings.FILES_DIR / "late").write_bytes(files.MARK + bytes((1, old)) + bytes(40))
    with pytest.raises(KeysRefused, match="still seals 1 "):
        rotation.retire(old, folder=settings.FILES_DIR, at=AT + timedelta(hours=1))
    (settings.FILES_DIR / "late").unlink()
    sealed = bytes((1, old)) + envelope.seal(b"x", b"y")[2:]
    rotation.retire(old, folder=settings.FILES_DIR, at=AT + timedelta(hours=1))
    with pytest.raises(KeyMissing):
        envelope.unseal(sealed, b"y")


@pytest.mark.feature("2.4")
def test_the_command_rotates_reports_and_retires(all_columns):
    def run(*arguments):
        out = StringIO()
        call_command("keys", *arguments, stdout=out)
        return out.getvalue()

    old = keyring().active_id
    assert f"key {old} (active)" in run("status")
    assert "all 103 sealed values have key" in run("rotate")  # 25 + 26 others, extras and raws
    assert f"key {old} (opens only)" in run("status")
    assert "all 103 sealed values" in run("reencrypt")
    with pytest.raises(CommandError, match="wait"):
        run("retire", str(old))
