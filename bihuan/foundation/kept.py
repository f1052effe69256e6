"""Rules that are read a thousand times for each time they change: kept in the process, and never stale.

Whoever changes a table of rules, by whatever way, moves its stamp (a trigger, see ``keep_stamp``). One small query
reads all stamps; a value that was computed under the same stamps is used again. Stamps come from a sequence, which a
rollback does not turn back: no two states of a table share one.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache, wraps
from typing import Any, TypeVar

from django.db import connection
from django.db.migrations import RunSQL

Value = TypeVar("Value")
STATES = 4  # states of the rules a process remembers: writers may see their own change before it is committed

_held: ContextVar[Mapping[str, int] | None] = ContextVar("stamps", default=None)


def read_stamps() -> Mapping[str, int]:
    """The stamp of every table of rules: one query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, value FROM foundation_stamp")
        return dict(cursor.fetchall())


@contextmanager
def stamps_held() -> Iterator[None]:
    """Read the stamps once for everything inside, for an action that uses several rules and changes none."""
    token = _held.set(read_stamps())
    try:
        yield
    finally:
        _held.reset(token)


def kept_while(*tables: str) -> Callable[[Callable[..., Value]], Callable[..., Value]]:
    """Keep what a function returns while these tables stay as they are. Arguments must be hashable.

    The value is shared by threads and requests: return what nobody changes. A table without a stamp keeps nothing.
    """

    def decorate(function: Callable[..., Value]) -> Callable[..., Value]:
        @lru_cache(maxsize=STATES * 64)
        def under(_stamps: tuple[int, ...], *args: Hashable) -> Value:
            return function(*args)

        @wraps(function)
        def look_up(*args: Any) -> Value:
            stamps = _held.get() or read_stamps()
            if not all(table in stamps for table in tables):
                return function(*args)
            return under(tuple(stamps[table] for table in tables), *args)

        return look_up

    return decorate


def keep_stamp(table: str) -> RunSQL:
    """The operation of a migration that gives a table of rules its stamp."""
    return RunSQL(
        f"""
        INSERT INTO foundation_stamp VALUES ('{table}', nextval('foundation_stamp_value'));
        CREATE TRIGGER {table}_moves_stamp AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}
           FOR EACH STATEMENT EXECUTE FUNCTION foundation_move_stamp();
        """,
        f"""
        DROP TRIGGER {table}_moves_stamp ON {table};
        DELETE FROM foundation_stamp WHERE name = '{table}';
        """,
    )
