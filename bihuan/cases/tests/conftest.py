"""The company and one complaint, for every test of cases."""

import pytest

from bihuan.cases.models import Case
from bihuan.cases.tests.factories import open_complaint
from tests.people import Company, build_company


@pytest.fixture
def company(db: None) -> Company:
    return build_company()


@pytest.fixture
def complaint(company: Company) -> Case:
    return open_complaint()
