"""Stored files: checked at the door, sealed on disk, handed out by private links."""

from bihuan.foundation.files.links import open_link, request_link, signed_link
from bihuan.foundation.files.models import StoredFile
from bihuan.foundation.files.refusals import FileMissing, FileRefused, LinkExpired, LinkRefused
from bihuan.foundation.files.store import LIMIT_BYTES, Sweep, read_file, remove_file, store_file, store_upload, sweep

__all__ = [
    "LIMIT_BYTES",
    "FileMissing",
    "FileRefused",
    "LinkExpired",
    "LinkRefused",
    "StoredFile",
    "Sweep",
    "open_link",
    "read_file",
    "remove_file",
    "request_link",
    "signed_link",
    "store_file",
    "store_upload",
    "sweep",
]
