"""Printed output fails a test: what a command prints is asserted through capsys, the rest is a forgotten print.

Log lines are no printed output: pytest collects them and shows them beside a failure.
"""

import logging
from collections.abc import Generator

import pytest


@pytest.fixture(autouse=True, scope="session")
def _logs_are_not_printed() -> None:
    """Take the console away from the loggers; pytest's own handlers stay."""
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if type(handler) is logging.StreamHandler]:
        root.removeHandler(handler)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a passed call into a failure when the test left something on standard output or standard error."""
    report = yield
    if report.when != "call" or not report.passed or item.get_closest_marker("prints"):
        return report
    printed = [text for name, text in report.sections if name in ("Captured stdout call", "Captured stderr call")]
    if any(text.strip() for text in printed):
        report.outcome = "failed"
        report.longrepr = "The test passed, but printed; read it with capsys:\n" + "\n".join(printed)
    return report
