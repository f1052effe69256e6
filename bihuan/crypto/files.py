"""Files on disk: sealed and opened whole, with a mark in front that tells them from anything else."""

import os
from collections.abc import Iterator
from pathlib import Path

from bihuan.crypto import envelope
from bihuan.crypto.atomic import replace_file
from bihuan.crypto.failures import Undecipherable

MARK = b"BHS1"
PLACE = b"file"


def seal(content: bytes) -> bytes:
    """The sealed form of a file's content."""
    return MARK + envelope.seal(content, PLACE)


def open_sealed(sealed: bytes) -> bytes:
    """The content of a sealed file; raises KeyMissing, Undecipherable."""
    return envelope.unseal(_body(sealed), PLACE)


def sealed_files(folder: Path) -> Iterator[tuple[Path, int]]:
    """Every sealed file below the folder with the id of its key; other files are passed over."""
    for path in folder.rglob("*") if folder.is_dir() else ():
        if path.is_file():
            with path.open("rb") as file:
                start = file.read(len(MARK) + envelope.HEADER_BYTES)
            if start.startswith(MARK) and len(start) == len(MARK) + envelope.HEADER_BYTES:
                yield path, start[-1]


def reseal(path: Path) -> None:
    """Seal a file again with the active key; a crash leaves the old file or the new one."""
    replace_file(path, seal(open_sealed(path.read_bytes())), mode=os.stat(path).st_mode & 0o777)


def reseal_if_there(path: Path) -> bool:
    """As reseal; False when the file was removed meanwhile."""
    try:
        reseal(path)
    except FileNotFoundError:
        return False
    return True


def _body(sealed: bytes) -> bytes:
    if not sealed.startswith(MARK):
        raise Undecipherable("this is not a sealed file")
    return sealed[len(MARK) :]
