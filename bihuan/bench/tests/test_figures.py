"""The arithmetic of the table."""

from bihuan.bench.clients import Sample, drive
from bihuan.bench.report import Verdict


def test_percentiles_take_the_nearest_rank() -> None:
    sample = Sample(seconds=[number / 1000 for number in range(100, 0, -1)], wall_seconds=2.0)
    assert round(sample.percentile_ms(50)) == 51
    assert round(sample.percentile_ms(95)) == 96
    assert sample.per_second == 50


def test_an_empty_sample_is_zero() -> None:
    assert Sample().percentile_ms(95) == Sample().per_second == 0.0


def test_workers_share_the_numbers() -> None:
    seen: list[int] = []
    sample = drive([seen.append, seen.append, seen.append], seconds=30, at_most=40)
    assert sorted(seen) == list(range(40))
    assert len(sample.seconds) == 40


def test_a_missed_aim_says_so() -> None:
    assert "MISSED" in str(Verdict("creates", 120.0, 300.0, at_least=True))
    assert "met" in str(Verdict("list", 42.0, 60.0))
