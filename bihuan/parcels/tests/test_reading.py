"""What a journey shows to have gone wrong, and why; what is normal shows nothing."""

from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.carriers.scans import ENDS, Scan, ScanCode
from bihuan.parcels.reading import Rules, Trouble, Why, in_order, read_journey
from bihuan.parcels.states import ParcelState, state_of
from bihuan.parcels.tests.journeys import COLLECTED, LEFT, NORMAL, OUT, REACHED, SIGNED, hour, scan

SCANS = st.builds(
    Scan, st.integers(0, 400).map(hour), st.sampled_from(ScanCode), st.sampled_from(["", "上海", "成都", "武汉"])
)


def reasons(scans, hours=44, promised=None):
    found = read_journey(scans, at=hour(hours), promised_at=None if promised is None else hour(promised))
    return [(finding.trouble, finding.why) for finding in found]


def test_a_normal_journey_shows_nothing():
    assert reasons(NORMAL, promised=48) == []


@pytest.mark.feature("3.8")
@pytest.mark.parametrize("code", [ScanCode.SIGNED_PROXY, ScanCode.SIGNED_STATION, ScanCode.AT_STATION])
def test_a_sign_off_or_drop_without_consent_is_a_candidate_for_a_false_sign_off(code):
    assert reasons([*NORMAL[:-1], scan(43, code, "成都锦江营业部")]) == [(Trouble.FALSE_SIGN_OFF, Why.NO_CONSENT)]


def test_consent_given_before_clears_it_and_consent_given_afterwards_does_not():
    proxy = scan(43, ScanCode.SIGNED_PROXY)
    assert reasons([OUT, scan(42, ScanCode.CONSENTED), proxy]) == []
    assert reasons([OUT, proxy, scan(43.5, ScanCode.CONSENTED)]) == [(Trouble.FALSE_SIGN_OFF, Why.NO_CONSENT)]


def test_a_locker_the_recipient_opened_afterwards_is_no_false_sign_off():
    assert reasons([OUT, scan(42, ScanCode.AT_STATION), scan(43, ScanCode.SIGNED_SELF)]) == []


def test_a_locker_after_the_sign_off_is_one():
    found = reasons([OUT, scan(42, ScanCode.SIGNED_SELF), scan(43, ScanCode.AT_STATION)])
    assert (Trouble.FALSE_SIGN_OFF, Why.MOVED_AFTER_SIGN_OFF) in found


def test_a_parcel_sent_back_after_its_sign_off_is_no_false_sign_off():
    assert reasons([SIGNED, scan(44, ScanCode.RETURNING), scan(45, ScanCode.ARRIVED)], hours=46) == []


def test_silence_is_a_candidate_for_a_delay_from_the_48th_hour_on():
    assert reasons([COLLECTED, LEFT], hours=51.9) == []
    assert reasons([COLLECTED, LEFT], hours=52) == [(Trouble.DELAY, Why.QUIET)]


def test_a_parcel_that_does_not_leave_its_hub_is_stranded_there_and_not_counted_twice():
    found = read_journey([COLLECTED, LEFT, REACHED], at=hour(80))
    assert [(finding.trouble, finding.why) for finding in found] == [(Trouble.STRANDED, Why.NOT_LEFT_HUB)]
    assert found[0].scan == REACHED and "成都转运中心" in found[0].sentence and "50" in found[0].sentence


def test_a_note_of_the_carrier_does_not_hide_that_a_parcel_stands_still():
    note = scan(70, ScanCode.UNKNOWN, "成都转运中心", "天气原因", "W1")
    assert reasons([COLLECTED, REACHED, note], hours=80) == [(Trouble.STRANDED, Why.NOT_LEFT_HUB)]


def test_a_late_arrival_is_a_delay_by_the_hours_it_was_late():
    found = read_journey(NORMAL, at=hour(90), promised_at=hour(40))
    assert [(finding.why, finding.span) for finding in found] == [(Why.PAST_PROMISE, timedelta(hours=3))]


def test_the_gravest_comes_first_and_gives_the_category():
    journey = [COLLECTED, scan(10, ScanCode.DAMAGED, "武汉转运中心"), scan(20, ScanCode.LOST, "武汉转运中心")]
    found = read_journey(journey, at=hour(100))
    assert [finding.trouble for finding in found][:2] == [Trouble.LOSS, Trouble.DAMAGE]
    assert found[0].category == "LOSS" and "武汉转运中心" in found[0].sentence


def test_seven_days_past_the_promise_a_parcel_counts_as_lost():
    assert (Trouble.LOSS, Why.DEEMED_LOST) not in reasons([COLLECTED, LEFT], hours=48 + 24 * 7 - 1, promised=48)
    assert (Trouble.LOSS, Why.DEEMED_LOST) in reasons([COLLECTED, LEFT], hours=48 + 24 * 7, promised=48)
    assert (Trouble.LOSS, Why.DEEMED_LOST) not in reasons(NORMAL, hours=48 + 24 * 9, promised=48)


def test_company_values_decide_how_long_is_long():
    rules = Rules(quiet_after=timedelta(hours=6))
    assert [finding.why for finding in read_journey([COLLECTED], at=hour(6), rules=rules)] == [Why.QUIET]


def test_a_code_nobody_knows_changes_no_state():
    assert state_of([*NORMAL, scan(50, ScanCode.UNKNOWN, raw_code="607")]) is ParcelState.SIGNED
    assert state_of([]) is ParcelState.UNKNOWN


@given(st.lists(SCANS, max_size=12), st.integers(0, 2**32))
def test_order_and_repetition_of_arrival_never_change_the_reading(scans, seed):
    """Scans of one moment keep their order of arrival, so only one scan per moment is shuffled."""
    once = list({one.at: one for one in scans}.values())
    again = [*once, *once[: len(once) // 2]]
    Random(seed).shuffle(again)
    assert in_order(again) == in_order(once)
    assert read_journey(again, at=hour(500)) == read_journey(once, at=hour(500))


@given(st.lists(SCANS, max_size=12))
def test_each_finding_points_to_a_scan_of_the_journey_and_says_why(scans):
    for finding in read_journey(scans, at=hour(500), promised_at=hour(200)):
        assert finding.scan is None or finding.scan in scans
        assert finding.sentence and "{" not in finding.sentence and finding.category


@given(st.lists(SCANS, min_size=1, max_size=12))
def test_an_ended_parcel_is_never_called_silent_or_stranded(scans):
    last = max(scans, key=lambda one: one.at).at + timedelta(hours=1)
    journey = [*scans, Scan(last, ScanCode.SIGNED_SELF, "成都")]
    found = {finding.why for finding in read_journey(journey, at=last + timedelta(days=90))}
    assert not found & {Why.QUIET, Why.NOT_LEFT_HUB, Why.DEEMED_LOST}
    assert journey[-1].code in ENDS
