"""Looking for clear personal data where none may be: database tables, log lines, pages, files.

A value is looked for in every form in which it could lie about: as text, as the bytes of a column or a log line, as
JSON writes it, as a page escapes it, and a phone with its usual groupings.
"""

import html
import json
import logging
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import cache
from io import StringIO
from pathlib import Path
from urllib.parse import quote, quote_plus

from django.db import connection

TABLES = """
    SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'm') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' ORDER BY 1
"""

# Seven characters of base64: a shorter stretch of a sealed value may read like anything.
SHORTEST_IN_BASE64 = 6


@dataclass(frozen=True)
class Leak:
    """A clear value and where it was found."""

    value: str
    place: str


@cache
def forms_of(value: str) -> set[str]:
    """Every writing of a value that would give it away."""
    raw = value.encode()
    escaped = json.dumps(value)[1:-1]
    forms = {value, raw.hex(), repr(raw)[2:-1], escaped, escaped.replace("\\", "\\\\"), html.escape(value)}
    forms |= {quote(value), quote_plus(value), value.encode("utf-16-be").hex()}
    forms |= {_in_base64(raw, before) for before in range(3) if len(raw) >= SHORTEST_IN_BASE64}
    if value.isdecimal() and len(value) == 11:
        forms |= {sign.join([value[:3], value[3:7], value[7:]]) for sign in " -."}
    return forms


def _in_base64(raw: bytes, before: int) -> str:
    """The characters that base64 writes for these bytes alone, when so many others stand before them.

    The characters at either end also hold bits of the neighbours; whoever cut off whole groups of four would be left
    with four characters of a short name, which any sealed value contains by chance.
    """
    first, end = -(-before * 8 // 6), (before + len(raw)) * 8 // 6
    return b64encode(b"\0" * before + raw).decode()[first:end]


def leaks_in_text(text: str, values: Iterable[str], place: str) -> list[Leak]:
    """Values that stand in a text in any form."""
    return [Leak(value, place) for value in values if any(form in text for form in forms_of(value))]


def leaks_in_database(values: Sequence[str]) -> list[Leak]:
    """Values in any table of the database, as a dump of this moment and transaction would show it."""
    return [leak for table, content in _dump() for leak in leaks_in_text(content, values, f"table {table}")]


def leaks_in_folder(folder: Path, values: Sequence[str]) -> list[Leak]:
    """Values in the files below a folder and in their names."""
    paths = [path for path in folder.rglob("*") if path.is_file()]
    contents = ((path, f"{path.name}\n{path.read_bytes().decode('utf-8', 'replace')}") for path in paths)
    return [leak for path, content in contents for leak in leaks_in_text(content, values, f"file {path}")]


@contextmanager
def recorded_logs(*, sql: bool = True) -> Iterator[StringIO]:
    """Everything logged meanwhile, with ``sql`` every statement and its arguments; nothing goes to the screen."""
    record = StringIO()
    handler = logging.StreamHandler(record)
    logging.getLogger().addHandler(handler)
    try:
        with _logged_statements(handler) if sql else nullcontext():
            yield record
    finally:
        logging.getLogger().removeHandler(handler)


@contextmanager
def _logged_statements(handler: logging.Handler) -> Iterator[None]:
    logger = logging.getLogger("django.db.backends")
    before = logger.level, logger.propagate, connection.force_debug_cursor
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)
    logger.propagate, connection.force_debug_cursor = False, True
    try:
        yield
    finally:
        logger.setLevel(before[0])
        logger.propagate, connection.force_debug_cursor = before[1:]
        logger.removeHandler(handler)


def _dump() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        tables = [row[0] for row in cursor.fetchall()]
        return [(table, _content(cursor, table)) for table in tables]


def _content(cursor, table: str) -> str:  # type: ignore[no-untyped-def]
    with cursor.copy(f"COPY {table} TO STDOUT") as rows:
        return b"".join(bytes(block) for block in rows).decode()
