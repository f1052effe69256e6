"""The suite's own plugins, tried on small suites in a process of their own."""

import json
from pathlib import Path

import pytest

from tests.plugins import queries
from tests.plugins.groups import group_of

WITHOUT = ("-p", "no:django", "-p", "no:randomly", "-p", "no:xdist", "-p", "no:cacheprovider")


def run(pytester: pytest.Pytester, source: str, *plugins: str) -> pytest.RunResult:
    pytester.makepyfile(source)
    pytester.makeini("[pytest]\nmarkers =\n    feature(number): x\n    prints: x\n")
    named = [word for plugin in plugins for word in ("-p", f"tests.plugins.{plugin}")]
    return pytester.runpytest_inprocess(*WITHOUT, *named)


@pytest.mark.prints
def test_a_passing_test_that_prints_fails(pytester: pytest.Pytester) -> None:
    source = """
        import pytest

        def test_quiet(): pass

        def test_forgotten_print(): print("here")

        def test_read_with_capsys(capsys):
            print("report")
            assert capsys.readouterr().out == "report\\n"

        @pytest.mark.prints
        def test_allowed(): print("here")
    """
    result = run(pytester, source, "output")
    result.assert_outcomes(passed=3, failed=1)
    result.stdout.fnmatch_lines(["*FAILED*test_forgotten_print*"])


@pytest.mark.prints
def test_results_of_marked_tests_are_kept_and_the_worst_parameter_counts(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = Path(pytester.path, "kept", "features.json")
    monkeypatch.setattr("tests.plugins.features.RESULTS", results)
    source = """
        import pytest

        @pytest.mark.feature("4.7")
        @pytest.mark.parametrize("n", [1, 0, 2])
        def test_promise(n): assert n

        @pytest.mark.feature("4.8")
        def test_clock(): pass

        def test_unmarked(): pass
    """
    run(pytester, source, "features")
    kept = {name.rpartition("::")[2]: outcome for name, outcome in json.loads(results.read_text()).items()}
    assert kept == {"test_promise": "failed", "test_clock": "passed"}


def test_more_queries_than_reviewed_fail_and_name_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "read_baselines", lambda: {"cases.list": 1})
    queries.compare("cases.list", ["SELECT 1"])
    queries.compare("cases.list", [])
    with pytest.raises(pytest.fail.Exception, match="--update-baselines") as failure:
        queries.compare("cases.list", ["SELECT 1", "SELECT 2"])
    assert "SELECT 2" in str(failure.value)


def test_a_name_without_baseline_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "read_baselines", dict)
    with pytest.raises(pytest.fail.Exception, match="new page"):
        queries.compare("new page", [])


def test_journeys_go_to_one_worker_and_other_tests_to_any() -> None:
    together = {group_of(f"tests/journeys/test_{name}.py::test_it") for name in ("day", "night")}
    alone = {group_of(f"tests/guards/test_table.py::test_it[{number}]") for number in (1, 2)}
    assert (len(together), len(alone)) == (1, 2)
