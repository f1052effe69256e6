"""What every test of the project has: a database server, a variable folder of its own, the plugins in ``tests``.

Without ``DATABASE_URL`` one embedded server serves all test runs of this checkout at once; each run takes a database of
its own on it, and the last run to end stops it. The server does not wait for the disk: it holds nothing of value.
"""

import atexit
import hashlib
import os
import shutil
import tempfile
from itertools import count
from pathlib import Path

import django
import hypothesis
import pytest
from django.conf import settings

from bihuan.runtime.postgres import Cluster
from bihuan.runtime.postgres.locks import FileLock
from bihuan.runtime.postgres.settings import throwaway_settings

pytest_plugins = [
    "pytester",
    "tests.plugins.browser",
    "tests.plugins.features",
    "tests.plugins.groups",
    "tests.plugins.journal",
    "tests.plugins.language",
    "tests.plugins.output",
    "tests.plugins.queries",
    "tests.plugins.vendors",
]

# A busy machine draws slowly; that says nothing about the code.
hypothesis.settings.register_profile("bihuan", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("bihuan")

KEPT_SEEDS: list[str] = []  # a connection that a test gives up takes what it had serialized along

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class TestServer:
    """The embedded server of this run, or the one ``DATABASE_URL`` names."""

    def __init__(self) -> None:
        self.variable_folder = Path(tempfile.mkdtemp(prefix="bihuan-test-"))
        os.environ["BIHUAN_VAR"] = str(self.variable_folder)
        (self.variable_folder / "static").mkdir()
        self.cluster: Cluster | None = None
        self.place: FileLock | None = None
        if "DATABASE_URL" not in os.environ:
            self.cluster = self._start_cluster()

    def stop(self) -> None:
        """Leave the server and remove the files of this run."""
        if self.cluster and self.place:
            self.place.release()
            self.cluster.leave()
        shutil.rmtree(self.variable_folder, ignore_errors=True)

    def _start_cluster(self) -> Cluster:
        cluster = Cluster(_server_folder())
        cluster.start(throwaway_settings())
        for number in count():
            place = FileLock(cluster.folder / f"run-{number}.lock")
            if place.acquire(wait=False):
                break
        self.place = place
        cluster.create_database(f"run{number}")
        os.environ["DATABASE_URL"] = cluster.url(f"run{number}")
        return cluster


def _server_folder() -> Path:
    """One folder per checkout and boot: what was not written to disk must not be trusted after a power failure."""
    boot = BOOT_ID.read_text() if BOOT_ID.exists() else ""
    digest = hashlib.sha256(f"{Path(__file__).resolve()} {boot}".encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"bihuan-tests-{os.geteuid()}-{digest}"


def _prepare() -> None:
    """Start the server before Django reads its settings. A worker of xdist inherits them from the process it serves.

    Settings named with ``--ds`` bring their own database.
    """
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    if settings.configured and os.environ.get("DJANGO_SETTINGS_MODULE") == "bihuan.settings":
        raise pytest.UsageError("Unset DJANGO_SETTINGS_MODULE: conftest.py names it once the database server runs.")
    if not settings.configured:
        atexit.register(TestServer().stop)
        os.environ["DJANGO_SETTINGS_MODULE"] = "bihuan.settings"
        django.setup()


_prepare()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """A flush after a transactional test writes no content types: a test that starts from the seeds brings its own."""
    from django.contrib.auth.management import create_permissions
    from django.contrib.contenttypes.management import create_contenttypes
    from django.db import connection
    from django.db.models.signals import post_migrate

    post_migrate.disconnect(create_permissions, dispatch_uid="django.contrib.auth.management.create_permissions")
    post_migrate.disconnect(create_contenttypes)
    KEPT_SEEDS.append(getattr(connection, "_test_serialized_contents", ""))


@pytest.fixture
def seeds(transactional_db: None) -> None:
    """What the migrations put in, for a transactional test: a flush before it has emptied every table."""
    from django.contrib.contenttypes.models import ContentType
    from django.db import connection

    if not ContentType.objects.exists():
        connection.creation.deserialize_db_from_string(KEPT_SEEDS[0])
