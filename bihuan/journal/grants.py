"""The rights of a restricted database role for web processes: it can add to the journal and read it, nothing else."""

from django.db import connection
from psycopg import sql

from bihuan.journal.partitions import PARTITIONS

SEALED = ("journal_entry", "journal_journalseal")


def web_role_statements(role: str) -> list[str]:
    """What the owner of the tables runs once, and again after migrations, for a role that exists already.

    Partitions are reached through their parent, so the role needs no right on them and none to make new ones; workers
    and commands keep running as the owner.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        schema = sql.Identifier(cursor.fetchone()[0])
        cursor.execute(PARTITIONS)
        tables = [*SEALED, *(name for (name,) in cursor.fetchall())]
    name, closed = sql.Identifier(role), sql.SQL(", ").join(map(sql.Identifier, tables))
    templates = (
        "GRANT USAGE ON SCHEMA {schema} TO {name}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {name}",
        "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {name}",
        "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA {schema} TO {name}",
        "REVOKE ALL ON {closed} FROM {name}",
        "GRANT SELECT, INSERT ON journal_entry TO {name}",
        "GRANT SELECT ON journal_journalseal TO {name}",
    )
    return [sql.SQL(text).format(schema=schema, name=name, closed=closed).as_string(None) for text in templates]
