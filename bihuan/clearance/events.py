"""What the gate writes into the journal."""

from dataclasses import dataclass

from bihuan.journal.registry import entry
from bihuan.organization.roles import LEADERS, Role

WATCHERS = frozenset(LEADERS | {Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})


@entry("undertaking.published", subject="undertaking")
@dataclass(frozen=True, kw_only=True)
class UndertakingPublished:
    undertaking_id: int
    version: int


@entry("undertaking.signed", subject="staff")
@dataclass(frozen=True, kw_only=True)
class UndertakingSigned:
    staff_id: int
    undertaking_id: int
    score: int


@entry("vault.limits_set", subject="vault_limits", subject_field="limits_id")
@dataclass(frozen=True, kw_only=True)
class VaultLimitsSet:
    limits_id: int
    window_minutes: int
    files: int
    reveals: int
    exports: int
    reveals_per_minute: int


@entry("vault.paused", subject="staff", audience=WATCHERS)
@dataclass(frozen=True, kw_only=True)
class VaultPaused:
    """Too many looks, or one at a decoy: the person's vault stands still."""

    staff_id: int
    alert_id: int
    kind: str
    count: int


@entry("vault.resumed", subject="staff", audience=WATCHERS)
@dataclass(frozen=True, kw_only=True)
class VaultResumed:
    staff_id: int
    alert_id: int
