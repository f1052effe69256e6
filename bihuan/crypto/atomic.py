"""Replacing a file in one step."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO


def replace_file(path: Path, content: bytes, mode: int) -> None:
    """Replace a file atomically: a crash leaves the old or the new one, never a part."""
    with replace_by(path, mode) as file:
        file.write(content)


@contextlib.contextmanager
def replace_by(path: Path, mode: int = 0o600) -> Iterator[BinaryIO]:
    """A file to write to, which takes its place when all is written; after an error there is no trace of it."""
    handle, temporary = tempfile.mkstemp(prefix=".new-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fchmod(handle, mode)
            os.fsync(handle)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
