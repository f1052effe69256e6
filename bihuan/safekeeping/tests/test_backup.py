"""A backup of a working system, restored into another cluster, with the journal going on where it was."""

import subprocess
from contextlib import contextmanager
from io import StringIO

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from bihuan.crypto import keys
from bihuan.customers import actions as customers
from bihuan.foundation.actor import Actor
from bihuan.foundation.moment import now
from bihuan.journal import consuming
from bihuan.journal.actions import rebase, seal_closed_range
from bihuan.journal.notifier import notifier
from bihuan.journal.queries import verify
from bihuan.journal.registry import Consumer
from bihuan.journal.tests.factories import LIN, NOON, lose_parcels
from bihuan.runtime.postgres import Cluster
from bihuan.runtime.postgres.binaries import installed_programs
from bihuan.runtime.postgres.settings import throwaway_settings
from bihuan.safekeeping.archive import ArchiveReader, ArchiveRefused
from bihuan.safekeeping.drilling import place_in
from bihuan.safekeeping.passphrases import secret_for_reading, secret_for_writing
from bihuan.safekeeping.restoring import HAS_TABLES, RestoreRefused, read_manifest, restore_backup
from bihuan.safekeeping.tests.factories import put_sealed_file

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.durability]

PHONE, NAME, ADDRESS = "13866668888", "欧阳静雯", "杭州市西湖区文三路478号"


def back_up(path):
    out = StringIO()
    call_command("backup", str(path), stdout=out)
    return out.getvalue()


def register_ouyang():
    return customers.find_or_register_customer(
        actor=Actor.system("tests"), name=NAME, phone=PHONE, address=ADDRESS, at=now()
    )


@pytest.fixture
def other_cluster(tmp_path_factory):
    folder = tmp_path_factory.mktemp("other")
    for parent in (folder, *list(folder.parents)[:3]):
        parent.chmod(0o755)
    cluster = Cluster(folder / "postgres")
    cluster.start(throwaway_settings())
    cluster.create_database("bihuan")
    yield cluster
    cluster.stop()


@contextmanager
def working_on(place):
    """The product on another database for a while."""
    before = dict(connection.settings_dict)
    names = {"NAME": "PGDATABASE", "USER": "PGUSER", "HOST": "PGHOST"}

    def move(values):
        notifier.stop()
        connection.close()
        connection.close_pool()
        connection.settings_dict.update(values)

    move({name: place[variable] for name, variable in names.items()})
    try:
        yield
    finally:
        move({name: before[name] for name in names})


def told_reader():
    told = []
    return told, Consumer(
        "reader", ("parcel.lost",), 500, lambda batch: told.extend(entry.subject_id for entry in batch)
    )


def test_no_entry_is_lost_or_read_twice_after_a_restore_into_a_new_cluster(tmp_path, other_cluster):
    told, reader = told_reader()
    lose_parcels(1, 2, 3)
    consuming.drain([reader])
    seal_closed_range(at=NOON)
    lose_parcels(4)
    lose_parcels(5)
    back_up(tmp_path / "b")
    lose_parcels(99)  # after the backup: gone with the old cluster
    restored = restore_backup(
        tmp_path / "b", secret_for_reading(""), place=place_in(other_cluster), files=tmp_path / "new"
    )
    assert restored.faults == []
    with working_on(place_in(other_cluster)):
        assert rebase(actor=LIN, at=NOON) is not None
        lose_parcels(6)
        lose_parcels(7)
        consuming.drain([reader])
        assert told == [1, 2, 3, 4, 5, 6, 7]
        lose_parcels(8)
        consuming.drain([reader])
        assert told == [1, 2, 3, 4, 5, 6, 7, 8]
        seal_closed_range(at=NOON)
        assert verify().fault is None


@pytest.mark.feature("15.6")
def test_a_drill_proves_a_backup_and_prints_a_report(tmp_path, settings):
    register_ouyang()
    put_sealed_file(settings.FILES_DIR / "2026", "photo", b"picture")
    seal_closed_range(at=NOON)
    said = back_up(tmp_path / "b")
    assert "1 files" in said and f"needs the keys {keys.keyring().active_id}" in said
    out = StringIO()
    call_command("restore_drill", str(tmp_path / "b"), stdout=out)
    report = out.getvalue()
    assert "The backup is proved." in report and "customers_customerphone" in report
    assert "hold, head" in report and " NO" not in report


def test_a_damaged_backup_leaves_the_database_empty(tmp_path, other_cluster):
    register_ouyang()
    back_up(tmp_path / "b")
    content = (tmp_path / "b").read_bytes()
    (tmp_path / "b").write_bytes(content[: len(content) * 9 // 10])
    place = place_in(other_cluster)
    with pytest.raises(ArchiveRefused, match="cut off"):
        restore_backup(tmp_path / "b", secret_for_reading(""), place=place, files=tmp_path / "new")
    with psycopg.connect(other_cluster.url("bihuan")) as other:
        assert other.execute(HAS_TABLES).fetchone() == (False,)


def test_without_its_keys_a_backup_is_refused_before_anything_is_restored(tmp_path, settings, monkeypatch):
    monkeypatch.setenv("BIHUAN_BACKUP_PASSPHRASE", "words that somebody keeps")
    back_up(tmp_path / "b")
    settings.KEYS_DIR = tmp_path / "elsewhere"
    keys.forget_held_keyring()
    with pytest.raises(RestoreRefused, match="does not belong to this backup"):
        restore_backup(tmp_path / "b", secret_for_reading(""), place={}, files=tmp_path / "new")


def test_a_database_that_is_not_empty_is_left_alone(tmp_path):
    register_ouyang()
    back_up(tmp_path / "b")
    with pytest.raises(CommandError, match="not empty"):
        call_command("restore", str(tmp_path / "b"), stdout=StringIO())
    assert customers.find_or_register_customer(actor=Actor.system("tests"), phone=PHONE, at=now()).name == NAME


def test_neither_the_archive_nor_the_dump_inside_shows_personal_data_or_keys(tmp_path):
    register_ouyang()
    back_up(tmp_path / "b")
    text = sql_text(tmp_path / "b")
    assert "COPY public.customers_customerphone" in text
    clear = (PHONE, NAME, ADDRESS, "文三路")
    assert [value for value in clear if value in text] == []
    raw = (tmp_path / "b").read_bytes()
    assert [value for value in clear if value.encode() in raw] == []
    ring = keys.keyring()
    secrets = [*ring.data_keys.values(), ring.index_key, ring.backup_key]
    assert [1 for key in secrets if key in raw or key.hex() in text] == []
    assert read_manifest(tmp_path / "b", secret_for_reading("")).key_ids == sorted(ring.data_keys)


def sql_text(path):
    """The dump in the archive as SQL."""
    with path.open("rb") as file:
        parts = ArchiveReader(file, secret_for_writing("")).parts()
        dump = next(b"".join(content) for name, content in parts if name == "database")
    command = [str(installed_programs() / "bin" / "pg_restore"), "-f", "-"]
    return subprocess.run(command, input=dump, capture_output=True, check=True).stdout.decode()
