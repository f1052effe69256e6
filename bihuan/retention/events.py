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
