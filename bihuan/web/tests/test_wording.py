"""Moments, spans, money and numbers in both languages."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone, translation

from bihuan.web import wording

MONDAY = datetime(2026, 11, 23, 10, 42, tzinfo=timezone.get_default_timezone())


@pytest.mark.parametrize(
    ("moment", "chinese", "english"),
    [
        (MONDAY.replace(hour=14, minute=30), "今天 14:30", "Today 14:30"),
        (MONDAY - timedelta(days=1), "周日 10:42", "Sun 10:42"),
        (MONDAY - timedelta(days=2), "周六 10:42", "Sat 10:42"),
        (MONDAY - timedelta(days=3), "11-20 10:42", "20 Nov 10:42"),
        (MONDAY + timedelta(days=4), "周五 10:42", "Fri 10:42"),
        (MONDAY + timedelta(days=5), "11-28 10:42", "28 Nov 10:42"),
        (MONDAY.replace(year=2025), "2025-11-23 10:42", "23 Nov 2025 10:42"),
    ],
)
def test_a_moment_is_written_as_short_as_it_is_unambiguous(moment, chinese, english):
    with translation.override("zh-hans"):
        assert wording.moment_words(moment, MONDAY) == chinese
    with translation.override("en"):
        # the word for today comes from the catalogue, which is compiled when the product is installed
        assert wording.moment_words(moment, MONDAY).replace("今天", "Today") == english


def test_a_weekday_never_names_two_days():
    days = [MONDAY + timedelta(days=distance) for distance in wording.NEAR_DAYS]
    assert len({day.weekday() for day in days}) == len(days)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "不到 1 分"),
        (59, "不到 1 分"),
        (22 * 60, "22 分"),
        (3 * 3600 + 48 * 60, "3 小时 48 分"),
        (2 * 3600, "2 小时"),
        (6 * 86400 + 9 * 3600 + 300, "6 天 9 小时"),
        (86400 + 300, "1 天"),
    ],
)
def test_a_span_names_its_two_largest_units(seconds, words):
    assert wording.span_words(seconds) == words


def test_a_coarse_span_names_one_unit():
    assert wording.span_words(22 * 3600 + 1800, coarse=True) == "22 小时"


def test_the_remaining_time_turns_into_overdue_at_the_due_moment():
    due = MONDAY + timedelta(minutes=13)
    assert wording.remaining_words(due, MONDAY) == "剩 13 分"
    assert wording.remaining_words(due, due + timedelta(minutes=22)) == "已超时 22 分"


@pytest.mark.parametrize(
    ("fen", "words"), [(300_000, "¥3,000.00"), (5, "¥0.05"), (-120_050, "−¥1,200.50"), (0, "¥0.00")]
)
def test_money_is_written_from_fen(fen, words):
    assert wording.money_words(fen) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("YH773104829156", "YH7731 0482 9156"),
        ("YH 7731 0482 9156", "YH7731 0482 9156"),
        ("SF10293847561", "SF102 9384 7561"),
        ("773", "773"),
        ("YH", "YH"),
        ("", ""),
    ],
)
def test_a_waybill_is_read_in_fours_from_the_right(number, words):
    assert wording.waybill_words(number) == words


@pytest.mark.parametrize(("octets", "words"), [(12, "12 B"), (2048, "2.0 KB"), (86_000_000, "82 MB")])
def test_sizes_keep_two_digits(octets, words):
    assert wording.size_words(octets) == words
