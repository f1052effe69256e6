"""Places in the journal: the order in which entries are read, and how far reading is safe.

An entry's place is ``(xid, id)``: the number of the transaction that wrote it, then the entry's own number. Ids alone
are handed out before commit, so a slow transaction would slip in behind a reader. Only entries of transactions below
the oldest one still running ("closed") are read in order: nothing can ever appear among them again.

``xid`` is the server's transaction number plus ``journal_base()``: see ``rebasing.py`` for what the base is for.
"""

import re
from typing import NamedTuple

from django.db import connection

# Inside a test's transaction its own entries count as closed; in production this runs outside of any transaction.
HORIZON = """
    coalesce(pg_current_xact_id_if_assigned()::text::bigint + 1, pg_snapshot_xmin(pg_current_snapshot())::text::bigint)
    + journal_base()
"""
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
        cursor.execute(f"SELECT {HORIZON}")
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
