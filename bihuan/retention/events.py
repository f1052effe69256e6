"""What happens to data whose time is over, and to what keeps it: ids, classes and counts, never a value."""

from dataclasses import dataclass

from bihuan.journal.registry import entry


@entry("retention.hold_placed", subject="hold")
@dataclass(frozen=True, kw_only=True)
class HoldPlaced:
    hold_id: int
    customer_id: int | None
    case_id: int | None
    until: str


@entry("retention.hold_lifted", subject="hold")
@dataclass(frozen=True, kw_only=True)
class HoldLifted:
    hold_id: int
    customer_id: int | None
    case_id: int | None


@entry("retention.rule_set", subject="retention_rule", subject_field="rule_id")
@dataclass(frozen=True, kw_only=True)
class RetentionRuleSet:
    rule_id: int
    data_class: str
    before: int
    after: int


@entry("retention.purge_previewed", subject="purge")
@dataclass(frozen=True, kw_only=True)
class PurgePreviewed:
    purge_id: int
    classes: tuple[str, ...]
    rows: int
    held: int


@entry("retention.purge_approved", subject="purge")
@dataclass(frozen=True, kw_only=True)
class PurgeApproved:
    purge_id: int


@entry("retention.purge_cancelled", subject="purge")
@dataclass(frozen=True, kw_only=True)
class PurgeCancelled:
    purge_id: int


@entry("retention.purge_batch_removed", subject="purge")
@dataclass(frozen=True, kw_only=True)
class PurgeBatchRemoved:
    """One batch: how many rows went, and how many stayed for which reason."""

    purge_id: int
    data_class: str
    removed: int
    held: int
    touched: int
    not_due: int


@entry("retention.purge_ended", subject="purge")
@dataclass(frozen=True, kw_only=True)
class PurgeEnded:
    purge_id: int
    removed: int
    left: int
