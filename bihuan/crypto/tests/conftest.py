"""A keyring of its own for every test, and a table with encrypted columns."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection, models
from django.test.utils import isolate_apps

from bihuan.crypto import keys
from bihuan.crypto.field import EncryptedBytesField, EncryptedJSONField, EncryptedTextField


@pytest.fixture(autouse=True)
def own_keys(tmp_path: Path, settings, monkeypatch) -> Iterator[Path]:
    """The keyring's file of this test; it does not exist until a key is needed."""
    monkeypatch.delenv("BIHUAN_KEYS", raising=False)
    monkeypatch.delenv("BIHUAN_KEYS_FILE", raising=False)
    settings.KEYS_DIR = tmp_path / "keys"
    settings.FILES_DIR = tmp_path / "files"
    keys.forget_held_keyring()
    yield tmp_path / "keys" / "keys.json"
    keys.forget_held_keyring()


@pytest.fixture(scope="session")
def letter_model() -> type[models.Model]:
    """A model that exists in these tests only."""
    with isolate_apps("bihuan.foundation"):

        class Letter(models.Model):
            text = EncryptedTextField(null=True)
            other = EncryptedTextField(default="")
            extra = EncryptedJSONField(default=dict)
            raw = EncryptedBytesField(default=b"")

            class Meta:
                app_label = "foundation"

    return Letter


@pytest.fixture
def letters(letter_model, transactional_db) -> Iterator[type[models.Model]]:
    """The model with its table, committed so that several connections see it."""
    with connection.schema_editor() as editor:
        editor.create_model(letter_model)
    yield letter_model
    with connection.schema_editor() as editor:
        editor.delete_model(letter_model)
