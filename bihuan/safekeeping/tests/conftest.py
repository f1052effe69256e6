"""A keyring and a folder of files for each test, and what the worker does next."""

from collections.abc import Iterator

import pytest

from bihuan.crypto import keys


@pytest.fixture(autouse=True)
def own_keys(tmp_path, settings, monkeypatch) -> Iterator[None]:
    monkeypatch.delenv("BIHUAN_KEYS", raising=False)
    monkeypatch.delenv("BIHUAN_KEYS_FILE", raising=False)
    settings.KEYS_DIR, settings.FILES_DIR = tmp_path / "keys", tmp_path / "files"
    keys.forget_held_keyring()
    yield
    keys.forget_held_keyring()
