"""Taking files in and clearing away."""

import os
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction

from bihuan.foundation.files import (
    LIMIT_BYTES,
    FileMissing,
    FileRefused,
    StoredFile,
    read_file,
    store_file,
    store_upload,
    sweep,
)
from bihuan.foundation.files.refusals import FileEmpty, FileTooLarge
from bihuan.foundation.files.store import path_of
from bihuan.foundation.files.tests.factories import JPEG, PDF

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files_folder(settings, tmp_path):
    settings.FILES_DIR = tmp_path / "files"


def test_a_stored_file_is_read_back_unchanged():
    file = store_file(name="张三的破损照片.jpg", content=JPEG, content_type="application/x-evil", at=AT)
    file = StoredFile.objects.get(pk=file.pk)
    assert (read_file(file), file.name, file.content_type) == (JPEG, "张三的破损照片.jpg", "image/jpeg")
    assert file.size == len(JPEG) and len(file.sha256) == 64


def test_neither_the_disk_nor_the_row_shows_the_content_or_the_name():
    file = store_file(name="张三的合同.txt", content="身份证 11010519491231002X".encode(), at=AT)
    path = path_of(file.token)
    assert b"11010519491231002X" not in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM foundation_storedfile WHERE id = %s", [file.pk])
        assert "张三".encode() not in bytes(cursor.fetchone()[0])


def test_a_file_without_an_extension_gets_one():
    assert store_file(name="合同", content=PDF, at=AT).name == "合同.pdf"
    assert store_file(name="", content=JPEG, content_type="image/pjpeg", at=AT).name == "image.jpg"


def test_a_file_above_the_limit_is_refused():
    with pytest.raises(FileTooLarge) as refusal:
        store_file(name="a.txt", content=b"a" * (LIMIT_BYTES + 1), at=AT)
    assert "20" in str(refusal.value)
    assert not StoredFile.objects.exists()


def test_an_upload_above_the_limit_is_refused_without_reading_it():
    upload = SimpleUploadedFile("a.txt", b"a")
    upload.size = LIMIT_BYTES + 1
    upload.file = None
    with pytest.raises(FileTooLarge):
        store_upload(upload=upload, at=AT)


def test_an_upload_is_stored():
    upload = SimpleUploadedFile("破损.jpg", JPEG, content_type="image/jpeg")
    assert read_file(store_upload(upload=upload, at=AT)) == JPEG


def test_an_empty_file_is_refused():
    with pytest.raises(FileEmpty):
        store_file(name="a.txt", content=b"", at=AT)


def test_a_refused_file_leaves_nothing_on_disk(settings):
    with pytest.raises(FileRefused):
        store_file(name="a.exe", content=b"MZ", at=AT)
    assert not settings.FILES_DIR.exists()


def test_a_sweep_removes_what_nobody_used_and_leaves_what_is_young(settings):
    old = store_file(name="old.txt", content=b"old", at=AT - timedelta(hours=25))
    young = store_file(name="young.txt", content=b"young", at=AT - timedelta(hours=23))
    with transaction.atomic():
        lost = store_file(name="lost.txt", content=b"lost", at=AT)
        transaction.set_rollback(True)
    for token in (lost.token, young.token):
        os.utime(path_of(token), (AT.timestamp() - 90_000, AT.timestamp() - 90_000))
    result = sweep(at=AT)
    assert (result.unused_removed, result.orphans_removed, result.missing) == (1, 1, ())
    assert not StoredFile.objects.filter(pk=old.pk).exists()
    assert not path_of(lost.token).exists()
    assert read_file(young) == b"young"


def test_a_sweep_names_a_file_whose_bytes_are_missing():
    file = store_file(name="a.txt", content=b"a", at=AT)
    path_of(file.token).unlink()
    assert sweep(at=AT).missing == (file.token,)
    with pytest.raises(FileMissing):
        read_file(file)
