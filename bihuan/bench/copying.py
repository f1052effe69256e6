"""COPY as fast as Python writes it: whole lines of text, and indexes and keys built after the rows are in."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

NULL = "\\N"
ESCAPES = str.maketrans({"\\": "\\\\", "\t": " ", "\n": " ", "\r": " "})

# Primary keys stay: rows come in their order. A unique constraint and a foreign key cost a look-up for every row.
CONSTRAINTS = """
    SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)
      FROM pg_constraint
     WHERE conrelid = ANY (%s::regclass[]) AND contype IN ('f', 'u') AND conparentid = 0
     ORDER BY contype DESC
"""
INDEXES = """
    SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
      FROM pg_index i
     WHERE i.indrelid = ANY (%s::regclass[]) AND NOT i.indisprimary
       AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype = 'u')
"""


def line(values: Iterable[Any]) -> str:
    """One row in the text form of COPY; None is NULL. Tabs and line ends become blanks."""
    return "\t".join(NULL if value is None else str(value).translate(ESCAPES) for value in values) + "\n"


def copy_lines(table: str, columns: str, lines: Iterable[str]) -> None:
    """Store rows that are written as lines already."""
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as target:
        target.write("".join(lines))


@contextmanager
def built_afterwards(*tables: str) -> Iterator[None]:
    """Drop the foreign keys, unique constraints and indexes of the tables, and build them over the loaded rows."""
    with connection.cursor() as cursor:
        # a table with checks that wait for the end of the transaction cannot be altered
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(CONSTRAINTS, [list(tables)])
        constraints = cursor.fetchall()
        cursor.execute(INDEXES, [list(tables)])
        indexes = cursor.fetchall()
        for table, name, _definition in reversed(constraints):
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {name}")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        for _name, definition in indexes:
            cursor.execute(definition)
        for table, name, definition in constraints:
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
        cursor.execute("RESET maintenance_work_mem; SET CONSTRAINTS ALL DEFERRED")


def go_on_after(table: str, last_id: int) -> None:
    """The next row of the table gets the id behind ``last_id``."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, last_id])
