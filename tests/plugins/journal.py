"""Tests that really commit leave entries behind: Django's flush does not know the journal, and its triggers refuse.

After such a test the notifier gives its connection back (a database in use cannot be dropped) and the journal is
emptied the way only the owner of the tables can.
"""

from collections.abc import Iterator

import pytest
from django.db import connection

COMMITTING_FIXTURES = {"transactional_db", "live_server", "django_db_reset_sequences"}


@pytest.fixture(autouse=True)
def _journal_is_empty_again(request: pytest.FixtureRequest) -> Iterator[None]:
    if not _commits(request):
        yield
        return
    request.getfixturevalue("transactional_db")
    from bihuan.journal.notifier import notifier

    yield
    notifier.stop()
    empty_journal()


def _commits(request: pytest.FixtureRequest) -> bool:
    marker = request.node.get_closest_marker("django_db")
    return bool(marker and marker.kwargs.get("transaction")) or bool(COMMITTING_FIXTURES & set(request.fixturenames))


def empty_journal() -> None:
    """Lift the guard of every partition, truncate, and put the guard back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relid::regclass::text FROM pg_partition_tree('journal_entry')"
            " UNION ALL SELECT 'journal_journalseal'"
        )
        tables = [name for (name,) in cursor.fetchall()]
        for verb in ("DISABLE", "ENABLE"):
            for table in tables:
                cursor.execute(f"ALTER TABLE {table} {verb} TRIGGER USER")
            if verb == "DISABLE":
                cursor.execute("TRUNCATE journal_entry, journal_journalseal")
