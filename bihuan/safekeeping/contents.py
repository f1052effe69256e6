"""What a database holds, in numbers that can be compared: rows and a hash per table, the same wherever it is restored.

The hash does not depend on the order of rows: MD5 of every row as text, 60 bits of each added up. It guards against
loss and mix-up; that nobody changed the archive is the business of its encryption.
"""

from typing import Any

import psycopg
from psycopg import sql

TABLES = """
    SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = 'public' AND c.relkind = 'r' ORDER BY c.relname
"""
# so that the text of a row is the same on every server
SAME_TEXT = (
    "SET LOCAL timezone = 'UTC'",
    "SET LOCAL datestyle = 'ISO, MDY'",
    "SET LOCAL intervalstyle = 'postgres'",
    "SET LOCAL bytea_output = 'hex'",
    "SET LOCAL extra_float_digits = 1",
)
SUM = """
    SELECT count(*), coalesce(sum(('x' || left(md5(row::text), 15))::bit(60)::bigint::numeric), 0)::text
      FROM {table} AS row
"""

Contents = dict[str, tuple[int, str]]


def contents_of(connection: "psycopg.Connection[Any]") -> Contents:
    """Rows and hash of every table, within the present transaction."""
    for statement in SAME_TEXT:
        connection.execute(statement)
    tables = [name for (name,) in connection.execute(TABLES).fetchall()]
    return {table: _sum(connection, table) for table in tables}


def differences(expected: Contents, found: Contents) -> list[str]:
    """A sentence for each table that is not what it was."""
    faults = []
    for table in sorted({*expected, *found}):
        if table not in found:
            faults.append(f"table {table} is missing")
        elif table not in expected:
            faults.append(f"table {table} was not in the backup")
        elif expected[table][0] != found[table][0]:
            faults.append(f"table {table} has {found[table][0]:,} rows instead of {expected[table][0]:,}")
        elif expected[table][1] != found[table][1]:
            faults.append(f"table {table} has other values than when it was backed up")
    return faults


def _sum(connection: "psycopg.Connection[Any]", table: str) -> tuple[int, str]:
    row = connection.execute(sql.SQL(SUM).format(table=sql.Identifier(table))).fetchone()
    assert row is not None
    return int(row[0]), str(row[1])
