"""The file of an export: sealed piece by piece, so that neither writing nor sending holds it whole in memory.

Each piece is bound to the export and to its place, the last one also to being the last: a piece that is missing,
doubled, moved or taken from another export does not open.
"""

import os
import struct
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from django.conf import settings

from bihuan.crypto import envelope

LENGTH = struct.Struct(">I")


def folder() -> Path:
    """Where exports lie, apart from uploads: they live for a day only."""
    return Path(settings.FILES_DIR).with_name("exports")


def path_of(token: str) -> Path:
    """The file of an export."""
    return folder() / token


class SealedWriter:
    """Writes beside the final place and moves there when closed without an error."""

    def __init__(self, token: str) -> None:
        self._token = token
        self._piece = 0
        self._unfinished = path_of(token).with_suffix(f".{os.getpid()}-{os.urandom(4).hex()}")
        self._file: BinaryIO | None = None
        self.size = 0

    def __enter__(self) -> "SealedWriter":
        folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = open(os.open(self._unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        return self

    def write(self, clear: bytes) -> None:
        """Add a piece."""
        self._append(clear, _place(self._token, self._piece))
        self._piece += 1
        self.size += len(clear)

    def finish(self) -> None:
        """Add the mark of the end and put the file in its place."""
        self._append(b"", _place(self._token, self._piece, last=True))
        assert self._file is not None
        self._file.flush()
        os.fsync(self._file.fileno())
        self._unfinished.replace(path_of(self._token))

    def _append(self, clear: bytes, place: bytes) -> None:
        assert self._file is not None
        sealed = envelope.seal(clear, place)
        self._file.write(LENGTH.pack(len(sealed)) + sealed)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        assert self._file is not None
        self._file.close()
        self._unfinished.unlink(missing_ok=True)


def read_pieces(token: str) -> Iterator[bytes]:
    """The clear pieces in order; raises FileNotFoundError at once, Undecipherable when the file is not whole."""
    if not path_of(token).exists():
        raise FileNotFoundError(token)
    return _pieces(token)


def _pieces(token: str) -> Iterator[bytes]:
    """The file is opened with the first piece: whoever asks and goes away leaves nothing open."""
    with path_of(token).open("rb") as file:
        ahead, piece = _read_sealed(file), 0
        while following := _read_sealed(file):
            yield envelope.unseal(ahead, _place(token, piece))
            ahead, piece = following, piece + 1
        envelope.unseal(ahead, _place(token, piece, last=True))


def _read_sealed(file: BinaryIO) -> bytes:
    header = file.read(LENGTH.size)
    return file.read(LENGTH.unpack(header)[0]) if len(header) == LENGTH.size else b""


def _place(token: str, piece: int, last: bool = False) -> bytes:
    return f"export.{token}.{piece}{'.end' if last else ''}".encode()
