"""Going on after a restore into another cluster.

A new cluster counts transactions from the beginning, so what is written after the restore would sort before what was
restored: cursors would never see it, and it would lie inside sealed ranges. ``journal_base()`` is therefore added to
every transaction number, in new entries and in the horizon alike. Rebasing raises it above everything stored. Stored
rows, cursors, seals and the positions that browsers hold keep their meaning, so every entry is still read exactly once.
"""

from datetime import datetime

from django.db import connection, transaction

from bihuan.foundation.actor import Actor
from bihuan.journal.events import JournalRebased
from bihuan.journal.writing import Line, insert

HIGHEST = """
    greatest((SELECT max(xid) FROM journal_entry), (SELECT max(xid) FROM journal_consumercursor),
             (SELECT max(to_xid) FROM journal_journalseal), 0)
"""
# Nothing committed can carry a number that the server has not given out yet, unless it came from elsewhere.
IS_AHEAD = f"""
    SELECT {HIGHEST} - journal_base()
           > greatest(pg_snapshot_xmax(pg_current_snapshot()), pg_current_xact_id_if_assigned())::text::bigint
"""
NEXT_BASE = f"SELECT {HIGHEST} + 1 - pg_snapshot_xmin(pg_current_snapshot())::text::bigint"


def is_restored_elsewhere() -> bool:
    """True when the journal holds numbers that this cluster has not reached."""
    with connection.cursor() as cursor:
        cursor.execute(IS_AHEAD)
        return bool(cursor.fetchone()[0])


@transaction.atomic
def rebase(*, actor: Actor, at: datetime) -> int | None:
    """Lift new entries above the restored ones; returns the new base, None when there is no need. Writers wait."""
    if not is_restored_elsewhere():
        return None
    base = _raise_base()
    if base is not None:
        insert(Line(actor=actor, entry=JournalRebased(base=base), at=at))
    return base


def _raise_base() -> int | None:
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE journal_entry IN ACCESS EXCLUSIVE MODE")
        if not is_restored_elsewhere():  # somebody else has just done it
            return None
        cursor.execute(NEXT_BASE)
        base = int(cursor.fetchone()[0])
        cursor.execute(
            "CREATE OR REPLACE FUNCTION journal_base() RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE"
            f" AS 'SELECT {base}::bigint'"
        )
    return base
