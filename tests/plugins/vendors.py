"""The platforms of other carriers, played on this machine, with an account of ours on each."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bihuan.carriers import calling
from bihuan.carriers.client import Limits
from bihuan.simulator.vendors.server import VendorServer


@pytest.fixture
def vendors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[VendorServer]:
    """All platforms, configured. We have patience, so that a busy machine is not taken for a slow platform."""
    server = VendorServer()
    keys = tmp_path / "carriers.toml"
    keys.write_text(server.configuration(), encoding="utf-8")
    keys.chmod(0o600)
    monkeypatch.setenv("BIHUAN_CARRIERS_FILE", str(keys))
    monkeypatch.setattr(calling, "LIMITS", Limits(connect=5, read=10, total=20, length=200_000))
    monkeypatch.setattr(calling, "JITTER", (0.0, 0.01))
    yield server
    server.stop()


@pytest.fixture
def impatient(vendors: VendorServer, monkeypatch: pytest.MonkeyPatch) -> VendorServer:
    """The same with little patience, for moods that would use up any."""
    monkeypatch.setattr(calling, "LIMITS", Limits(connect=0.3, read=0.4, total=0.8, length=200_000))
    return vendors
