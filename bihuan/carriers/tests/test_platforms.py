"""Every provider over real HTTP against a server that checks signatures, and lies, dawdles and breaks as told."""

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections, transaction

from bihuan.carriers import actions, calling
from bihuan.carriers.breaker import MOST_FAILURES
from bihuan.carriers.models import ProviderCall, ProviderState
from bihuan.carriers.numbers import Carrier
from bihuan.carriers.problems import Problem, ProviderFailed
from bihuan.carriers.providers import PROVIDERS, Question
from bihuan.carriers.scans import ScanCode
from bihuan.foundation.actor import Actor
from bihuan.foundation.moment import now
from bihuan.journal.models import StoredEntry
from bihuan.simulator.vendors.moods import Mood
from bihuan.simulator.vendors.platforms import java_encoded

pytestmark = pytest.mark.django_db

JOB = Actor.system("tests")
NUMBERS = {"SF": "SF1234567890120", "YTO": "YT1234567890120", "ZTO": "78123456789010"}
BY = {"SF": Carrier.SF, "YTO": Carrier.YTO, "ZTO": Carrier.ZTO, "KUAIDI100": Carrier.SF, "KDNIAO": Carrier.SF}
each_provider = pytest.mark.parametrize("code", list(PROVIDERS))


def question(code, ending="0"):
    number = NUMBERS.get(code, NUMBERS["SF"])
    return Question(f"{number[:-1]}{ending}", BY[code], "1234")


def ask(code, ending="0", at=None, **how):
    return calling.call(JOB, PROVIDERS[code], question(code, ending), at=at or now(), **how)


def problem_of(code, **how):
    with pytest.raises(ProviderFailed) as failure:
        ask(code, **how)
    return failure.value.problem


@pytest.mark.feature("3.8")
@each_provider
def test_a_journey_is_asked_for_as_the_document_says_and_read(vendors, code):
    scans = ask(code).scans
    assert [scan.code for scan in scans][:3] != [ScanCode.UNKNOWN] * 3
    assert scans[0].code is ScanCode.COLLECTED and scans[-1].code in {ScanCode.SIGNED, ScanCode.SIGNED_SELF}
    assert "营业部" in scans[0].place and "快件已揽收" in scans[0].text
    assert all(scan.at.tzinfo and now() - timedelta(days=6) < scan.at < now() for scan in scans)


@each_provider
def test_a_parcel_nobody_knows_is_no_failure(vendors, code):
    assert ask(code, ending="9").scans == ()
    assert ProviderState.objects.get().failures == 0


@each_provider
def test_a_wrong_key_is_refused_over_there_and_told_here(vendors, code, monkeypatch):
    for provider in PROVIDERS.values():
        monkeypatch.setenv(f"BIHUAN_{provider.code}_{provider.needs[-1]}".upper(), "wrong")
    assert problem_of(code) is Problem.KEYS_REFUSED


NO_SENSE = [
    (Mood.DOWN, Problem.UNREACHABLE),
    (Mood.ERROR, Problem.SERVER_ERROR),
    (Mood.BUSY, Problem.LIMIT_REACHED),
    (Mood.MOVED, Problem.NOT_UNDERSTOOD),
    (Mood.HTML, Problem.NOT_UNDERSTOOD),
    (Mood.BROKEN, Problem.NOT_UNDERSTOOD),
    (Mood.EMPTY, Problem.NOT_UNDERSTOOD),
    (Mood.DEEP, Problem.NOT_UNDERSTOOD),
    (Mood.ENDLESS, Problem.TOO_LONG),
    (Mood.CROWDED, Problem.TOO_LONG),
    (Mood.STRANGER, Problem.WRONG_NUMBER),
    (Mood.LOCKED, Problem.KEYS_REFUSED),
]


@each_provider
@pytest.mark.parametrize(("mood", "problem"), NO_SENSE)
def test_a_bad_answer_is_a_code_and_stores_nothing(vendors, code, mood, problem):
    vendors.moods[code.lower()] = mood
    assert problem_of(code) is problem
    kept = ProviderCall.objects.get()
    assert (kept.problem, kept.scans) == (problem, 0)


@each_provider
@pytest.mark.parametrize("mood", [Mood.STALLED, Mood.SLOW, Mood.CRAWLING])
def test_a_platform_that_takes_its_time_is_left_when_ours_is_up(impatient, code, mood):
    """Told at this pace, the shortest answer would take more than a minute."""
    impatient.moods[code.lower()], started = mood, time.monotonic()
    assert problem_of(code) is Problem.TIMED_OUT
    assert time.monotonic() - started < 30


@each_provider
@pytest.mark.parametrize("mood", [Mood.FUTURE, Mood.TIMELESS, Mood.ANCIENT])
def test_a_scan_whose_time_cannot_be_is_refused_and_counted_and_the_rest_is_heard(vendors, code, mood):
    honest = ask(code).scans
    vendors.moods[code.lower()] = mood
    heard = ask(code)
    assert (len(heard.scans), heard.refused) == (len(honest), 1)
    assert all(scan.at <= now() for scan in heard.scans)


@each_provider
def test_codes_nobody_knows_stay_unknown_with_their_words(vendors, code):
    vendors.moods[code.lower()] = Mood.NOVEL
    scans = ask(code).scans
    assert {scan.code for scan in scans} == {ScanCode.UNKNOWN} and "快件已揽收" in scans[0].text


@each_provider
def test_characters_no_table_takes_are_gone(vendors, code):
    vendors.moods[code.lower()] = Mood.DIRTY
    assert all(scan.text.isprintable() and len(scan.text) <= 2_000 for scan in ask(code).scans)


def test_a_server_that_is_gone_is_unreachable_and_asked_twice(vendors):
    vendors.stop()
    assert problem_of("SF") is Problem.UNREACHABLE
    assert ProviderCall.objects.get().attempts == 2


@pytest.mark.parametrize(("code", "times"), [("SF", 2), ("KUAIDI100", 1)])
def test_only_what_may_be_repeated_is_repeated(vendors, code, times):
    """Kuaidi100 counts every look-up: what reached it is not asked again."""
    vendors.moods[code.lower()] = Mood.ERROR
    problem_of(code)
    assert vendors.asked[code.lower()] == times


def test_the_breaker_opens_lets_nobody_through_probes_and_closes(vendors):
    vendors.moods["zto"], at = Mood.HTML, now()
    for _ in range(MOST_FAILURES):
        problem_of("ZTO", at=at)
    asked = vendors.asked["zto"]
    assert problem_of("ZTO", at=at + timedelta(seconds=5)) is Problem.RESTING and vendors.asked["zto"] == asked
    vendors.moods["zto"] = Mood.HONEST
    assert ask("ZTO", at=at + timedelta(minutes=1)).scans
    assert ask("ZTO", at=at + timedelta(minutes=1)).scans
    told = list(StoredEntry.objects.filter(subject="provider").order_by("id").values_list("code", "payload"))
    assert [code for code, _ in told] == ["provider.opened", "provider.closed"]
    assert told[0][1]["problem"] == "NOT_UNDERSTOOD" and 55 <= told[1][1]["open_seconds"] <= 65


@pytest.mark.parametrize("code", ["KUAIDI100", "KDNIAO"])
def test_who_wants_to_see_a_phone_is_not_to_blame(vendors, code):
    vendors.moods[code.lower()] = Mood.SHY
    for _ in range(MOST_FAILURES + 1):
        assert problem_of(code) is Problem.PHONE_WANTED
    state = ProviderState.objects.get()
    assert (state.state, state.failures, state.problem) == ("CLOSED", 0, "")


def test_nothing_is_asked_without_keys():
    assert problem_of("SF") is Problem.NOT_CONFIGURED
    assert not ProviderCall.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_nothing_is_asked_inside_a_transaction(vendors):
    with pytest.raises(RuntimeError), transaction.atomic():
        ask("SF")
    assert vendors.asked["sf"] == 0


@pytest.mark.django_db(transaction=True)
def test_one_probe_goes_out_however_many_processes_want_to_ask(impatient):
    at = now()
    impatient.moods["yto"] = Mood.HTML
    for _ in range(MOST_FAILURES):
        problem_of("YTO", at=at)
    impatient.moods["yto"], before = Mood.STALLED, impatient.asked["yto"]

    def try_once(_):
        try:
            return problem_of("YTO", at=at + timedelta(minutes=1))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        problems = sorted(pool.map(try_once, range(6)))
    assert problems == [*[Problem.RESTING] * 5, Problem.TIMED_OUT]
    assert impatient.asked["yto"] - before <= calling.MOST_ATTEMPTS


def test_secrets_and_numbers_are_in_no_log_and_no_table(vendors, caplog):
    caplog.set_level(logging.DEBUG)
    vendors.moods["sf"] = Mood.LOCKED
    problem_of("SF")
    kept = " ".join(str(row) for row in ProviderCall.objects.values()) + caplog.text
    assert "fjcg5PGK" not in kept and NUMBERS["SF"][:-1] not in kept


def asked_for(number, *carriers):
    return actions.ask_carriers(actor=JOB, number=number, carriers=carriers, at=now())


def test_the_carrier_is_asked_first_and_who_gathers_from_all_when_it_fails(vendors):
    assert asked_for(NUMBERS["SF"], Carrier.SF).provider == "SF"
    vendors.moods["sf"] = Mood.ERROR
    assert asked_for(NUMBERS["SF"], Carrier.SF).provider == "KUAIDI100"
    vendors.moods["kuaidi100"] = Mood.DOWN
    assert asked_for(NUMBERS["SF"], Carrier.SF).provider == "KDNIAO"


def test_when_nobody_answers_the_last_failure_is_told(vendors):
    for name in vendors.moods:
        vendors.moods[name] = Mood.HTML
    with pytest.raises(ProviderFailed) as failure:
        asked_for(NUMBERS["SF"], Carrier.SF)
    assert failure.value.problem is Problem.NOT_UNDERSTOOD


def test_a_carrier_that_knows_nothing_is_believed_and_nobody_else_is_paid(vendors):
    answer = asked_for(f"{NUMBERS['SF'][:-1]}9", Carrier.SF)
    assert (answer.provider, answer.scans) == ("SF", ()) and vendors.asked["kuaidi100"] == 0


def test_every_carrier_a_number_hints_at_is_asked(vendors):
    asked_for(f"{NUMBERS['ZTO'][:-1]}9", Carrier.ZTO, Carrier.YTO)
    assert (vendors.asked["zto"], vendors.asked["yto"]) == (1, 1)


def test_the_server_encodes_as_java_does():
    assert java_encoded("北京 ~*'") == "%E5%8C%97%E4%BA%AC+%7E*%27"
