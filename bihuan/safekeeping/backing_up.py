"""Making a backup: the database in one snapshot, with the numbers to prove it by, and the folder of files."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection
from psycopg.conninfo import make_conninfo

from bihuan.crypto.atomic import replace_by
from bihuan.crypto.blind_index import digest
from bihuan.crypto.keys import keyring
from bihuan.safekeeping import programs
from bihuan.safekeeping.archive import ArchiveSecret, ArchiveWriter
from bihuan.safekeeping.contents import Contents, contents_of

MANIFEST, DATABASE, FILE = "manifest", "database", "file/"
FORMAT = 1
PIECE = 1 << 20

Report = Callable[[str], None]


@dataclass(frozen=True)
class Manifest:
    """What is in a backup: the first part of it. ``key_check`` tells whether a keyring belongs to it, and no more."""

    format: int
    made_at: str
    server: str
    tables: Contents
    key_ids: list[int]
    key_check: str

    def to_bytes(self) -> bytes:
        """As it is stored."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_bytes(cls, stored: bytes) -> "Manifest":
        """As it was stored."""
        fields: dict[str, Any] = json.loads(stored)
        fields["tables"] = {name: (rows, hash_) for name, (rows, hash_) in fields["tables"].items()}
        return cls(**fields)


@dataclass(frozen=True)
class Summary:
    """What a backup took in."""

    manifest: Manifest
    database_bytes: int
    files: int

    @property
    def rows(self) -> int:
        """Of all tables together."""
        return sum(rows for rows, _ in self.manifest.tables.values())


def make_backup(path: Path, secret: ArchiveSecret, *, at: datetime, report: Report = lambda part: None) -> Summary:
    """Write the backup; it appears under its name when it is whole. Raises ProgramFailed, CryptoFailure."""
    place = programs.place_of(connection.settings_dict)
    with (
        replace_by(path) as file,
        psycopg.connect(conninfo_of(place)) as snapshot,
    ):
        snapshot.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        exported = snapshot.execute("SELECT pg_export_snapshot(), current_setting('server_version')").fetchone()
        assert exported is not None
        report("tables")
        manifest = _manifest(contents_of(snapshot), str(exported[1]), at)
        archive = ArchiveWriter(file, secret)
        archive.add(MANIFEST, iter([manifest.to_bytes()]))
        report(DATABASE)
        size, _ = archive.add(DATABASE, programs.dump(place, str(exported[0])))
        report("files")
        files = sum(_add_file(archive, file_path) for file_path in sorted(Path(settings.FILES_DIR).rglob("*")))
        archive.finish()
    return Summary(manifest, size, files)


def conninfo_of(place: dict[str, str]) -> str:
    """The same place for psycopg."""
    names = {"PGDATABASE": "dbname", "PGUSER": "user", "PGPASSWORD": "password", "PGHOST": "host", "PGPORT": "port"}
    return make_conninfo(**{names.get(name, name[2:].lower()): value for name, value in place.items()})


def key_check() -> str:
    """The same for the same keyring, and of no use to anybody else."""
    return digest("backup", "safekeeping.keyring").hex()


def _manifest(tables: Contents, server: str, at: datetime) -> Manifest:
    return Manifest(FORMAT, at.isoformat(), server, tables, sorted(keyring().data_keys), key_check())


def _add_file(archive: ArchiveWriter, path: Path) -> int:
    """Files lie sealed; they are taken as they lie. One that is removed meanwhile had no row any more."""
    if not path.is_file():
        return 0
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return 0
    with file:
        archive.add(FILE + str(path.relative_to(settings.FILES_DIR)), iter(lambda: file.read(PIECE), b""))
    return 1
