"""The rules of the breaker, over every story Hypothesis can think of."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, precondition, rule

from bihuan.carriers.breaker import (
    FIRST_REST,
    LONGEST_REST,
    MOST_FAILURES,
    PROBE_LEASE,
    Breaker,
    BreakerState,
)

NOON = datetime(2026, 11, 27, 4, tzinfo=UTC)


def failing(breaker, times, at=NOON):
    for _ in range(times):
        breaker = breaker.failed(breaker.term, at)
    return breaker


def test_it_opens_at_the_last_of_so_many_failures_and_a_success_between_counts_from_the_start():
    assert failing(Breaker(), MOST_FAILURES - 1).state is BreakerState.CLOSED
    assert failing(Breaker(), MOST_FAILURES).state is BreakerState.OPEN
    rested = failing(Breaker(), MOST_FAILURES - 1).succeeded(0, NOON)
    assert failing(rested, MOST_FAILURES - 1).state is BreakerState.CLOSED


def test_while_it_rests_nobody_asks_and_then_one_does():
    opened = failing(Breaker(), MOST_FAILURES)
    assert not opened.admits(NOON + FIRST_REST - timedelta(seconds=1))
    later = NOON + FIRST_REST
    assert opened.admits(later)
    probing = opened.admitted(later)
    assert probing.state is BreakerState.HALF_OPEN and not probing.admits(later)


def test_a_good_probe_closes_it_and_a_bad_one_doubles_the_rest_up_to_its_limit():
    breaker, at, rests = failing(Breaker(), MOST_FAILURES), NOON, []
    for _ in range(8):
        rests.append(breaker.rest)
        at = breaker.retry_at
        probing = breaker.admitted(at)
        breaker = probing.failed(probing.term, at)
    assert rests[:4] == [FIRST_REST, FIRST_REST * 2, FIRST_REST * 4, FIRST_REST * 8] and rests[-1] == LONGEST_REST
    assert breaker.since == NOON
    probing = breaker.admitted(breaker.retry_at)
    closed = probing.succeeded(probing.term, at)
    assert (closed.state, closed.failures, closed.rest) == (BreakerState.CLOSED, 0, FIRST_REST)


def test_a_probe_that_never_reports_is_given_up():
    probing = failing(Breaker(), MOST_FAILURES).admitted(NOON + FIRST_REST)
    assert not probing.admits(NOON + FIRST_REST + PROBE_LEASE - timedelta(seconds=1))
    second = probing.admitted(NOON + FIRST_REST + PROBE_LEASE)
    assert second.succeeded(probing.term, NOON) == second


def test_what_was_asked_before_and_answers_late_moves_nothing():
    opened = failing(Breaker(), MOST_FAILURES)
    assert opened.succeeded(0, NOON) == opened == opened.failed(0, NOON)


class Story(RuleBasedStateMachine):
    """Any number of callers ask, come back well or badly, late or never, while time goes on."""

    calls = Bundle("calls")

    def __init__(self):
        super().__init__()
        self.breaker, self.at = Breaker(), NOON

    @rule(seconds=st.integers(1, 2_000))
    def wait(self, seconds):
        self.at += timedelta(seconds=seconds)

    @precondition(lambda self: self.breaker.admits(self.at))
    @rule(target=calls)
    def ask(self):
        was, self.breaker = self.breaker, self.breaker.admitted(self.at)
        assert was.state is BreakerState.CLOSED or self.at >= was.retry_at
        return self.breaker.term

    @rule(term=consumes(calls))
    def come_back_well(self, term):
        is_current, was = term == self.breaker.term, self.breaker
        self.breaker = self.breaker.succeeded(term, self.at)
        assert (self.breaker.state is BreakerState.CLOSED) if is_current else self.breaker == was

    @rule(term=consumes(calls))
    def come_back_badly(self, term):
        is_current, was = term == self.breaker.term, self.breaker
        self.breaker = self.breaker.failed(term, self.at)
        if not is_current:
            assert self.breaker == was
        elif was.state is BreakerState.HALF_OPEN:
            assert self.breaker.state is BreakerState.OPEN and not self.breaker.admits(self.at)

    @invariant()
    def fewer_failures_than_the_limit_while_closed(self):
        assert self.breaker.state is not BreakerState.CLOSED or self.breaker.failures < MOST_FAILURES

    @invariant()
    def it_never_rests_for_ever_nor_longer_than_its_limit(self):
        assert FIRST_REST <= self.breaker.rest <= LONGEST_REST
        is_closed = self.breaker.state is BreakerState.CLOSED
        assert is_closed or self.breaker.admits(self.at + LONGEST_REST + PROBE_LEASE)

    @invariant()
    def one_probe_at_a_time(self):
        if self.breaker.state is BreakerState.HALF_OPEN and self.at < self.breaker.retry_at:
            assert not self.breaker.admits(self.at)


TestStory = Story.TestCase
