"""Rows in bulk: primary keys drawn from their sequences beforehand, then one COPY per table and batch."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from operator import attrgetter
from typing import Any

from django.db import connection, models

BLOCK = 2_000
# Columns psycopg writes as they are; all others go through their field, as when a row is saved.
PLAIN = (
    models.CharField, models.TextField, models.BooleanField, models.IntegerField, models.DateTimeField,
    models.ForeignKey,
)  # fmt: skip


class Numbers:
    """The next numbers of a database sequence, fetched in blocks."""

    def __init__(self, sequence: str, block: int = BLOCK) -> None:
        self.sequence, self.block = sequence, block
        self._fetched: Iterator[int] = iter(())

    def __next__(self) -> int:
        number = next(self._fetched, None)
        if number is not None:
            return number
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval(%s) FROM generate_series(1, %s)", [self.sequence, self.block])
            self._fetched = iter(sorted(number for (number,) in cursor.fetchall()))
        return next(self._fetched)


class Keys:
    """Primary keys of rows that are not stored yet, by model."""

    def __init__(self, block: int = BLOCK) -> None:
        self.block = block
        self._numbers: dict[type[models.Model], Numbers] = {}

    def next(self, model: type[models.Model]) -> int:
        """The key of the next row of a model."""
        numbers = self._numbers.get(model)
        if numbers is None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [model._meta.db_table])
                numbers = self._numbers[model] = Numbers(cursor.fetchone()[0], self.block)
        return next(numbers)


def copy_rows(model: type[models.Model], rows: Sequence[Any]) -> int:
    """Store rows (``rows.py``) of a model with COPY in the present transaction; returns how many."""
    if not rows:
        return 0
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    read = attrgetter(*(field.attname for field in fields))
    prepare = [(place, _prepared(field)) for place, field in enumerate(fields) if not isinstance(field, PLAIN)]
    with connection.cursor() as cursor, cursor.copy(f"COPY {model._meta.db_table} ({names}) FROM STDIN") as target:
        for row in rows:
            values = list(read(row))
            for place, prepared in prepare:
                values[place] = prepared(values[place])
            target.write_row(values)
    return len(rows)


def _prepared(field: "models.Field[Any, Any]") -> Callable[[Any], Any]:
    return lambda value: field.get_db_prep_save(value, connection)


def copy_vectors(table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Store rows of (case id, division id, moment, terms) as search vectors."""
    statement = f"COPY {table} (case_id, division_id, opened_at, vector) FROM STDIN"
    with connection.cursor() as cursor, cursor.copy(statement) as target:
        for case_id, division_id, opened_at, terms in rows:
            target.write_row((case_id, division_id, opened_at, " ".join(map(_quoted, terms))))


def _quoted(term: str) -> str:
    """A lexeme as the text form of a tsvector has it."""
    escaped = term.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


@contextmanager
def index_built_afterwards(index: str) -> Iterator[None]:
    """Drop an index and build it again over the loaded rows: for GIN far cheaper than growing it row by row."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_indexdef(to_regclass(%s))", [index])
        definition = cursor.fetchone()[0]
        cursor.execute(f"DROP INDEX {connection.ops.quote_name(index)}")
        yield
        cursor.execute(definition)


def check_constraints() -> None:
    """Check what is deferred to the end of the transaction now, batch by batch."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")


def analyze(*tables: type[models.Model]) -> None:
    """Tell the planner about the new rows."""
    with connection.cursor() as cursor:
        for model in tables:
            cursor.execute(f"ANALYZE {model._meta.db_table}")
