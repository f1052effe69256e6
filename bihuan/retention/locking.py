"""One lock between those who put a hold on and those who delete: a hold that stands first is always seen."""

from django.db import connection

HOLDS = 0x484F4C44


def lock_holds() -> None:
    """Until the transaction ends, no hold is placed and nothing is deleted elsewhere."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [HOLDS])
