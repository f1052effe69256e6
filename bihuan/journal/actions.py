"""The writes of the journal: entries for every module, and what workers and commands do with them."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from bihuan.foundation.actor import Actor
from bihuan.journal import consuming, seals, writing
from bihuan.journal.events import ConsumerRewound
from bihuan.journal.models import ConsumerCursor, JournalSeal, ParkedEntry
from bihuan.journal.partitions import ensure_ahead, ensure_months
from bihuan.journal.position import START
from bihuan.journal.rebasing import rebase
from bihuan.journal.registry import Consumer, consumers
from bihuan.journal.waiting import consume_forever
from bihuan.journal.writing import Line, NotInTransaction, gathered

__all__ = [
    "Line",
    "NotInTransaction",
    "UnknownConsumer",
    "consume_forever",
    "ensure_ahead",
    "ensure_months",
    "gathered",
    "rebase",
    "retry_parked",
    "rewind_consumer",
    "run_consumers_once",
    "seal_closed_range",
    "write",
    "write_many",
]


class UnknownConsumer(LookupError):
    """No consumer has this name."""


def write(
    actor: Actor, entry: Any, *, at: datetime, units: Collection[int | None] = (), division_id: int | None = None
) -> None:
    """Write that something happened, in the transaction of the change. Raises NotInTransaction.

    ``entry`` is an instance of a class registered with ``@entry``; ``units`` are the ids of the units that may see it
    live (None among them is passed over).
    """
    writing.insert(Line(actor=actor, entry=entry, at=at, units=units, division_id=division_id))


def write_many(lines: Iterable[Line]) -> int:
    """Write the entries of a bulk change with COPY, in its transaction; returns how many. Raises NotInTransaction."""
    return writing.copy(lines)


def run_consumers_once() -> int:
    """Hand out everything that is waiting, in this thread; returns how many entries were handed out.

    Must not be called inside a transaction (a test's own transaction is fine).
    """
    return consuming.drain(list(consumers().values()))


@transaction.atomic
def rewind_consumer(*, actor: Actor, name: str, at: datetime) -> None:
    """Let a consumer read the journal from the beginning again; its parked entries are dropped, it meets them anew."""
    consumer_called(name)
    cursor, _ = ConsumerCursor.objects.get_or_create(name=name)
    cursor = ConsumerCursor.objects.select_for_update().get(name=name)
    cursor.move_to(START)
    cursor.last_error, cursor.last_error_at, cursor.moved_at = "", None, at
    cursor.save()
    ParkedEntry.objects.filter(consumer=name).delete()
    write(actor, ConsumerRewound(name=name), at=at)


def retry_parked(name: str = "") -> tuple[int, int]:
    """Hand out parked entries again, of one consumer or of all; returns how many went through and how many did not."""
    parked = ParkedEntry.objects.order_by("entry_id")
    if name:
        consumer_called(name)
        parked = parked.filter(consumer=name)
    known = consumers()
    results = [
        consuming.retry(known[consumer], pk)
        for pk, consumer in parked.values_list("pk", "consumer")
        if consumer in known
    ]
    return results.count(True), results.count(False)


def seal_closed_range(*, at: datetime) -> list[JournalSeal]:
    """Seal everything that is closed and not sealed yet, in ranges of one seal each."""
    made = []
    while (seal := seals.seal_next(at)) is not None:
        made.append(seal)
    return made


def consumer_called(name: str) -> Consumer:
    """The consumer of this name; raises UnknownConsumer."""
    try:
        return consumers()[name]
    except KeyError:
        raise UnknownConsumer(name) from None
