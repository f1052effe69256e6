"""The reads of the journal."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bihuan.journal.hub import LiveEntry, Subscriber, live_hub
from bihuan.journal.models import ConsumerCursor, ParkedEntry, StoredEntry
from bihuan.journal.position import Position, latest_closed, oldest_open
from bihuan.journal.registry import consumers, entry_types
from bihuan.journal.seals import Verification, verify

__all__ = [
    "ConsumerStatus",
    "LiveEntry",
    "Position",
    "Subscriber",
    "Verification",
    "consumer_statuses",
    "entries_of",
    "entry_types",
    "list_parked",
    "live_hub",
    "live_position",
    "verify",
]

LAG_CAP = 10_000


@dataclass(frozen=True)
class ConsumerStatus:
    """How a consumer is doing; ``waiting`` counts at most ``LAG_CAP`` entries."""

    name: str
    codes: tuple[str, ...]
    waiting: int
    oldest_waiting_at: datetime | None
    parked: int
    last_error: str
    last_error_at: datetime | None
    moved_at: datetime | None


def entries_of(
    subject: str, subject_id: int, *, after: int | None = None, codes: Sequence[str] = (), limit: int = 200
) -> list[StoredEntry]:
    """The newest ``limit`` entries about one subject, oldest first, behind the entry with the id ``after``."""
    entries = StoredEntry.objects.about(subject, subject_id)
    if after is not None:
        entries = entries.filter(id__gt=after)
    if codes:
        entries = entries.filter(code__in=codes)
    return list(entries.reverse()[:limit])[::-1]


def live_position() -> str:
    """Where the live stream of a page rendered now has to begin, as ``xid:id``: nothing committed later lies before."""
    return str(Position(oldest_open(), 0))


def list_parked(limit: int = 200) -> list[ParkedEntry]:
    """Parked entries, newest first."""
    return list(ParkedEntry.objects.order_by("-id")[:limit])


def consumer_statuses() -> list[ConsumerStatus]:
    """Every consumer with its lag and last error, by name. For commands: it counts."""
    top, cursors = latest_closed(), {cursor.name: cursor for cursor in ConsumerCursor.objects.all()}
    return [
        _status(name, consumer.codes, cursors.get(name) or ConsumerCursor(name=name), top)
        for name, consumer in consumers().items()
    ]


def _status(name: str, codes: tuple[str, ...], cursor: ConsumerCursor, top: Position) -> ConsumerStatus:
    waiting = StoredEntry.objects.between(cursor.position, top)
    if codes:
        waiting = waiting.filter(code__in=codes)
    oldest = waiting.first()
    return ConsumerStatus(
        name=name,
        codes=codes,
        waiting=waiting[:LAG_CAP].count(),
        oldest_waiting_at=oldest.at if oldest else None,
        parked=ParkedEntry.objects.filter(consumer=name).count(),
        last_error=cursor.last_error,
        last_error_at=cursor.last_error_at,
        moved_at=cursor.moved_at,
    )
