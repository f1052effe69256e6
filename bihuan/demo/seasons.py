"""When customers write: over the year (11.11, 6.18, Spring Festival), the week and the day. Pure."""

from bisect import bisect_left
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import cache
from itertools import accumulate
from random import Random
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
YEARLY_GROWTH = 0.18
# Monday first: what went wrong at the weekend is written on Monday.
WEEKDAY = (1.20, 1.08, 1.04, 1.02, 1.03, 0.86, 0.77)
HOUR = (
    0.6,
    0.35,
    0.2,
    0.15,
    0.15,
    0.3,
    0.8,
    1.9,
    4.2,
    7.4,
    8.2,
    7.0,
    5.2,
    5.6,
    6.8,
    7.1,
    6.9,
    6.2,
    5.4,
    5.8,
    6.0,
    4.8,
    3.0,
    1.6,
)
# Lunar New Year's Day. Parcels pile up in the days before, few are sent in the week after.
SPRING_FESTIVALS = (
    date(2024, 2, 10), date(2025, 1, 29), date(2026, 2, 17), date(2027, 2, 6), date(2028, 1, 26), date(2029, 2, 13),
    date(2030, 2, 3),
)  # fmt: skip
# first and last day (month, day) of a wave, and how much more is written at its crest
WAVES = (((11, 4), (11, 27), 1.35), ((6, 10), (6, 30), 0.75), ((9, 28), (10, 12), 0.15), ((12, 12), (12, 20), 0.35))


@cache
def day_weight(day: date) -> float:
    """How much is written on a day, against an average one."""
    weight = WEEKDAY[day.weekday()]
    for first, last, crest in WAVES:
        weight *= 1 + crest * _wave(day, date(day.year, *first), date(day.year, *last))
    for new_year in SPRING_FESTIVALS:
        away = (day - new_year).days
        if -14 <= away <= -3:
            weight *= 1.45
        elif -2 <= away <= 6:
            weight *= 0.35
        elif 7 <= away <= 12:
            weight *= 1.3
    return weight


def arrivals(rng: Random, count: int, start: datetime, end: datetime) -> list[datetime]:
    """``count`` moments from ``start`` up to ``end``, sorted, local time."""
    days = list(_days(start.astimezone(SHANGHAI).date(), end.astimezone(SHANGHAI).date()))
    span = max(1, len(days))
    growth = [(1 + YEARLY_GROWTH) ** (index / 365) for index in range(span)]
    cumulated = list(accumulate(day_weight(day) * grown for day, grown in zip(days, growth, strict=True)))
    moments: list[datetime] = []
    while len(moments) < count:
        day = days[min(bisect_left(cumulated, rng.random() * cumulated[-1]), span - 1)]
        moment = datetime.combine(day, _time_of_day(rng), tzinfo=SHANGHAI)
        if start <= moment < end:
            moments.append(moment)
    return sorted(moments)


def _time_of_day(rng: Random) -> time:
    (hour,) = rng.choices(range(24), HOUR)
    return time(hour, rng.randrange(60), rng.randrange(60), rng.randrange(1_000_000))


def _wave(day: date, first: date, last: date) -> float:
    """0 outside, rising to 1 after the first third, then falling."""
    length = (last - first).days
    at = (day - first).days / length
    if not 0 <= at <= 1:
        return 0.0
    return at / 0.35 if at < 0.35 else (1 - at) / 0.65


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += timedelta(days=1)
