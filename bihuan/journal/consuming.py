"""Giving entries to their consumers, exactly once.

A batch runs in one transaction with the move of its cursor, under the lock of the cursor row: two workers never work
for the same consumer, and a killed one leaves neither effects nor a moved cursor. When a batch fails it is rolled back
and its entries are tried one by one; the entry that fails alone is parked and the rest goes on. Entries come in
``(xid, id)`` order; what a consumer derives from a parked entry comes later, at the retry, so a consumer must not rely
on having seen every earlier entry of the same subject.
"""

import logging
from collections.abc import Mapping, Sequence

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F
from django.utils import timezone

from bihuan.foundation.failure import describe
from bihuan.journal.models import ConsumerCursor, ParkedEntry, StoredEntry
from bihuan.journal.position import START, Position, latest_closed
from bihuan.journal.registry import Consumer

logger = logging.getLogger(__name__)

LOOK_AHEAD = 2_000  # entries a round looks at to tell whom they concern
TRIES = 3  # of one entry against deadlocks and lock timeouts, which pass; a lost connection also ends the parking


def drain(consumers: Sequence[Consumer]) -> int:
    """Give every closed entry to every consumer, one batch each in turn; returns how many entries were handed out."""
    handed_out = 0
    while (count := hand_round(consumers)) is not None:
        handed_out += count
    return handed_out


def hand_round(consumers: Sequence[Consumer]) -> int | None:
    """One batch for each consumer that is behind; the number of entries handed out, None when no cursor moved."""
    top, behind = _look_round(consumers)
    concerned = _concerned(behind, top)
    moves = [_step(consumer, top) for consumer in concerned]
    idle = {consumer.name: place for consumer, place in behind.items() if consumer not in concerned}
    passed = _pass_over(idle, top) if idle else 0
    if not passed and all(moved is None for moved in moves):
        return None
    return sum(moved for moved in moves if moved is not None)


@transaction.atomic(durable=True)
def _look_round(consumers: Sequence[Consumer]) -> tuple[Position, dict[Consumer, Position]]:
    """How far reading is safe, and who has not read so far yet, with their places."""
    top = latest_closed()
    places = {cursor.name: cursor.position for cursor in ConsumerCursor.objects.all()}
    new = [ConsumerCursor(name=consumer.name) for consumer in consumers if consumer.name not in places]
    if new:
        ConsumerCursor.objects.bulk_create(new, ignore_conflicts=True)
    found = {consumer: places.get(consumer.name, START) for consumer in consumers}
    return top, {consumer: place for consumer, place in found.items() if place < top}


def _concerned(behind: Mapping[Consumer, Position], top: Position) -> list[Consumer]:
    """Those something new may concern: told from the kinds of the entries, unless they are too many to look at."""
    if not behind:
        return []
    entries = StoredEntry.objects.between(min(behind.values()), top)
    codes = list(entries.values_list("code", flat=True)[:LOOK_AHEAD])
    if len(codes) == LOOK_AHEAD:
        return list(behind)
    return [consumer for consumer in behind if not consumer.codes or not set(codes).isdisjoint(consumer.codes)]


@transaction.atomic(durable=True)
def _pass_over(places: Mapping[str, Position], top: Position) -> int:
    """Move the cursors that still stand where they were seen past entries that concern none of them; returns how many.

    In one transaction for all of them: each by itself costs four statements for each entry somebody writes.
    """
    _forgo_durability()
    cursors = ConsumerCursor.objects.select_for_update(skip_locked=True).filter(name__in=places)
    still = [cursor.name for cursor in cursors if cursor.position == places[cursor.name]]
    return ConsumerCursor.objects.filter(name__in=still).update(xid=top.xid, entry_id=top.id, moved_at=timezone.now())


def _step(consumer: Consumer, top: Position) -> int | None:
    """One batch; the number of entries it held, None when the cursor did not move."""
    try:
        return _batch(consumer, top)
    except InterfaceError:
        raise
    except Exception as error:
        logger.warning("consumer %s: a batch failed (%s), trying its entries alone", consumer.name, describe(error))
    return _one_by_one(consumer, top)


@transaction.atomic(durable=True)
def _batch(consumer: Consumer, top: Position) -> int | None:
    cursor = _locked(consumer)
    if cursor is None or cursor.position >= top:
        return None
    entries = _read(consumer, cursor.position, top)
    if entries:
        consumer.handle(entries)
    else:
        _forgo_durability()
    _move(cursor, entries[-1].position if len(entries) == consumer.batch else top)
    return len(entries)


def _one_by_one(consumer: Consumer, top: Position) -> int | None:
    start = ConsumerCursor.objects.get(name=consumer.name).position
    entries = _read(consumer, start, top)
    for count, entry in enumerate(entries):
        if not _alone(consumer, entry):
            return count or None
    return len(entries) or None


def _alone(consumer: Consumer, entry: StoredEntry) -> bool:
    """Hand out one entry, or park it; False when another worker has taken over."""
    for attempt in range(1, TRIES + 1):
        try:
            return _hand_out(consumer, entry)
        except OperationalError as error:
            if attempt == TRIES:
                return _park(consumer, entry, error)
        except InterfaceError:
            raise
        except Exception as error:
            return _park(consumer, entry, error)
    raise AssertionError("unreachable")


@transaction.atomic(durable=True)
def _hand_out(consumer: Consumer, entry: StoredEntry) -> bool:
    """Let the consumer handle one entry and move its cursor, in one transaction."""
    cursor = _locked(consumer)
    if cursor is None or cursor.position >= entry.position:
        return False
    consumer.handle([entry])
    _move(cursor, entry.position)
    return True


@transaction.atomic(durable=True)
def _park(consumer: Consumer, entry: StoredEntry, error: Exception) -> bool:
    cursor = _locked(consumer)
    if cursor is None or cursor.position >= entry.position:
        return False
    moment, description = timezone.now(), describe(error)
    ParkedEntry.objects.update_or_create(
        consumer=consumer.name,
        entry_id=entry.id,
        defaults={"code": entry.code, "error": description, "parked_at": moment, "tried_at": moment},
    )
    cursor.last_error, cursor.last_error_at = f"entry {entry.id}: {description}", moment
    _move(cursor, entry.position)
    logger.error("consumer %s: entry %s (%s) is parked: %s", consumer.name, entry.id, entry.code, description)
    return True


def retry(consumer: Consumer, parked_id: int) -> bool:
    """Hand a parked entry out again; True when it is done, False when it failed again or is gone."""
    try:
        with transaction.atomic(durable=True):
            parked = ParkedEntry.objects.select_for_update(skip_locked=True).filter(pk=parked_id).first()
            if parked is None:
                return False
            consumer.handle([StoredEntry.objects.get(id=parked.entry_id)])
            parked.delete()
        return True
    except Exception as error:
        ParkedEntry.objects.filter(pk=parked_id).update(
            attempts=F("attempts") + 1, error=describe(error), tried_at=timezone.now()
        )
        return False


def _forgo_durability() -> None:
    """A move past entries that concern nobody need not wait for the disk: a crash only repeats the look."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")


def _locked(consumer: Consumer) -> ConsumerCursor | None:
    cursors = ConsumerCursor.objects.select_for_update(skip_locked=True)
    return cursors.filter(name=consumer.name).first()


def _read(consumer: Consumer, after: Position, until: Position) -> list[StoredEntry]:
    entries = StoredEntry.objects.between(after, until)
    return list((entries.filter(code__in=consumer.codes) if consumer.codes else entries)[: consumer.batch])


def _move(cursor: ConsumerCursor, position: Position) -> None:
    cursor.move_to(position)
    cursor.moved_at = timezone.now()
    cursor.save()
