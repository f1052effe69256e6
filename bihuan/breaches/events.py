"""What happens to a breach: ids, codes and counts, never what leaked."""

from dataclasses import dataclass

from bihuan.journal.registry import entry


@entry("breach.opened", subject="breach")
@dataclass(frozen=True, kw_only=True)
class BreachOpened:
    breach_id: int
    kind: str
    found: str


@entry("breach.assessed", subject="breach")
@dataclass(frozen=True, kw_only=True)
class BreachAssessed:
    breach_id: int
    data_kinds: tuple[str, ...]
    rule: str
    affected: int


@entry("breach.contained", subject="breach")
@dataclass(frozen=True, kw_only=True)
class BreachContained:
    breach_id: int


@entry("breach.authority_told", subject="breach")
@dataclass(frozen=True, kw_only=True)
class AuthorityTold:
    breach_id: int
    was_late: bool


@entry("breach.telling_started", subject="breach")
@dataclass(frozen=True, kw_only=True)
class CustomerTellingStarted:
    breach_id: int
    customers: int
    was_late: bool


@entry("breach.customers_told", subject="breach")
@dataclass(frozen=True, kw_only=True)
class BreachCustomersTold:
    """One batch; ``to_call`` have no confirmed mail address."""

    breach_id: int
    by_mail: int
    to_call: int


@entry("breach.telling_waived", subject="breach")
@dataclass(frozen=True, kw_only=True)
class CustomerTellingWaived:
    breach_id: int


@entry("breach.closed", subject="breach")
@dataclass(frozen=True, kw_only=True)
class BreachClosed:
    breach_id: int
