"""The file of a backup: parts one after the other, encrypted in frames, so that it is written and read as a stream.

Head: mark, kind of key, salt. Frame: length, AES-256-GCM of a letter and its content. The nonce counts the frames, so a
frame that is changed, moved, doubled or left out does not open; the last frame says that it is the last one, so a cut
archive is told from a whole one. The key is made for this archive alone, from the keyring's backup key or from a
passphrase; the keyring itself is never in it.
"""

import hashlib
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from bihuan.crypto.failures import CryptoFailure

MARK: Final = b"BHB1"
SALT_BYTES: Final = 16
LENGTH: Final = struct.Struct(">I")
FRAME_BYTES: Final = 1 << 20
LARGEST_FRAME: Final = FRAME_BYTES + 64
# RFC 7914 asks for more work than sign-in: a stolen archive can be tried for years
SCRYPT_COST: Final = 2**16
BEGIN, DATA, END, LAST = b"B", b"D", b"E", b"L"


class ArchiveRefused(CryptoFailure):
    """The file is no backup, was changed or cut off, or needs another key or passphrase."""


@dataclass(frozen=True)
class ArchiveSecret:
    """What an archive is opened with: a passphrase, or the backup key of the keyring."""

    kind: bytes
    value: bytes

    @classmethod
    def of_passphrase(cls, passphrase: str) -> "ArchiveSecret":
        """Words a person keeps."""
        return cls(b"P", passphrase.encode())

    @classmethod
    def of_key(cls, key: bytes) -> "ArchiveSecret":
        """The keyring's own backup key."""
        return cls(b"K", key)

    def cipher(self, salt: bytes) -> AESGCM:
        """The cipher of one archive."""
        if self.kind == b"P":
            return AESGCM(Scrypt(salt=salt, length=32, n=SCRYPT_COST, r=8, p=1).derive(self.value))
        return AESGCM(HKDF(SHA256(), 32, salt, b"bihuan.backup").derive(self.value))


class ArchiveWriter:
    """Writes parts; nothing of them is in clear on the disk."""

    def __init__(self, file: BinaryIO, secret: ArchiveSecret) -> None:
        salt = os.urandom(SALT_BYTES)
        self._file, self._cipher, self._count = file, secret.cipher(salt), 0
        file.write(MARK + secret.kind + salt)

    def add(self, name: str, content: Iterator[bytes]) -> tuple[int, str]:
        """Add a part; returns its size and its SHA-256."""
        self._frame(BEGIN, name.encode())
        size, digest = 0, hashlib.sha256()
        for piece in content:
            for at in range(0, len(piece), FRAME_BYTES):
                self._frame(DATA, piece[at : at + FRAME_BYTES])
            digest.update(piece)
            size += len(piece)
        self._frame(END, digest.digest())
        return size, digest.hexdigest()

    def finish(self) -> None:
        """Say that nothing follows."""
        self._frame(LAST, b"")
        self._file.flush()
        os.fsync(self._file.fileno())

    def _frame(self, letter: bytes, content: bytes) -> None:
        sealed = self._cipher.encrypt(self._count.to_bytes(12), letter + content, MARK)
        self._file.write(LENGTH.pack(len(sealed)) + sealed)
        self._count += 1


class ArchiveReader:
    """Reads parts in their order; raises ArchiveRefused at the first byte that is not what was written."""

    def __init__(self, file: BinaryIO, secret: ArchiveSecret) -> None:
        head = file.read(len(MARK) + 1 + SALT_BYTES)
        if len(head) < len(MARK) + 1 + SALT_BYTES or not head.startswith(MARK):
            raise ArchiveRefused("this file is not a backup of Bihuan")
        if head[len(MARK) : len(MARK) + 1] != secret.kind:
            needed = "its passphrase" if secret.kind == b"K" else "the keyring's backup key, not with a passphrase"
            raise ArchiveRefused(f"this backup opens with {needed}")
        self._file, self._cipher, self._count = file, secret.cipher(head[-SALT_BYTES:]), 0

    def parts(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        """Each part's name and content; a content that is not read to its end is passed over."""
        while True:
            letter, name = self._frame()
            if letter == LAST:
                return
            if letter != BEGIN:
                raise ArchiveRefused("the backup is out of order")
            content = self._content(name.decode())
            yield name.decode(), content
            for _ in content:
                pass

    def _content(self, name: str) -> Iterator[bytes]:
        digest = hashlib.sha256()
        while True:
            letter, content = self._frame()
            if letter == DATA:
                digest.update(content)
                yield content
            elif letter == END and content == digest.digest():
                return
            else:
                raise ArchiveRefused(f"part {name} of the backup is not whole")

    def _frame(self) -> tuple[bytes, bytes]:
        size = self._file.read(LENGTH.size)
        length = LENGTH.unpack(size)[0] if len(size) == LENGTH.size else 0
        sealed = self._file.read(length) if 0 < length <= LARGEST_FRAME else b""
        if not sealed or len(sealed) < length:
            raise ArchiveRefused("the backup is cut off")
        try:
            clear = self._cipher.decrypt(self._count.to_bytes(12), sealed, MARK)
        except InvalidTag:
            first = "wrong key or passphrase, or " if self._count == 0 else ""
            raise ArchiveRefused(f"{first}the backup was changed (frame {self._count})") from None
        self._count += 1
        return clear[:1], clear[1:]
