"""What providers tell becomes scans, or is refused and counted; nothing they send makes us stumble."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.carriers.hearing import MOST_SCANS, OLDEST, Told, hear, moment_of, plain
from bihuan.carriers.numbers import Carrier
from bihuan.carriers.problems import Problem, ProviderFailed
from bihuan.carriers.providers import PROVIDERS, Question
from bihuan.carriers.scans import ScanCode

NOON = datetime(2026, 11, 27, 4, tzinfo=UTC)  # noon in China
CODES = {"50": ScanCode.COLLECTED}

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
ODD = JSON | st.text(max_size=8)


def told(moment, code="50"):
    return Told(moment, code, "上海", "已收取")


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-11-27 12:00:00", NOON),
        ("2026/11/27 12:00:00", NOON),
        (int(NOON.timestamp() * 1000), NOON),
        ("", None),
        ("昨天中午", None),
        ("2026-02-30 12:00:00", None),
        (None, None),
        (True, None),
        (10**30, None),
        ({}, None),
    ],
)
def test_local_time_is_the_time_of_china_and_what_is_no_time_is_none(written, moment):
    assert moment_of(written) == moment


@pytest.mark.parametrize(
    "moment", [None, "", "2026-11-27 12:06:00", "2027-01-01 00:00:00", "2025-01-01 00:00:00", "1970-01-01 08:00:00"]
)
def test_a_scan_without_a_time_that_can_be_is_refused_and_counted(moment):
    heard = hear([told(moment), told("2026-11-27 11:00:00")], CODES, at=NOON)
    assert (len(heard.scans), heard.refused) == (1, 1)


def test_clocks_may_differ_by_minutes():
    assert hear([told("2026-11-27 12:04:00")], CODES, at=NOON).refused == 0


def test_an_unknown_code_stays_unknown_and_keeps_its_words():
    scan = hear([told("2026-11-27 11:00:00", 607)], CODES, at=NOON).scans[0]
    assert (scan.code, scan.raw_code, scan.text) == (ScanCode.UNKNOWN, "607", "已收取")


def test_more_scans_than_a_parcel_can_have_are_no_answer():
    with pytest.raises(ProviderFailed) as failure:
        hear([told("2026-11-27 11:00:00")] * (MOST_SCANS + 1), CODES, at=NOON)
    assert failure.value.problem is Problem.TOO_LONG


@given(st.text() | st.text(st.characters(categories=("Cs", "Cc", "Cf"))))
def test_text_is_made_fit_for_a_table(text):
    fit = plain(text)
    assert "\x00" not in fit and fit.encode() is not None and len(fit) <= 2_000


@given(st.lists(st.builds(Told, ODD, ODD, ODD, ODD), max_size=5))
def test_every_line_is_heard_or_refused(lines):
    heard = hear(lines, CODES, at=NOON)
    assert len(heard.scans) + heard.refused == len(lines)
    assert all(NOON - OLDEST <= scan.at <= NOON + timedelta(minutes=5) for scan in heard.scans)


ROUTES = '{"success":true,"msgData":{"routeResps":[{"mailNo":"N","routes":[%s]}]}}'
SHAPES = (
    {"apiResultCode": "A1000", "apiResultData": ROUTES},
    [{"waybill_No": "N"}],
    {"status": True, "result": [{}]},
    {"status": "200", "nu": "N", "data": [{}]},
    {"Success": True, "LogisticCode": "N", "Traces": [{}]},
)  # fmt: skip


@given(st.sampled_from(list(PROVIDERS.values())), JSON, st.sampled_from(SHAPES), st.text(max_size=9))
def test_whatever_a_provider_answers_it_is_scans_or_a_failure_with_a_code(provider, content, shape, name):
    """Also when the envelope is right and what is inside is not."""
    text = json.dumps(shape).replace("{}", json.dumps(content)).replace("%s", json.dumps(json.dumps(content))[1:-1])
    for answer in (content, json.loads(text), {name: content}):
        try:
            hear(provider.tell(answer, Question("N", Carrier.SF)), provider.codes, at=NOON)
        except ProviderFailed as failure:
            assert str(failure) == failure.problem.value
