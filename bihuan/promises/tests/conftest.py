"""Fixtures of the promise tests."""

import pytest

from bihuan.promises.tests.factories import Company, make_company


@pytest.fixture
def company(db) -> Company:
    """A small company with a division, a team, a department and Lin the agent."""
    return make_company()
