"""``count_queries("cases.list")`` compares the queries of a block with the reviewed baseline.

More queries than the baseline fail the test. ``pytest --update-baselines`` writes what was counted (run without -n);
the changed file is then reviewed like code.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

BASELINES = Path(__file__).resolve().parents[1] / "guards" / "query_baselines.json"
CountQueries = Callable[[str], AbstractContextManager[None]]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-baselines", action="store_true", help="write counted queries as the new baselines")
    parser.addoption("--update-permissions", action="store_true", help="measure missing rows of the permission table")


@pytest.fixture
def count_queries(request: pytest.FixtureRequest, db: None) -> CountQueries:
    """A context manager that counts the queries inside it under a name."""
    update = request.config.getoption("--update-baselines")

    @contextmanager
    def counting(name: str) -> Iterator[None]:
        with CaptureQueriesContext(connection) as captured:
            yield
        statements = [query["sql"] for query in captured.captured_queries]
        if update:
            write_baseline(name, len(statements))
        else:
            compare(name, statements)

    return counting


def read_baselines() -> dict[str, int]:
    return json.loads(BASELINES.read_text(encoding="utf-8")) if BASELINES.exists() else {}


def write_baseline(name: str, count: int) -> None:
    baselines = read_baselines() | {name: count}
    BASELINES.write_text(json.dumps(baselines, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def compare(name: str, statements: list[str]) -> None:
    """Fail on more queries than reviewed and show each; caches warmed by other tests may save some."""
    baseline, count = read_baselines().get(name), len(statements)
    if baseline is not None and count <= baseline:
        return
    told = f"{name}: {count} queries, the reviewed baseline is {baseline}; pytest --update-baselines writes it anew."
    pytest.fail(told + "".join(f"\n  {number:2} {sql[:300]}" for number, sql in enumerate(statements, 1)))
