"""Seals: a hash chain over closed ranges of the journal, so that a changed, added or missing line shows.

Every row is hashed together with the hash before it; a seal keeps the hash behind its last row, which the next seal
starts from. Sealing is a job of its own, so writers never queue for the chain. The signature is keyed by the keyring,
which is not in the database: whoever can only write to the database cannot make a new chain. What cannot be seen
from inside is a cut tail (the newest entries gone with their seals): note the head (``number:hash``) elsewhere, the
log has it, and give it to the check.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection, transaction

from bihuan.crypto.blind_index import digest
from bihuan.journal.models import JournalSeal, StoredEntry
from bihuan.journal.position import START, Position, latest_closed

RANGE = 5_000
MARK_BYTES = 4
FETCH = 2_000
LOCK = 0x6269_6875_616E  # advisory lock of the sealer


@dataclass(frozen=True)
class Fault:
    """The first seal that does not hold, and the first row in it that is not what was sealed (None: not a row)."""

    number: int
    reason: str
    after: Position
    until: Position
    row: Position | None


@dataclass(frozen=True)
class Verification:
    """What a check found."""

    seals: int
    entries: int
    head: str
    sealed_until: Position
    unsealed: int
    fault: Fault | None


def seal_next(at: datetime) -> JournalSeal | None:
    """Seal the next closed range of at most ``RANGE`` entries; None when nothing is new or another one seals."""
    top = latest_closed()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return None
        last = JournalSeal.objects.order_by("-number").first()
        after, number = (last.until, last.number + 1) if last else (START, 1)
        entries = list(StoredEntry.objects.between(after, top)[:RANGE])
        return _make(number, after, entries, bytes(last.hash) if last else b"", at) if entries else None


def _make(number: int, after: Position, entries: list[StoredEntry], previous: bytes, at: datetime) -> JournalSeal:
    running = list(_running(previous, entries))
    seal = JournalSeal(
        number=number,
        from_xid=after.xid,
        from_id=after.id,
        to_xid=entries[-1].xid,
        to_id=entries[-1].id,
        count=len(entries),
        hash=running[-1],
        marks=b"".join(value[:MARK_BYTES] for value in running),
        sealed_at=at,
    )
    seal.signature = _signature(seal)
    seal.save(force_insert=True)
    return seal


def verify(head: str = "") -> Verification:
    """Read the whole journal against its seals; stops at the first fault. ``head`` is a noted ``number:hash``."""
    previous, after, seals, entries, fault = b"", START, 0, 0, None
    for seal in JournalSeal.objects.order_by("number").iterator(100):
        fault = _fault_of_seal(seal, seals + 1, after) or _fault_of_rows(seal, previous)
        if fault is not None:
            break
        seals, entries = seals + 1, entries + seal.count
        previous, after = bytes(seal.hash), seal.until
    fault = fault or _fault_of_head(head, after)
    unsealed = StoredEntry.objects.between(after, latest_closed()).count() if fault is None else 0
    return Verification(seals, entries, f"{seals}:{previous.hex()}", after, unsealed, fault)


def _fault_of_seal(seal: JournalSeal, expected: int, after: Position) -> Fault | None:
    if seal.number != expected or seal.after != after:
        return Fault(expected, "the seal is missing", after, seal.after, None)
    if not hmac.compare_digest(bytes(seal.signature), _signature(seal)):
        return Fault(seal.number, "the seal was not signed with a key of this installation", after, seal.until, None)
    return None


def _fault_of_rows(seal: JournalSeal, previous: bytes) -> Fault | None:
    marks, running, count = bytes(seal.marks), previous, 0
    suspect: Position | None = None
    for count, entry in enumerate(_stream(seal), 1):
        running = _next(running, entry)
        mark = marks[(count - 1) * MARK_BYTES : count * MARK_BYTES]
        if suspect is None and running[:MARK_BYTES] != mark:
            suspect = entry.position
    if count == seal.count and running == bytes(seal.hash):
        return None
    differs = {count < seal.count: "rows are missing", count > seal.count: "rows were added"}
    return Fault(seal.number, differs.get(True, "a row was changed"), seal.after, seal.until, suspect or seal.until)


def _fault_of_head(head: str, after: Position) -> Fault | None:
    if not head:
        return None
    number, _, noted = head.partition(":")
    seal = JournalSeal.objects.filter(number=int(number)).first() if number.isdigit() else None
    if seal is not None and bytes(seal.hash).hex() == noted:
        return None
    return Fault(int(number) if number.isdigit() else 0, "the noted head is not in the chain", after, after, None)


def _stream(seal: JournalSeal) -> Iterator[StoredEntry]:
    return StoredEntry.objects.between(seal.after, seal.until).iterator(FETCH)


def _running(previous: bytes, entries: Iterable[StoredEntry]) -> Iterator[bytes]:
    value = previous
    for entry in entries:
        value = _next(value, entry)
        yield value


def _next(previous: bytes, entry: StoredEntry) -> bytes:
    return hashlib.sha256(previous + canonical(entry)).digest()


def canonical(entry: StoredEntry) -> bytes:
    """The row as bytes that do not depend on server version, time zone or the order of JSON keys."""
    at = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    row = [
        entry.xid, entry.id, at, entry.division_id, entry.units, entry.actor_kind,
        entry.actor_id, entry.actor_name, entry.via, entry.code, entry.subject, entry.subject_id, entry.payload,
    ]  # fmt: skip
    return json.dumps(row, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def _signature(seal: JournalSeal) -> bytes:
    signed = (seal.number, *seal.after, *seal.until, seal.count, bytes(seal.hash).hex())
    return digest(":".join(map(str, signed)), "journal.seal")
