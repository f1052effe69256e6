"""The company of every test, and the people's programs."""

import pytest

from bihuan.api.tests.caller import Caller
from tests.people import Company, build_company


@pytest.fixture
def company(db: None) -> Company:
    return build_company()


@pytest.fixture
def lin(company: Company) -> Caller:
    """Lin the agent of the East's complaints."""
    return Caller(company.lin)


@pytest.fixture
def bai(company: Company) -> Caller:
    """Bai the agent of the South."""
    return Caller(company.bai)
