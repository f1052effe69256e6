"""Keeps how each test marked ``feature`` ended, for ``make features``. Works with and without xdist."""

import json
from pathlib import Path

import pytest

RESULTS = Path(__file__).resolve().parents[2] / ".cache" / "features.json"


class FeatureResults:
    """Collects outcomes in the process that reports; parameters of one test count together, the worst wins."""

    def __init__(self) -> None:
        self.outcomes: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if "feature" not in report.keywords or (report.when != "call" and report.outcome == "passed"):
            return
        test = report.nodeid.partition("[")[0]
        if self.outcomes.get(test) != "failed":
            self.outcomes[test] = report.outcome

    def pytest_sessionfinish(self) -> None:
        if not self.outcomes:
            return
        earlier = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(json.dumps(earlier | self.outcomes, indent=1, sort_keys=True), encoding="utf-8")


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(FeatureResults(), "bihuan-feature-results")
