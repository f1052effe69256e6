"""Tests of the journal see only the consumers they declare themselves."""

import logging

import pytest

from bihuan.journal import registry


@pytest.fixture(autouse=True)
def own_consumers(monkeypatch: pytest.MonkeyPatch) -> dict[str, registry.Consumer]:
    """The consumers of this test, none at first."""
    consumers: dict[str, registry.Consumer] = {}
    monkeypatch.setattr(registry, "_consumers", consumers)
    return consumers


@pytest.fixture
def quiet_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests in which consumers fail on purpose."""
    monkeypatch.setattr(logging.getLogger("bihuan.journal"), "propagate", False)
