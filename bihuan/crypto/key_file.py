"""The keyring's file: written in one step, created once however many processes start together, closed to others."""

import contextlib
import fcntl
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from bihuan.crypto.atomic import replace_file
from bihuan.crypto.failures import KeysRefused

OPEN_TO_OTHERS = stat.S_IRWXO | stat.S_IWGRP | stat.S_IXGRP  # a group may read: mounted secrets are often 0440


def stamp(path: Path) -> tuple[int, int, int] | None:
    """Changes whenever the file is replaced; None when there is none."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_mtime_ns, status.st_ino, status.st_size


def read(path: Path) -> str:
    """The text of the file; raises KeysRefused when other users could read or change it."""
    with path.open(encoding="utf-8") as file:
        mode = os.fstat(file.fileno()).st_mode
        if mode & OPEN_TO_OTHERS:
            raise KeysRefused(f"{path} is open to other users (mode {stat.S_IMODE(mode):04o}): run chmod 600 on it")
        return file.read()


def write(path: Path, text: str) -> None:
    """Replace the file by this text, readable by its owner only."""
    replace_file(path, text.encode(), mode=0o600)


def create_once(path: Path, make_text: Callable[[], str]) -> None:
    """Create the file unless another process did so meanwhile."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with locked(path):
        if not path.exists():
            write(path, make_text())


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock beside the file: one process at a time creates or changes it."""
    with open(path.with_name(path.name + ".lock"), "a", opener=_private) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
