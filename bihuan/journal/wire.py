"""Connections of our own beside Django's: for LISTEN and NOTIFY, which no pool in transaction mode can carry."""

from typing import Any

from django.conf import settings
from django.db import connection
from psycopg.conninfo import conninfo_to_dict

CHANNEL = "bihuan_journal"
NOT_FOR_US = {"context", "cursor_factory", "prepare_threshold"}


def direct_connection(name: str) -> dict[str, Any]:
    """What to connect with: ``settings.DIRECT_DATABASE_URL`` where a pooler stands in between, else as Django does."""
    direct: str | None = getattr(settings, "DIRECT_DATABASE_URL", None)
    arguments: dict[str, Any] = conninfo_to_dict(direct) if direct else connection.get_connection_params()
    kept = {key: value for key, value in arguments.items() if key not in NOT_FOR_US}
    return kept | {"autocommit": True, "application_name": f"bihuan {name}"}
