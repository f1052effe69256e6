"""What happens to the lines to other companies; never a key, never a word of theirs."""

from dataclasses import dataclass

from bihuan.journal.registry import entry


@entry("provider.opened", subject="provider")
@dataclass(frozen=True, kw_only=True)
class BreakerOpened:
    """A provider failed so often that it is left alone for a while."""

    provider_id: int
    provider: str
    problem: str
    failures: int


@entry("provider.closed", subject="provider")
@dataclass(frozen=True, kw_only=True)
class BreakerClosed:
    """A provider answers again."""

    provider_id: int
    provider: str
    open_seconds: int


@entry("provider.tried", subject="provider_trial", subject_field="trial_id")
@dataclass(frozen=True, kw_only=True)
class ProviderTried:
    """An administrator wanted to see whether a provider answers."""

    trial_id: int
    provider: str
