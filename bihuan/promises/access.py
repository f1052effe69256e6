"""What a change needs at hand: the promise, locked, and the time limits in force.

Rights are asked one layer above, by the owner of the subject: see the README.
"""

from functools import lru_cache

from django.db import connection

from bihuan.promises.errors import PromiseEnded, PromiseNotFound
from bihuan.promises.models import Promise, PromisePolicy

# Ids come from sequences, which a rollback does not turn back: no two states of the tables share a stamp.
STAMP_SQL = """
    SELECT (SELECT max(id) FROM promises_promisepolicy), array_agg(edition_id ORDER BY id) FROM calendar_calendar
"""


def access_open_promise(promise_id: int) -> Promise:
    """The promise with its policy, locked. Raises PromiseNotFound, PromiseEnded."""
    rows = Promise.objects.select_for_update(of=("self",)).select_related("policy__calendar")
    promise = rows.filter(pk=promise_id).first()
    if promise is None:
        raise PromiseNotFound()
    if not promise.is_open:
        raise PromiseEnded()
    return promise


def limits_in_force() -> tuple[PromisePolicy, ...]:
    """The published rows with their calendars, kept in each process: one small query tells when to read them again."""
    with connection.cursor() as cursor:
        cursor.execute(STAMP_SQL)
        newest_id, edition_ids = cursor.fetchone()
    return _limits(newest_id, tuple(edition_ids or ()))


@lru_cache(maxsize=16)
def _limits(newest_id: int | None, edition_ids: tuple[int | None, ...]) -> tuple[PromisePolicy, ...]:
    return tuple(PromisePolicy.objects.current().select_related("calendar"))
