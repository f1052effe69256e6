"""How the lines to other companies are doing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Aggregate, Count, FloatField, Q

from bihuan.carriers.access import require_keeper
from bihuan.carriers.breaker import BreakerState
from bihuan.carriers.keys import keys_path, setup_of
from bihuan.carriers.models import ProviderCall, ProviderState, ProviderTrial
from bihuan.carriers.numbers import Carrier
from bihuan.carriers.problems import Problem
from bihuan.carriers.providers import PROVIDERS, Provider, ProviderCode, who_knows
from bihuan.foundation.actor import Actor

__all__ = [
    "BreakerState",
    "Problem",
    "ProviderCode",
    "ProviderHealth",
    "keys_path",
    "list_health",
    "may_be_asked",
    "pause_after",
    "pause_for",
]

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Percentile(Aggregate):
    """PostgreSQL's ``percentile_cont``: the value below which a share of the rows lies."""

    function = "percentile_cont"
    template = "%(function)s(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


@dataclass(frozen=True, slots=True)
class ProviderHealth:
    """One provider: can it be asked, does it answer, how fast. Figures are of the last hour and day."""

    code: str
    label: str
    is_configured: bool
    fault: str
    state: BreakerState
    since: datetime | None
    retry_at: datetime | None
    succeeded_at: datetime | None
    failed_at: datetime | None
    problem: str
    problem_label: str
    calls_hour: int
    failures_hour: int
    calls_day: int
    failures_day: int
    median_ms: float | None
    p95_ms: float | None
    trial: ProviderTrial | None


def list_health(*, actor: Actor, at: datetime) -> list[ProviderHealth]:
    """All providers in the order in which they are asked. Raises NotAllowed."""
    require_keeper(actor)
    states = {row.provider: row for row in ProviderState.objects.all()}
    figures = {row["provider"]: row for row in _figures(at)}
    latest = ProviderTrial.objects.order_by("provider", "-asked_at").distinct("provider")
    trials = {trial.provider: trial for trial in latest}
    return [
        _health(provider, states.get(code) or ProviderState(provider=code), figures.get(code, {}), trials.get(code))
        for code, provider in PROVIDERS.items()
    ]


def may_be_asked(carriers: Sequence[Carrier]) -> bool:
    """True when a provider is configured that may know parcels of one of these carriers. Asks no database."""
    return any(setup_of(provider).keys is not None for carrier in carriers for provider in who_knows(carrier))


def pause_after(provider: str) -> timedelta:
    """How long after its answer this provider is not asked again about the same parcel."""
    return PROVIDERS[ProviderCode(provider)].pause


def pause_for(carriers: Sequence[Carrier]) -> timedelta:
    """The same when nobody answered: as the strictest of those who were asked wants it."""
    asked = (provider for carrier in carriers for provider in who_knows(carrier) if setup_of(provider).keys)
    return max((provider.pause for provider in asked), default=timedelta())


def _figures(at: datetime) -> Any:
    in_hour, is_failure = Q(at__gt=at - HOUR), ~Q(problem="")
    return (
        ProviderCall.objects.filter(at__gt=at - DAY)
        .values("provider")
        .annotate(
            calls_hour=Count("id", filter=in_hour),
            failures_hour=Count("id", filter=in_hour & is_failure),
            calls_day=Count("id"),
            failures_day=Count("id", filter=is_failure),
            median_ms=Percentile("milliseconds", share="0.5"),
            p95_ms=Percentile("milliseconds", share="0.95"),
        )
        .order_by()
    )


def _health(
    provider: Provider, row: ProviderState, figures: dict[str, Any], trial: ProviderTrial | None
) -> ProviderHealth:
    setup = setup_of(provider)
    return ProviderHealth(
        code=provider.code.value,
        label=str(provider.code.label),
        is_configured=setup.keys is not None,
        fault=setup.words,
        state=BreakerState(row.state),
        since=row.since,
        retry_at=row.retry_at,
        succeeded_at=row.succeeded_at,
        failed_at=row.failed_at,
        problem=row.problem,
        problem_label=row.get_problem_display(),
        calls_hour=figures.get("calls_hour", 0),
        failures_hour=figures.get("failures_hour", 0),
        calls_day=figures.get("calls_day", 0),
        failures_day=figures.get("failures_day", 0),
        median_ms=figures.get("median_ms"),
        p95_ms=figures.get("p95_ms"),
        trial=trial,
    )
