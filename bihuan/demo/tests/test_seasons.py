"""Arrivals follow the year, the week and the day."""

from collections import Counter
from datetime import date, datetime, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from bihuan.demo.seasons import SHANGHAI, arrivals, day_weight

END = datetime(2026, 11, 23, 10, 42, tzinfo=SHANGHAI)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32), count=st.integers(0, 300), days=st.integers(1, 400))
def test_as_many_as_asked_in_order_and_in_the_span(seed: int, count: int, days: int) -> None:
    start = END - timedelta(days=days)
    moments = arrivals(Random(seed), count, start, END)
    assert len(moments) == count
    assert moments == sorted(moments)
    assert all(start <= moment < END for moment in moments)


def test_the_eleventh_of_november_is_felt() -> None:
    assert day_weight(date(2026, 11, 12)) > 1.8 * day_weight(date(2026, 10, 22))


def test_at_new_year_almost_nobody_writes_and_before_it_many_do() -> None:
    assert day_weight(date(2026, 2, 17)) < 0.5 * day_weight(date(2026, 3, 10))
    assert day_weight(date(2026, 2, 10)) > 1.2 * day_weight(date(2026, 3, 10))


def test_mornings_are_busy_and_nights_are_quiet() -> None:
    hours = Counter(moment.hour for moment in arrivals(Random(1), 3_000, END - timedelta(days=90), END))
    assert hours[10] > 15 * max(hours[3], 1)
