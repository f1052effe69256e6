import pytest
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import connection
from django.db.models import Q

from bihuan.crypto.failures import Undecipherable
from bihuan.crypto.field import EncryptedTextField


def _stored(letters, column="text"):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {letters._meta.db_table} ORDER BY id")
        return [row[0] and bytes(row[0]) for row in cursor.fetchall()]


def test_values_come_back_and_the_column_shows_nothing(letters):
    letters.objects.create(text="王芳", extra={"电话": ["13800001234"]}, raw=b"\x00mail")
    letter = letters.objects.get()
    assert (letter.text, letter.extra, letter.raw) == ("王芳", {"电话": ["13800001234"]}, b"\x00mail")
    stored = b"".join(_stored(letters) + _stored(letters, "extra") + _stored(letters, "raw"))
    assert "王芳".encode() not in stored and b"13800001234" not in stored and b"mail" not in stored


def test_nothing_stays_nothing_and_can_be_found(letters):
    letters.objects.create(text=None)
    letters.objects.create(text="")
    assert letters.objects.get(text__isnull=True).text is None
    assert letters.objects.get(text__isnull=False).text == ""


@pytest.mark.parametrize("lookup", ["text", "text__contains", "text__in", "text__gt", "text__lower", "text__a__b"])
def test_looking_into_ciphertext_is_refused(letters, lookup):
    with pytest.raises(FieldError, match="blind index"):
        letters.objects.filter(Q(**{lookup: "x"})).exists()


def test_bulk_writes_seal_too(letters):
    letters.objects.bulk_create([letters(text=f"第{number}封") for number in range(5)])
    all_letters = list(letters.objects.order_by("id"))
    for letter in all_letters:
        letter.text += "改"
    letters.objects.bulk_update(all_letters, ["text"])
    assert list(letters.objects.order_by("id").values_list("text", flat=True)) == [f"第{n}封改" for n in range(5)]
    letters.objects.update(text="全")
    assert len(set(_stored(letters))) <= 5 and b"\xe5\x85\xa8" not in b"".join(_stored(letters))


def test_ciphertext_copied_to_another_column_does_not_open(letters):
    letters.objects.create(text="王芳", other="李雷")
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {letters._meta.db_table} SET text = other")
    with pytest.raises(Undecipherable, match=r"foundation\.letter\.text"):
        letters.objects.get()


@pytest.mark.parametrize("option", ["unique", "db_index", "primary_key"])
def test_an_index_on_ciphertext_is_refused(option):
    with pytest.raises(ImproperlyConfigured):
        EncryptedTextField(**{option: True})
