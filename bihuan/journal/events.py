"""What the journal writes about itself: acts of its keepers."""

from dataclasses import dataclass

from bihuan.journal.registry import entry


@entry("journal.rewound", subject="consumer")
@dataclass(frozen=True, kw_only=True)
class ConsumerRewound:
    """A consumer reads from the beginning again; consumers are known by name, not by id."""

    name: str
    consumer_id: int | None = None


@entry("journal.rebased", subject="journal")
@dataclass(frozen=True, kw_only=True)
class JournalRebased:
    """The journal goes on in another cluster."""

    base: int
    journal_id: int | None = None
