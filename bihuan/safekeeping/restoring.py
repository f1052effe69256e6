"""Restoring a backup into an empty database and a folder of files, and proving that it came back whole."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import psycopg

from bihuan.crypto.atomic import replace_file
from bihuan.crypto.keys import keyring
from bihuan.safekeeping import programs
from bihuan.safekeeping.archive import ArchiveReader, ArchiveRefused, ArchiveSecret
from bihuan.safekeeping.backing_up import DATABASE, FILE, FORMAT, MANIFEST, Manifest, conninfo_of, key_check
from bihuan.safekeeping.contents import contents_of, differences

Report = Callable[[str], None]

HAS_TABLES = (
    "SELECT EXISTS (SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p'))"
)
EMPTY = "DROP SCHEMA public CASCADE; CREATE SCHEMA public"


class RestoreRefused(Exception):
    """The backup cannot be restored here; says why and what to do."""


@dataclass(frozen=True)
class Restored:
    """What came back, and whatever is not as it was."""

    manifest: Manifest
    files: int
    faults: list[str]


def read_manifest(path: Path, secret: ArchiveSecret) -> Manifest:
    """What a backup says it holds. Raises ArchiveRefused, RestoreRefused."""
    with path.open("rb") as file:
        for name, content in ArchiveReader(file, secret).parts():
            return _read_manifest(name, content)
    raise ArchiveRefused("the backup is empty")


def restore_backup(
    path: Path,
    secret: ArchiveSecret,
    *,
    place: dict[str, str],
    files: Path,
    replace: bool = False,
    report: Report = lambda part: None,
) -> Restored:
    """Restore everything; ``replace`` empties the database first. Raises ArchiveRefused, RestoreRefused, ProgramFailed.

    The database comes back in one transaction; a backup that turns out to be cut off leaves it empty.
    """
    require_keys(read_manifest(path, secret))
    _require_empty(place, replace)
    manifest, count = None, 0
    with path.open("rb") as file:
        for name, content in ArchiveReader(file, secret).parts():
            if manifest is None:
                manifest = _read_manifest(name, content)
            elif name == DATABASE:
                report(DATABASE)
                programs.restore(place, content)
            elif name.startswith(FILE):
                _restore_file(files, name.removeprefix(FILE), content)
                count += 1
    assert manifest is not None
    report("check")
    return Restored(manifest, count, compare(place, manifest))


def compare(place: dict[str, str], manifest: Manifest) -> list[str]:
    """What in the database is not as the backup says."""
    with psycopg.connect(conninfo_of(place)) as connection:
        return differences(manifest.tables, contents_of(connection))


def require_keys(manifest: Manifest) -> None:
    """Raise RestoreRefused unless the keyring opens what is in the backup: better now than value by value later."""
    missing = sorted(set(manifest.key_ids) - set(keyring().data_keys))
    if manifest.key_check != key_check() or missing:
        names = ", ".join(map(str, manifest.key_ids))
        raise RestoreRefused(
            f"The keyring here does not belong to this backup, which needs the keys {names}."
            " Put the saved keyring in place first; it is never part of a backup."
        )


def _read_manifest(name: str, content: Iterator[bytes]) -> Manifest:
    if name != MANIFEST:
        raise ArchiveRefused("the backup does not begin with its manifest")
    manifest = Manifest.from_bytes(b"".join(content))
    if manifest.format != FORMAT:
        raise RestoreRefused(f"The backup has format {manifest.format}; this version reads format {FORMAT}.")
    return manifest


def _require_empty(place: dict[str, str], replace: bool) -> None:
    with psycopg.connect(conninfo_of(place), autocommit=True) as connection:
        found = connection.execute(HAS_TABLES).fetchone()
        if found is None or not found[0]:
            return
        if not replace:
            raise RestoreRefused("The database is not empty. Restore into a new one, or say --replace to empty it.")
        connection.execute(EMPTY)


def _restore_file(folder: Path, name: str, content: Iterator[bytes]) -> None:
    inside = PurePosixPath(name)
    if inside.is_absolute() or ".." in inside.parts:
        raise ArchiveRefused("a file of the backup lies outside of its folder")
    path = folder / inside
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    replace_file(path, b"".join(content), mode=0o600)
