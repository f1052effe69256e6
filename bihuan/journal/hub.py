"""Live updates: one task per web process reads new entries once and hands them to every browser that may see them.

Entries are pushed as soon as they are committed, also those of fast transactions while a slow one still runs. What
travels with each is a *safe* position: everything up to it has been pushed. A browser that reconnects with it may see
an entry twice, and never misses one.
"""

import asyncio
import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import psycopg

from bihuan.foundation.actor import Actor
from bihuan.foundation.failure import describe
from bihuan.journal.position import OLDEST_OPEN, Position
from bihuan.journal.registry import entry_types
from bihuan.journal.wire import CHANNEL, direct_connection

logger = logging.getLogger(__name__)

READ_LIMIT = 1_000
CATCH_UP_LIMIT = 500  # who missed more is told to load the page's contents again
QUEUE_LIMIT = 256
POLL_SECONDS = 1.0
LINGER_SECONDS = 10.0  # the hub outlives its last browser for so long
AGAIN_SECONDS = 1.0
CANCEL_SECONDS = 0.5
RIGHTS_CODES = ("grant.", "membership.", "staff.")

READ = f"""
    SELECT xid, id, code, subject, subject_id, at, actor_name, units, (SELECT {OLDEST_OPEN})
      FROM journal_entry WHERE (xid, id) > (%s, %s) ORDER BY xid, id LIMIT %s
"""


@dataclass(frozen=True, slots=True)
class LiveEntry:
    """What a browser is told about an entry, the units that may see it, and the safe position to reconnect with."""

    safe: Position
    position: Position
    closed: bool
    code: str
    subject: str
    subject_id: int | None
    units: frozenset[int]
    text: str

    @classmethod
    def from_row(cls, safe: Position, closed: bool, row: tuple[Any, ...]) -> "LiveEntry":
        """Read a row of ``READ``; the text is made once for all browsers."""
        xid, id_, code, subject, subject_id, at, actor_name, units, _ = row
        position = Position(xid, id_)
        facts = {"position": str(position), "code": code, "subject": subject, "subject_id": subject_id}
        told = facts | {"actor": actor_name, "at": at.isoformat(timespec="milliseconds")}
        text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
        return cls(safe, position, closed, code, subject, subject_id, frozenset(units), text)


class Subscriber:
    """One open stream: what its reader may see, and a bounded queue. A reader too slow for it has to catch up."""

    def __init__(self, actor: Actor, roles: frozenset[str]) -> None:
        self.queue: asyncio.Queue[LiveEntry | None] = asyncio.Queue(QUEUE_LIMIT)
        self.lagging = False
        self.rights_changed = False
        self.allow(actor, roles)

    def allow(self, actor: Actor, roles: frozenset[str]) -> None:
        """Judge by these rights from now on; ``roles`` count for entries that name no audience of their own."""
        self._actor, self._roles = actor, roles
        self._units: dict[str, frozenset[int]] = {}
        self._audiences = {code: it.audience for code, it in entry_types().items() if it.audience is not None}

    def may_see(self, entry: LiveEntry) -> bool:
        """True when a role that may see this kind of entry covers one of its units."""
        if self._actor.is_system:
            return True
        units = self._units.get(entry.code)
        if units is None:
            units = self._units[entry.code] = self._actor.units(self._audiences.get(entry.code, self._roles))
        return not units.isdisjoint(entry.units)

    def offer(self, entry: LiveEntry) -> None:
        """Queue an entry if it may be seen; note when it changes the reader's own rights."""
        if entry.subject == "staff" and entry.subject_id == self._actor.id and entry.code.startswith(RIGHTS_CODES):
            self.rights_changed = True
            self._put(None)
        if self.may_see(entry):
            self._put(entry)

    def _put(self, item: LiveEntry | None) -> None:
        if self.queue.full():
            self.lagging = True
            while not self.queue.empty():
                self.queue.get_nowait()
            item = None
        self.queue.put_nowait(item)


class Hub:
    """Follows the journal while somebody listens. Lives in one event loop."""

    def __init__(self) -> None:
        self._subscribers: set[Subscriber] = set()
        self._task: asyncio.Task[None] | None = None
        self._reader: psycopg.AsyncConnection[tuple[Any, ...]] | None = None
        self._following = asyncio.Event()
        self._early: set[int] = set()
        self.position: Position | None = None

    async def join(self, subscriber: Subscriber) -> Position:
        """Take part from now on; returns the safe position from which entries will be queued."""
        self._subscribers.add(subscriber)
        if self._task is None or self._task.done():
            self._following.clear()
            self._task = asyncio.get_running_loop().create_task(self._run(), name="journal-hub")
        await self._following.wait()
        assert self.position is not None
        return self.position

    def leave(self, subscriber: Subscriber) -> None:
        """Take no more part."""
        self._subscribers.discard(subscriber)

    async def close(self) -> None:
        """Stop following at once. Waits of Python 3.11 can swallow a cancellation, hence the insistence."""
        while self._task is not None and not self._task.done():
            self._task.cancel()
            await asyncio.wait({self._task}, timeout=CANCEL_SECONDS)

    async def missed(self, after: Position) -> list[LiveEntry] | None:
        """The entries behind a position, whoever may see them; None when there are too many to tell one by one."""
        entries = await self._read(after, CATCH_UP_LIMIT + 1)
        return entries if len(entries) <= CATCH_UP_LIMIT else None

    async def _run(self) -> None:
        """Connect and follow until nobody has listened for a while; a lost connection loses no entry."""
        while True:
            try:
                arguments = direct_connection("live hub")
                async with (
                    await psycopg.AsyncConnection.connect(**arguments) as listener,
                    await psycopg.AsyncConnection.connect(**arguments) as self._reader,
                ):
                    await listener.execute(f"LISTEN {CHANNEL}")
                    await self._follow(listener)
            except Exception as error:
                logger.warning("live hub: %s; connecting again", describe(error))
                await asyncio.sleep(AGAIN_SECONDS)
            if not self._subscribers:
                self._following.clear()
                self.position = None
                self._early.clear()
                return

    async def _follow(self, listener: psycopg.AsyncConnection[Any]) -> None:
        if self.position is None:
            self.position = await self._present()
        self._following.set()
        idle = 0.0
        while self._subscribers or idle < LINGER_SECONDS:
            while self._spread(await self._read(self.position, READ_LIMIT)):
                pass
            async for _ in listener.notifies(timeout=POLL_SECONDS, stop_after=1):
                pass
            idle = 0.0 if self._subscribers else idle + POLL_SECONDS

    def _spread(self, entries: list[LiveEntry]) -> bool:
        """Push what is new; True when there may be more closed entries behind these."""
        for entry in entries:
            if entry.position.id not in self._early:
                for subscriber in self._subscribers:
                    subscriber.offer(entry)
            if entry.closed:
                self.position = entry.position
                self._early.discard(entry.position.id)
            else:
                self._early.add(entry.position.id)
        return len(entries) == READ_LIMIT and entries[0].closed

    async def _read(self, after: Position, limit: int) -> list[LiveEntry]:
        assert self._reader is not None
        rows = await (await self._reader.execute(READ, [*after, limit])).fetchall()
        return list(_with_safe_positions(after, rows))

    async def _present(self) -> Position:
        assert self._reader is not None
        row = await (await self._reader.execute(f"SELECT {OLDEST_OPEN}")).fetchone()
        assert row is not None
        return Position(row[0], 0)


def _with_safe_positions(after: Position, rows: Iterable[tuple[Any, ...]]) -> Iterable[LiveEntry]:
    safe = after
    for row in rows:
        closed = row[0] < row[8]
        if closed:
            safe = Position(row[0], row[1])
        yield LiveEntry.from_row(safe, closed, row)


_hubs: "WeakKeyDictionary[asyncio.AbstractEventLoop, Hub]" = WeakKeyDictionary()


def live_hub() -> Hub:
    """The hub of this event loop, that is, of this web process."""
    return _hubs.setdefault(asyncio.get_running_loop(), Hub())
