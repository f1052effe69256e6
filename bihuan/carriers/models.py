"""How the providers are doing: one row for each, shared by all processes, and a line for each call."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import models

from bihuan.carriers.breaker import FIRST_REST, Breaker, BreakerState
from bihuan.carriers.problems import Problem
from bihuan.carriers.providers import ProviderCode

TRIAL_LOST_AFTER = timedelta(minutes=2)


class ProviderStateQuerySet(models.QuerySet["ProviderState"]):
    def locked(self, code: ProviderCode) -> "ProviderState":
        """The row of a provider, locked until the transaction ends; made at its first use."""
        rows = self.select_for_update()
        found = rows.filter(provider=code).first()
        if found is None:
            self.bulk_create([ProviderState(provider=code)], ignore_conflicts=True)
            found = rows.get(provider=code)
        return found


class ProviderState(models.Model):
    """The breaker of a provider, and what came of its last calls."""

    provider = models.CharField(max_length=12, choices=ProviderCode, unique=True)
    state = models.CharField(max_length=12, choices=BreakerState, default=BreakerState.CLOSED)
    failures = models.PositiveIntegerField(default=0)
    since = models.DateTimeField(null=True)
    retry_at = models.DateTimeField(null=True)
    rest_seconds = models.PositiveIntegerField(default=int(FIRST_REST.total_seconds()))
    term = models.PositiveIntegerField(default=0)
    succeeded_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=16, choices=Problem, blank=True, default="")

    objects = ProviderStateQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.provider} {self.state}"

    @property
    def breaker(self) -> Breaker:
        """The row as the rules read it."""
        rest = timedelta(seconds=self.rest_seconds)
        return Breaker(BreakerState(self.state), self.failures, self.since, self.retry_at, rest, self.term)

    def follow(self, breaker: Breaker) -> None:
        """Take over what the rules decided."""
        self.state, self.failures, self.term = breaker.state, breaker.failures, breaker.term
        self.since, self.retry_at = breaker.since, breaker.retry_at
        self.rest_seconds = int(breaker.rest.total_seconds())


class ProviderCall(models.Model):
    """One question and what came of it: figures and a code, no number and no words."""

    provider = models.CharField(max_length=12, choices=ProviderCode)
    at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField()
    attempts = models.PositiveSmallIntegerField()
    problem = models.CharField(max_length=16, choices=Problem, blank=True, default="")
    scans = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [models.Index(name="provider_call_recent", fields=["provider", "at"])]

    def __str__(self) -> str:
        return f"{self.provider} {self.at:%H:%M:%S} {self.problem or 'OK'}"


class ProviderTrial(models.Model):
    """A look-up an administrator asked for, to see whether a provider answers."""

    provider = models.CharField(max_length=12, choices=ProviderCode)
    number = models.CharField(max_length=40)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=16, choices=Problem, blank=True, default="")
    scans = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [models.Index(name="provider_trial_recent", fields=["provider", "-asked_at"])]

    def __str__(self) -> str:
        return f"{self.provider} {self.number}"

    def is_under_way(self, at: datetime) -> bool:
        """True until it ends, or its worker must have died."""
        return self.ended_at is None and at - self.asked_at < TRIAL_LOST_AFTER
