"""``/healthz`` tells the truth about each part."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from bihuan.foundation.moment import now

pytestmark = pytest.mark.django_db


def a_worker_reported(seconds_ago: float) -> None:
    at = now() - timedelta(seconds=seconds_ago)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_workers")
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s)", [at])


@pytest.mark.smoke
def test_a_migrated_database_with_a_living_worker_is_ready(client: Client) -> None:
    a_worker_reported(seconds_ago=2)
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "parts": {"database": True, "migrations": True, "worker": True}}
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_worker_that_fell_silent_makes_it_not_ready(client: Client) -> None:
    a_worker_reported(seconds_ago=60)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["parts"] == {"database": True, "migrations": True, "worker": False}


def test_a_database_behind_the_program_makes_it_not_ready(client: Client) -> None:
    a_worker_reported(seconds_ago=2)
    MigrationRecorder.Migration.objects.filter(app="journal").first().delete()
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["parts"] == {"database": True, "migrations": False, "worker": True}


def test_only_reading_is_offered(client: Client) -> None:
    assert client.post("/healthz").status_code == 405
