"""What settings read from the environment."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bihuan.runtime.environment import database_settings, secret_key


def test_the_signing_key_is_made_once_even_by_programs_that_start_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BIHUAN_VAR", str(tmp_path))
    with ThreadPoolExecutor(8) as together:
        keys = set(together.map(lambda _: secret_key(), range(8)))
    assert keys == {secret_key()}
    assert len(keys.pop()) >= 50
    assert stat.S_IMODE((tmp_path / "keys" / "session.key").stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


def test_a_given_signing_key_is_used_and_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BIHUAN_VAR", str(tmp_path))
    monkeypatch.setenv("BIHUAN_SECRET_KEY", "given")
    assert secret_key() == "given"
    assert list(tmp_path.iterdir()) == []


def test_a_database_url_with_tls_and_options_reaches_django_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://wei:p%40ss@db.example:6432/loop?sslmode=require")
    found = database_settings()
    assert {name: found[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")} == {
        "NAME": "loop",
        "USER": "wei",
        "PASSWORD": "p@ss",
        "HOST": "db.example",
        "PORT": "6432",
    }
    assert found["OPTIONS"]["sslmode"] == "require"
    assert found["CONN_HEALTH_CHECKS"]
