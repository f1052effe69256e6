"""``/healthz``: is this installation able to take a customer's word right now?"""

from datetime import datetime
from functools import cache

from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from bihuan.foundation.moment import now

FRESH_SECONDS = 15


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, its tables are up to date and a worker is alive; else 503. Tells which part."""
    try:
        parts = {"database": True, "migrations": migrations_are_applied(), "worker": worker_is_alive(now())}
    except DatabaseError:
        parts = {"database": False, "migrations": False, "worker": False}
    ready = all(parts.values())
    response = JsonResponse({"ready": ready, "parts": parts}, status=200 if ready else 503)
    # Whoever asks every second must not fill the log with "Service Unavailable" while things start.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def migrations_are_applied() -> bool:
    """True when the database has every migration this version of the program knows."""
    return known_migrations() <= set(MigrationRecorder(connection).applied_migrations())


def worker_is_alive(at: datetime) -> bool:
    """True when any worker process, on any machine, has reported to the job queue lately."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(last_heartbeat) FROM procrastinate_workers")
        (latest,) = cursor.fetchone()
    return latest is not None and (at - latest).total_seconds() < FRESH_SECONDS


@cache
def known_migrations() -> frozenset[tuple[str, str]]:
    """Names of the migrations in the code, read once per process."""
    return frozenset(MigrationLoader(None).graph.nodes)
