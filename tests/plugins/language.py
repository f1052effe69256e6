"""A request leaves its language behind in the thread; the next test begins with the one of the settings."""

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def _language_is_left() -> Iterator[None]:
    from django.utils import translation

    yield
    translation.deactivate()
