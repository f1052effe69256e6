"""One question to one provider: let out by its breaker, repeated where that does no harm, and reported.

Nothing is asked inside a transaction: both bookkeeping steps are durable, and refuse to run within one.
"""

import random
import time
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction

from bihuan.carriers.breaker import BreakerState
from bihuan.carriers.client import Limits, post_json
from bihuan.carriers.events import BreakerClosed, BreakerOpened
from bihuan.carriers.hearing import Heard, hear
from bihuan.carriers.keys import Keys, setup_of
from bihuan.carriers.models import ProviderCall, ProviderState
from bihuan.carriers.problems import Problem, ProviderFailed
from bihuan.carriers.providers import Provider, Question
from bihuan.foundation.actor import Actor
from bihuan.journal import actions as journal

LIMITS = Limits()
MOST_ATTEMPTS = 2
JITTER = (0.1, 0.4)  # seconds; so that many who failed together do not come back together


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a question."""

    heard: Heard
    problem: Problem | None
    attempts: int
    seconds: float


def call(actor: Actor, provider: Provider, question: Question, *, at: datetime, as_trial: bool = False) -> Heard:
    """Ask, and keep what came of it. A trial also goes out while the breaker is open, as its probe.

    Raises ProviderFailed.
    """
    setup = setup_of(provider)
    if setup.keys is None:
        raise ProviderFailed(Problem.NOT_CONFIGURED)
    term = _admit(provider, at, as_trial=as_trial)
    outcome = _ask(provider, setup.keys, question, at)
    _report(actor, provider, term, outcome, at + timedelta(seconds=outcome.seconds))
    if outcome.problem:
        raise ProviderFailed(outcome.problem)
    return outcome.heard


def _ask(provider: Provider, keys: Keys, question: Question, at: datetime) -> Outcome:
    started, spent, attempts = time.monotonic(), 0.0, 0
    while True:
        attempts += 1
        heard, problem = _attempt(provider, keys, question, at, replace(LIMITS, total=LIMITS.total - spent))
        spent, pause = time.monotonic() - started, random.uniform(*JITTER)
        has_time = spent + pause + LIMITS.connect <= LIMITS.total
        if attempts == MOST_ATTEMPTS or problem not in provider.repeats or not has_time:
            return Outcome(heard, problem, attempts, spent)
        time.sleep(pause)
        spent += pause


def _attempt(
    provider: Provider, keys: Keys, question: Question, at: datetime, limits: Limits
) -> tuple[Heard, Problem | None]:
    try:
        answer = post_json(provider.request(keys, question, at), limits)
        return hear(provider.tell(answer, question), provider.codes, at=at), None
    except ProviderFailed as failure:
        return Heard(), failure.problem


@transaction.atomic(durable=True)
def _admit(provider: Provider, at: datetime, *, as_trial: bool) -> int:
    """The term of the question. Raises ProviderFailed while the breaker is open."""
    row = ProviderState.objects.locked(provider.code)
    before = row.breaker
    if not as_trial and not before.admits(at):
        raise ProviderFailed(Problem.RESTING)
    after = before.admitted(at)
    if after != before:
        row.follow(after)
        row.save()
    return after.term


@transaction.atomic(durable=True)
def _report(actor: Actor, provider: Provider, term: int, outcome: Outcome, at: datetime) -> None:
    row = ProviderState.objects.locked(provider.code)
    before, problem = row.breaker, outcome.problem
    if problem and problem.is_their_fault:
        row.follow(before.failed(term, at))
        row.failed_at, row.problem = at, problem
    else:
        row.follow(before.succeeded(term, at))
        row.succeeded_at = at
    row.save()
    ProviderCall.objects.create(
        provider=provider.code,
        at=at,
        milliseconds=round(outcome.seconds * 1000),
        attempts=outcome.attempts,
        problem=problem or "",
        scans=len(outcome.heard.scans),
        refused=outcome.heard.refused,
    )
    is_closed = row.state == BreakerState.CLOSED
    if before.state is BreakerState.CLOSED and not is_closed:
        opened = BreakerOpened(provider_id=row.pk, provider=provider.code, problem=row.problem, failures=row.failures)
        journal.write(actor, opened, at=at)
    elif before.state is not BreakerState.CLOSED and is_closed:
        seconds = round((at - before.since).total_seconds()) if before.since else 0
        journal.write(actor, BreakerClosed(provider_id=row.pk, provider=provider.code, open_seconds=seconds), at=at)
