"""What a backup is encrypted with: the keyring's backup key, or a passphrase that somebody keeps elsewhere."""

import os
import secrets
from dataclasses import replace
from pathlib import Path

from bihuan.crypto.failures import KeyMissing
from bihuan.crypto.keys import KEY_BYTES, Keyring, change_keyring, keyring
from bihuan.safekeeping.archive import ArchiveSecret

VARIABLE = "BIHUAN_BACKUP_PASSPHRASE"


def secret_for_writing(passphrase_file: str) -> ArchiveSecret:
    """The passphrase when one is given, else the backup key, made at its first use. Raises KeysRefused."""
    given = _passphrase(passphrase_file)
    if given:
        return ArchiveSecret.of_passphrase(given)
    ring = keyring()
    if ring.backup_key is None:
        ring = change_keyring(_with_backup_key)
    return ArchiveSecret.of_key(ring.backup_key or b"")


def secret_for_reading(passphrase_file: str) -> ArchiveSecret:
    """The same for an existing backup. Raises KeyMissing."""
    given = _passphrase(passphrase_file)
    if given:
        return ArchiveSecret.of_passphrase(given)
    key = keyring().backup_key
    if key is None:
        raise KeyMissing("the keyring has no backup key: put the saved keyring in place, or give the passphrase")
    return ArchiveSecret.of_key(key)


def _passphrase(file: str) -> str:
    """Never from the command line: others could read it in the list of processes."""
    return Path(file).read_text(encoding="utf-8").strip() if file else os.environ.get(VARIABLE, "")


def _with_backup_key(ring: Keyring) -> Keyring:
    return ring if ring.backup_key else replace(ring, backup_key=secrets.token_bytes(KEY_BYTES))
