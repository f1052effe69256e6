"""Monthly partitions of the journal, so that old months can be detached.

A write never fails for want of a partition: what no month takes goes to the default partition, and moves out of it
when its month is made.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from django.db import connection, transaction

MONTHS_AHEAD = 3

PARTITIONS = """
    SELECT child.relname FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid
     WHERE inhparent = 'journal_entry'::regclass ORDER BY child.relname
"""


def months(first: datetime, last: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Begin and end (UTC) of every month from the one of ``first`` to the one of ``last``."""
    begin = first.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    while begin <= last:
        end = after_month(begin)
        yield begin, end
        begin = end


def after_month(begin: datetime, count: int = 1) -> datetime:
    """The first day ``count`` months later."""
    year, month = divmod(begin.year * 12 + begin.month - 1 + count, 12)
    return begin.replace(year=year, month=month + 1, day=1)


def partition_name(begin: datetime) -> str:
    """The table of one month, such as ``journal_entry_2026_11``."""
    return f"journal_entry_{begin:%Y_%m}"


def ensure_months(first: datetime, last: datetime) -> list[str]:
    """Make the missing partitions between two moments; returns the names of the new ones."""
    with connection.cursor() as cursor:
        cursor.execute(PARTITIONS)
        existing = {name for (name,) in cursor.fetchall()}
    missing = [month for month in months(first, last) if partition_name(month[0]) not in existing]
    return [_create(begin, end) for begin, end in missing]


def ensure_ahead(at: datetime) -> list[str]:
    """Make the partition of the present month and of those soon to come."""
    return ensure_months(at, after_month(at.astimezone(UTC), MONTHS_AHEAD))


@transaction.atomic
def _create(begin: datetime, end: datetime) -> str:
    """Make one month, taking over the rows of that month that went to the default partition."""
    name = partition_name(begin)
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE journal_entry IN SHARE UPDATE EXCLUSIVE MODE")  # one maker at a time
        cursor.execute("SELECT to_regclass(%s)", [name])
        if cursor.fetchone()[0] is not None:
            return name
        cursor.execute(f"CREATE TABLE {name} (LIKE journal_entry INCLUDING DEFAULTS INCLUDING CONSTRAINTS)")
        cursor.execute("LOCK TABLE journal_entry_default IN ACCESS EXCLUSIVE MODE")
        _move_out_of_default(cursor, name, begin, end)
        cursor.execute(f"ALTER TABLE journal_entry ATTACH PARTITION {name} FOR VALUES FROM (%s) TO (%s)", [begin, end])
        cursor.execute(
            f"CREATE TRIGGER journal_entry_keeps_table BEFORE TRUNCATE ON {name}"
            " FOR EACH STATEMENT EXECUTE FUNCTION journal_refuse_change()"
        )
    return name


def _move_out_of_default(cursor, name: str, begin: datetime, end: datetime) -> None:  # type: ignore[no-untyped-def]
    """Rows keep their place, so seals and cursors hold; the guard is lifted inside this locked transaction only."""
    month = [begin, end]
    cursor.execute("SELECT EXISTS (SELECT FROM journal_entry_default WHERE at >= %s AND at < %s)", month)
    if not cursor.fetchone()[0]:
        return
    cursor.execute(f"INSERT INTO {name} SELECT * FROM journal_entry_default WHERE at >= %s AND at < %s", month)
    cursor.execute("ALTER TABLE journal_entry_default DISABLE TRIGGER USER")
    cursor.execute("DELETE FROM journal_entry_default WHERE at >= %s AND at < %s", month)
    cursor.execute("ALTER TABLE journal_entry_default ENABLE TRIGGER USER")
