"""Turning entries into rows: one INSERT for a few entries, COPY for many."""

import dataclasses
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction

from bihuan.foundation.actor import Actor
from bihuan.journal.notifier import notifier
from bihuan.journal.registry import type_of

COLUMNS = "at, division_id, units, actor_kind, actor_id, actor_name, via, code, subject, subject_id, payload"
ROW = "(%s, %s, %s::bigint[], %s, %s, %s, %s, %s, %s, %s, %s::jsonb)"
INSERT = f"INSERT INTO journal_entry ({COLUMNS}) VALUES "
# COPY takes three exchanges with the server, one statement takes one
FEW = 8
COPY = f"COPY journal_entry ({COLUMNS}) FROM STDIN"


class NotInTransaction(Exception):
    """An entry is true only together with the change it tells of, so it needs the transaction of that change."""


Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One entry of a bulk write with its own circumstances."""

    actor: Actor
    entry: Any
    at: datetime
    units: Collection[int | None] = ()
    division_id: int | None = None


@dataclass(frozen=True, slots=True)
class Gathering:
    """Rows that wait for the end of an action, and how many savepoints were open at its start."""

    rows: list[Row]
    depth: int

    @property
    def is_interrupted(self) -> bool:
        """True inside a savepoint made meanwhile (Django notes blocks without one as None)."""
        return any(connection.savepoint_ids[self.depth :])


encode = DjangoJSONEncoder(ensure_ascii=False).encode
_names_of: dict[type, tuple[str, ...]] = {}
_gathering: ContextVar[Gathering | None] = ContextVar("gathering", default=None)


@contextmanager
def gathered() -> Iterator[None]:
    """Write the entries made inside together at the end, in their order, with one statement; none after a failure.

    For an action that calls others: each entry by itself is an exchange with the server. What is written inside a
    savepoint made in between may be taken back alone, and is not gathered.
    """
    gathering = Gathering([], len(connection.savepoint_ids))
    token = _gathering.set(gathering)
    try:
        yield
    finally:
        _gathering.reset(token)
    _store(gathering.rows)


def insert(line: Line) -> None:
    """Write one entry in the present transaction and tell the readers after its commit."""
    copy([line])


def copy(lines: Iterable[Line]) -> int:
    """Write many entries in the present transaction; returns how many."""
    _require_transaction()
    gathering = _gathering.get()
    if gathering is None or gathering.is_interrupted:
        return _store(map(_row, lines))
    before = len(gathering.rows)
    gathering.rows.extend(map(_row, lines))
    return len(gathering.rows) - before


def _store(rows: Iterable[Row]) -> int:
    rest = iter(rows)
    first = list(islice(rest, FEW + 1))
    count = len(first)
    with connection.cursor() as cursor:
        if count > FEW:
            count = _copy(cursor, chain(first, rest))
        elif first:
            cursor.execute(INSERT + ", ".join([ROW] * count), [value for row in first for value in row])
    transaction.on_commit(notifier.nudge)
    return count


def _copy(cursor: Any, rows: Iterable[Row]) -> int:
    count = 0
    with cursor.copy(COPY) as target:
        for count, row in enumerate(rows, 1):  # noqa: B007
            target.write_row(row)
    return count


def _row(line: Line) -> Row:
    actor, declared = line.actor, type_of(line.entry)
    if line.at.tzinfo is None:
        raise ValueError(f"{declared.code} needs a moment with a time zone")
    payload = {name: getattr(line.entry, name) for name in _names(line.entry)}
    return (
        line.at,
        line.division_id,
        _array({unit_id for unit_id in line.units if unit_id is not None}),
        actor.kind.value,
        actor.id,
        actor.name,
        actor.via.value,
        declared.code,
        declared.subject,
        payload[declared.subject_field],
        encode(payload),
    )


def _array(ids: Collection[int]) -> str:
    """An array as PostgreSQL writes it, for INSERT and COPY alike."""
    return "{" + ",".join(map(str, sorted(ids))) + "}"


def _names(entry: Any) -> tuple[str, ...]:
    """The fields of an entry, looked up once for each kind of entry."""
    kind = type(entry)
    if kind not in _names_of:
        _names_of[kind] = tuple(field.name for field in dataclasses.fields(entry))
    return _names_of[kind]


def _require_transaction() -> None:
    if not connection.in_atomic_block:
        raise NotInTransaction("write to the journal inside the transaction of the change")
