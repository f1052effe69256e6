"""Printed output fails a test: what a command prints is asserted through capsys, the rest is a forgotten print."""

from collections.abc import Generator

import pytest


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
