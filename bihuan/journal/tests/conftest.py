"""Tests of the journal see only the consumers they declare themselves."""

import logging
from collections.abc import Iterator

import pytest

from bihuan.journal import registry


@pytest.fixture(autouse=True)
def own_consumers(monkeypatch: pytest.MonkeyPatch) -> dict[str, registry.Consumer]:
    """The consumers of this test, none at first."""
    consumers: dict[str, registry.Consumer] = {}
    monkeypatch.setattr(registry, "_consumers", consumers)
    return consumers


@pytest.fixture
def quiet_log() -> Iterator[None]:
    """For tests in which something fails on purpose."""
    log = logging.getLogger("bihuan.journal")
    log.setLevel(logging.CRITICAL)
    yield
    log.setLevel(logging.NOTSET)
