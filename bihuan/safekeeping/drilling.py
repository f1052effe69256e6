"""A restore drill: the backup is restored beside into a server of its own that is thrown away afterwards.

A backup that was never restored is a hope. The drill compares every table with the numbers taken at the backup, checks
the seals of the journal, and opens a sample of what is encrypted.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

from bihuan.crypto import envelope, files
from bihuan.crypto.failures import CryptoFailure
from bihuan.crypto.keys import key_path
from bihuan.crypto.rotation import Column, encrypted_columns
from bihuan.runtime.postgres import Cluster
from bihuan.runtime.postgres.settings import throwaway_settings
from bihuan.safekeeping.archive import ArchiveSecret
from bihuan.safekeeping.backing_up import conninfo_of
from bihuan.safekeeping.restoring import Restored, restore_backup

SAMPLE = 50
DATABASE = "bihuan"


@dataclass
class DrillReport:
    """What the drill found; ``faults`` empty means the backup is proved."""

    restored: Restored
    opened: int = 0
    journal: str = ""
    faults: list[str] = field(default_factory=list)


def drill(path: Path, secret: ArchiveSecret, *, report: Callable[[str], None] = lambda part: None) -> DrillReport:
    """Restore beside, compare, verify, throw away. Raises ArchiveRefused, RestoreRefused, ProgramFailed."""
    with tempfile.TemporaryDirectory(prefix="bihuan-drill-") as folder:
        Path(folder).chmod(0o755)  # the server's own user passes through it
        cluster = Cluster(Path(folder) / "postgres")
        cluster.start(throwaway_settings())
        try:
            cluster.create_database(DATABASE)
            return _prove(path, secret, cluster, Path(folder) / "files", report)
        finally:
            cluster.stop()


def _prove(
    path: Path, secret: ArchiveSecret, cluster: Cluster, folder: Path, report: Callable[[str], None]
) -> DrillReport:
    place = place_in(cluster)
    restored = restore_backup(path, secret, place=place, files=folder, report=report)
    found = DrillReport(restored, faults=list(restored.faults))
    report("seals")
    _verify_journal(found, cluster.url(DATABASE))
    report("samples")
    _open_samples(found, place)
    _open_files(found, folder)
    return found


def place_in(cluster: Cluster) -> dict[str, str]:
    """Where the database of a cluster is, as PostgreSQL's programs read it."""
    parts = psycopg.conninfo.conninfo_to_dict(cluster.url(DATABASE))
    return {"PGDATABASE": str(parts["dbname"]), "PGUSER": str(parts["user"]), "PGHOST": str(parts["host"])}


def _verify_journal(found: DrillReport, url: str) -> None:
    """With the product's own check, in a process that knows the restored database only."""
    keys = key_path()
    environment = {**os.environ, "DATABASE_URL": url, **({"BIHUAN_KEYS_FILE": str(keys)} if keys else {})}
    command = [sys.executable, "-m", "bihuan", "journal", "verify"]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    found.journal = result.stdout.strip()
    if result.returncode:
        found.faults.append(f"journal: {result.stderr.strip()[-500:]}")


def _open_samples(found: DrillReport, place: dict[str, str]) -> None:
    with psycopg.connect(conninfo_of(place)) as connection:
        for column in encrypted_columns():
            try:
                found.opened += _open_sample(connection, column)
            except CryptoFailure as failure:
                found.faults.append(str(failure))


def _open_sample(connection: "psycopg.Connection[tuple[bytes]]", column: Column) -> int:
    statement = sql.SQL("SELECT {column} FROM {table} WHERE {column} IS NOT NULL ORDER BY random() LIMIT %s")
    rows = connection.execute(statement.format(**column.names), [SAMPLE]).fetchall()
    for (sealed,) in rows:
        envelope.unseal(bytes(sealed), column.field.place)
    return len(rows)


def _open_files(found: DrillReport, folder: Path) -> None:
    for path, _ in files.sealed_files(folder):
        try:
            files.open_sealed(path.read_bytes())
            found.opened += 1
        except CryptoFailure as failure:
            found.faults.append(f"file {path.relative_to(folder)}: {failure}")
