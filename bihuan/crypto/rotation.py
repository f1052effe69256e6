"""Key rotation: a new active key, then every sealed value and file sealed again, then the old key forgotten.

Each batch is one transaction over a range of primary keys. A value needs work exactly when its header names another
key than the active one, so whatever was interrupted goes on where it stopped, and running twice does nothing twice.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction
from psycopg import Cursor, sql

from bihuan.crypto import envelope, files
from bihuan.crypto.failures import KeysRefused
from bihuan.crypto.field import EncryptedBytesField, EncryptedField
from bihuan.crypto.keys import Keyring, change_keyring, keyring

BATCH = 1000
BATCH_OF_BYTES = 25  # received mails are large: a batch has to fit into memory
PASSES = 5
# A process notices a new key within a second, but a transaction may have sealed with the old one just before.
RETIRE_AFTER = timedelta(hours=1)


@dataclass(frozen=True)
class Column:
    """One encrypted column."""

    model: type[models.Model]
    field: EncryptedField

    @property
    def label(self) -> str:
        return self.field.place.decode()

    @property
    def batch(self) -> int:
        """How many rows are sealed again in one transaction."""
        return BATCH_OF_BYTES if isinstance(self.field, EncryptedBytesField) else BATCH

    @property
    def names(self) -> dict[str, sql.Identifier]:
        """The quoted names of table, key and column."""
        meta = self.model._meta
        return {
            "table": sql.Identifier(meta.db_table),
            "key": sql.Identifier(str(meta.pk.column)),
            "column": sql.Identifier(str(self.field.column)),
        }


@dataclass(frozen=True)
class Batch:
    """What one step of re-encryption did: rows sealed again, and the last primary key it looked at."""

    resealed: int
    last_key: Any


def encrypted_columns() -> list[Column]:
    """Every encrypted column of every model with a table of its own."""
    return [
        Column(model, field)
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
        for field in model._meta.local_concrete_fields
        if isinstance(field, EncryptedField)
    ]


def count_by_key(column: Column) -> Counter[int]:
    """How many values of the column each key has sealed. Reads the whole table: for commands, not for requests."""
    statement = sql.SQL("SELECT get_byte({column}, 1), count(*) FROM {table} WHERE {column} IS NOT NULL GROUP BY 1")
    with connection.cursor() as cursor:
        cursor.execute(statement.format(**column.names))
        return Counter(dict(cursor.fetchall()))


def count_outdated(column: Column) -> int:
    """How many values of the column wait for the active key. Reads the whole table."""
    counts = count_by_key(column)
    return counts.total() - counts[keyring().active_id]


def lock_for_transaction(number: int) -> None:
    """One holder at a time, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


def count_files_by_key(folder: Path) -> Counter[int]:
    """How many sealed files each key has sealed."""
    return Counter(key_id for _, key_id in files.sealed_files(folder))


def rotate(at: datetime) -> Keyring:
    """Make a fresh key the active one. What older keys sealed still opens."""
    return change_keyring(lambda ring: ring.with_new_key(at))


def reencrypt_column(column: Column, report: Callable[[int], None] = lambda rows: None) -> int:
    """Seal every value of the column with the active key; returns how many. Rows locked elsewhere get another pass."""
    total = 0
    for _ in range(PASSES):
        resealed = sum(_reported(_batches(column), report))
        total += resealed
        if not resealed:
            break
    return total


def reencrypt_files(folder: Path, report: Callable[[int], None] = lambda files: None) -> int:
    """Seal every file of the folder with the active key; returns how many."""
    active, total = keyring().active_id, 0
    for path, key_id in list(files.sealed_files(folder)):
        if key_id != active:
            files.reseal(path)
            total += 1
            report(1)
    return total


def retire(key_id: int, *, folder: Path, at: datetime) -> Keyring:
    """Forget a key that nothing uses any more; raises KeysRefused, KeyMissing."""
    ring = keyring()
    since = ring.inactive_since.get(key_id)
    if since is not None and at - since < RETIRE_AFTER:
        raise KeysRefused(f"key {key_id} was active until {since:%Y-%m-%d %H:%M}: wait {RETIRE_AFTER} after that")
    used = sum(count_by_key(column)[key_id] for column in encrypted_columns()) + count_files_by_key(folder)[key_id]
    if used:
        raise KeysRefused(f"key {key_id} still seals {used} values: run reencrypt first")
    return change_keyring(lambda stored: stored.without_key(key_id))


def _reported(batches: Iterator[Batch], report: Callable[[int], None]) -> Iterator[int]:
    for batch in batches:
        report(batch.resealed)
        yield batch.resealed


def _batches(column: Column) -> Iterator[Batch]:
    last_key = None
    while batch := reencrypt_batch(column, after=last_key):
        last_key = batch.last_key
        yield batch


@transaction.atomic
def reencrypt_batch(column: Column, *, after: Any, limit: int = 0) -> Batch | None:
    """Seal the next rows beyond the primary key ``after``; None when there are none left."""
    rows = _outdated_rows(column, after, limit or column.batch)
    if not rows:
        return None
    _store(column, [key for key, _ in rows], envelope.reseal_many([old for _, old in rows], column.field.place))
    return Batch(len(rows), rows[-1][0])


def _outdated_rows(column: Column, after: Any, limit: int) -> list[tuple[Any, bytes]]:
    """Locked against other writers of the row, but not against those who only refer to it by a foreign key."""
    beyond = sql.SQL("") if after is None else sql.SQL("AND {key} > %(after)s").format(**column.names)
    statement = sql.SQL(
        "SELECT {key}, {column} FROM {table} WHERE get_byte({column}, 1) <> %(active)s {beyond}"
        " ORDER BY {key} LIMIT %(limit)s FOR NO KEY UPDATE SKIP LOCKED"
    ).format(beyond=beyond, **column.names)
    with _binary_cursor() as cursor:
        cursor.execute(statement, {"active": keyring().active_id, "after": after, "limit": limit}, binary=True)
        return cursor.fetchall()


def _store(column: Column, keys: Sequence[Any], fresh: Sequence[bytes]) -> None:
    key_type = sql.SQL(str(column.model._meta.pk.rel_db_type(connection)))
    statement = sql.SQL(
        "UPDATE {table} SET {column} = fresh.sealed FROM unnest(%b::{key_type}[], %b::bytea[]) AS fresh(key, sealed)"
        " WHERE {table}.{key} = fresh.key"
    ).format(key_type=key_type, **column.names)
    with _binary_cursor() as cursor:
        cursor.execute(statement, [keys, fresh])


def _binary_cursor() -> "Cursor[tuple[Any, ...]]":
    """A cursor that sends ciphertext as it is: Django's own would write every value out in hexadecimal digits."""
    connection.ensure_connection()
    return Cursor(connection.connection)
