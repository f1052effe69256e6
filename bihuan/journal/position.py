"""Places in the journal: the order in which entries are read, and how far reading is safe.

An entry's place is ``(xid, id)``: the number of the transaction that wrote it, then the entry's own number. Ids alone
are handed out before commit, so a slow transaction would slip in behind a reader. Only entries of transactions below
the oldest one still running ("closed") are read in order: nothing can ever appear among them again.

``xid`` is the server's transaction number plus ``journal_base()``: see ``rebasing.py`` for what the base is for.
"""

import re
from typing import NamedTuple

from django.db import connection

# Transactions of other databases on the same server are in the snapshot too, and none of our business: the holder of
# the lock on a transaction's own number tells which database it works in. Who cannot be told apart counts as ours.
# Inside a test's transaction its own entries count as closed; in production this is asked before anything is written.
HORIZON = """
    WITH present AS MATERIALIZED (SELECT pg_current_snapshot() AS snapshot)
    SELECT coalesce(
        pg_current_xact_id_if_assigned()::text::bigint + 1,
        (SELECT min(running::text::bigint) FROM present, pg_snapshot_xip(snapshot) AS running WHERE NOT EXISTS (
            SELECT FROM pg_locks JOIN pg_stat_activity USING (pid)
             WHERE locktype = 'transactionid' AND mode = 'ExclusiveLock' AND granted
               AND transactionid::text::bigint = running::text::bigint & 4294967295
               AND datid <> (SELECT oid FROM pg_database WHERE datname = current_database()))),
        (SELECT pg_snapshot_xmax(snapshot)::text::bigint FROM present)
    ) + journal_base()
"""
# The same without the look at other databases: cheaper, and never later than the horizon.
OLDEST_OPEN = "pg_snapshot_xmin(pg_current_snapshot())::text::bigint + journal_base()"
TEXT = re.compile(r"(\d{1,18}):(\d{1,18})")


class Position(NamedTuple):
    """A place in the journal; everything up to and including it has been read."""

    xid: int
    id: int

    def __str__(self) -> str:
        return f"{self.xid}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> "Position | None":
        """The place written as ``xid:id``; None when it is not one."""
        found = TEXT.fullmatch(text)
        return cls(int(found[1]), int(found[2])) if found else None


START = Position(0, 0)


def horizon() -> int:
    """The first xid that may still be running: entries below it are closed."""
    with connection.cursor() as cursor:
        cursor.execute(HORIZON)
        return int(cursor.fetchone()[0])


def oldest_open() -> int:
    """The xid of the oldest transaction that is running on the server, or the next one: for rough positions."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {OLDEST_OPEN}")
        return int(cursor.fetchone()[0])


def latest_closed() -> Position:
    """The place of the last closed entry."""
    limit = horizon()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT xid, id FROM journal_entry WHERE xid < %s ORDER BY xid DESC, id DESC LIMIT 1",
            [limit],
        )
        row = cursor.fetchone()
    return Position(*row) if row else START
