"""The time limits in force, kept in each process until somebody publishes a row or a calendar changes."""

from functools import lru_cache

from django.db import connection

from bihuan.promises.models import PromisePolicy

# Ids come from sequences, which a rollback does not turn back: no two states of the tables share a stamp.
STAMP_SQL = """
    SELECT (SELECT max(id) FROM promises_promisepolicy), array_agg(edition_id ORDER BY id) FROM calendar_calendar
"""


def limits_in_force() -> tuple[PromisePolicy, ...]:
    """The current rows with their calendars. One small query; the rows are read again when their stamp changed."""
    with connection.cursor() as cursor:
        cursor.execute(STAMP_SQL)
        newest_id, edition_ids = cursor.fetchone()
    return _limits(newest_id, tuple(edition_ids or ()))


@lru_cache(maxsize=16)
def _limits(newest_id: int | None, edition_ids: tuple[int | None, ...]) -> tuple[PromisePolicy, ...]:
    return tuple(PromisePolicy.objects.current().select_related("calendar"))
