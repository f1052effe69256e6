"""Taking files in, reading them back, and clearing away what nobody refers to.

The bytes are on the disk, sealed and synced, before the row is committed: a row therefore never points to nothing.
A rolled back transaction leaves bytes without a row; ``sweep`` removes those, and uploads that were never used.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import ProtectedError

from bihuan.crypto import files as crypto
from bihuan.crypto.atomic import replace_file
from bihuan.foundation.files import kinds
from bihuan.foundation.files.models import StoredFile
from bihuan.foundation.files.refusals import FileEmpty, FileMissing, FileTooLarge, FileUnknown

MEGABYTE = 1024 * 1024
LIMIT_BYTES = 20 * MEGABYTE
# Long enough for a form that is left open over a day.
UNUSED_FOR = timedelta(hours=24)


@dataclass(frozen=True)
class Sweep:
    """What one sweep did, and what it found missing."""

    unused_removed: int
    orphans_removed: int
    missing: tuple[str, ...]


def store_file(*, name: str, content: bytes, content_type: str = "", at: datetime) -> StoredFile:
    """Keep a file. Its type is read from the bytes; the sender's ``content_type`` is heard only for a missing name.

    Raises FileTooLarge, FileEmpty, FileTypeRefused, FileTypeMismatch, FileHasMacros (all FileRefused).
    """
    safe_name = kinds.clean_name(name, fallback=content_type.partition("/")[0] or "file")
    if len(content) > LIMIT_BYTES:
        raise FileTooLarge(name=safe_name, limit_mb=LIMIT_BYTES // MEGABYTE)
    if not content:
        raise FileEmpty(name=safe_name)
    kind = kinds.recognise(safe_name, content)
    if not kinds.extension_of(safe_name):
        safe_name = f"{safe_name}.{kind.extensions[0]}"
    token = secrets.token_hex(16)
    path = path_of(token)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    replace_file(path, crypto.seal(content), mode=0o600)
    return StoredFile.objects.create(
        token=token,
        name=safe_name,
        content_type=kind.content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        created_at=at,
    )


def store_upload(*, upload: "UploadedFile[bytes]", at: datetime) -> StoredFile:
    """Keep a file from a form; one that is too large is refused before it is read. Raises FileRefused."""
    if (upload.size or 0) > LIMIT_BYTES:
        raise FileTooLarge(name=kinds.clean_name(upload.name or ""), limit_mb=LIMIT_BYTES // MEGABYTE)
    return store_file(name=upload.name or "", content=upload.read(), content_type=upload.content_type or "", at=at)


def rename_file(file: StoredFile, name: str) -> None:
    """Give a file another name to be shown by; its bytes stay where they are."""
    if name != file.name:
        file.name = name
        file.save(update_fields=["name"])


def find_uploads(tokens: Sequence[str]) -> list[StoredFile]:
    """The uploads with these tokens, in order; knowing a token is the proof of having uploaded. Raises FileUnknown."""
    found = {file.token: file for file in StoredFile.objects.filter(token__in=tokens)}
    for token in tokens:
        if token not in found:
            raise FileUnknown(field="attachments", token=token)
    return [found[token] for token in tokens]


def read_file(file: StoredFile) -> bytes:
    """The clear bytes of a file. Raises FileMissing."""
    try:
        return crypto.open_sealed(path_of(file.token).read_bytes())
    except FileNotFoundError as error:
        raise FileMissing() from error


def path_of(token: str) -> Path:
    """Where the sealed bytes lie: spread over 256 folders."""
    return Path(settings.FILES_DIR) / token[:2] / token


def sweep(*, at: datetime) -> Sweep:
    """Remove unused uploads and bytes without a row, both a day old; name files whose bytes are missing."""
    unused = sum(remove_file(file_id) for file_id in _unkept_ids(at - UNUSED_FOR))
    tokens = set(StoredFile.objects.values_list("token", flat=True))
    missing = tuple(sorted(token for token in tokens if not path_of(token).exists()))
    return Sweep(unused_removed=unused, orphans_removed=_remove_orphans(tokens, at - UNUSED_FOR), missing=missing)


@transaction.atomic
def remove_file(file_id: int) -> bool:
    """Delete a file with its bytes unless another row refers to it; one that is referred to is not looked at again."""
    file = StoredFile.objects.select_for_update().filter(pk=file_id).first()
    if file is None:
        return False
    path = path_of(file.token)
    try:
        file.delete()
    except ProtectedError:
        StoredFile.objects.filter(pk=file_id).update(kept=True)
        return False
    transaction.on_commit(lambda: path.unlink(missing_ok=True))
    return True


def _unkept_ids(before: datetime) -> list[int]:
    return list(StoredFile.objects.filter(kept=False, created_at__lt=before).values_list("id", flat=True))


def _remove_orphans(tokens: set[str], before: datetime) -> int:
    removed = 0
    for path in Path(settings.FILES_DIR).glob("??/*"):
        # Leftovers of an interrupted write are named ".new-…" and are orphans too.
        if path.name not in tokens and path.stat().st_mtime < before.timestamp():
            path.unlink(missing_ok=True)
            removed += 1
    return removed
