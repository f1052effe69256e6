"""When a provider is asked and when it is left alone. Pure: the same story leads to the same state.

Closed: everybody may ask. After ``MOST_FAILURES`` in a row it opens: nobody asks until ``retry_at``. Then one question
goes out as a probe (half open). Its success closes the breaker, its failure opens it again for twice as long. A probe
that never reports (its worker was killed) is given up after ``PROBE_LEASE``.

Every opening, probe and closing begins a new ``term``. A call reports with the term it was admitted in, so what was
asked before and answers late moves nothing.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

MOST_FAILURES = 5
FIRST_REST = timedelta(seconds=30)
LONGEST_REST = timedelta(minutes=15)
PROBE_LEASE = timedelta(minutes=1)


class BreakerState(models.TextChoices):
    CLOSED = "CLOSED", _("正常")
    OPEN = "OPEN", _("已断开")
    HALF_OPEN = "HALF_OPEN", _("试探中")


@dataclass(frozen=True, slots=True)
class Breaker:
    """``since`` is when it last opened or closed; ``retry_at`` when the next probe may go out."""

    state: BreakerState = BreakerState.CLOSED
    failures: int = 0
    since: datetime | None = None
    retry_at: datetime | None = None
    rest: timedelta = FIRST_REST
    term: int = 0

    def admits(self, at: datetime) -> bool:
        """True when a question may go out now."""
        return self.state is BreakerState.CLOSED or (self.retry_at is not None and at >= self.retry_at)

    def admitted(self, at: datetime) -> "Breaker":
        """After a question went out: a closed breaker stays as it is, any other waits for its probe."""
        if self.state is BreakerState.CLOSED:
            return self
        return replace(self, state=BreakerState.HALF_OPEN, retry_at=at + PROBE_LEASE, term=self.term + 1)

    def succeeded(self, term: int, at: datetime) -> "Breaker":
        """After an answer to a question of this term."""
        if term != self.term or self.state is BreakerState.OPEN:
            return self
        if self.state is BreakerState.CLOSED:
            return replace(self, failures=0)
        return Breaker(since=at, term=self.term + 1)

    def failed(self, term: int, at: datetime) -> "Breaker":
        """After a question of this term brought nothing usable."""
        if term != self.term or self.state is BreakerState.OPEN:
            return self
        failures = self.failures + 1
        if self.state is BreakerState.CLOSED and failures < MOST_FAILURES:
            return replace(self, failures=failures)
        is_first = self.state is BreakerState.CLOSED
        rest = FIRST_REST if is_first else min(self.rest * 2, LONGEST_REST)
        since = at if is_first else self.since
        return Breaker(BreakerState.OPEN, failures, since, at + rest, rest, self.term + 1)
