"""The keyring: data keys by id with one active, and a separate key for blind indexes.

Where it comes from, first match wins: ``BIHUAN_KEYS`` (the JSON itself), ``BIHUAN_KEYS_FILE`` (a file that somebody
else puts there), else ``keys.json`` in ``settings.KEYS_DIR``, which is generated on first use.
"""

import json
import os
import secrets
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from bihuan.crypto import key_file
from bihuan.crypto.failures import KeyMissing, KeysRefused

KEY_BYTES = 32
MAX_KEY_ID = 255  # one byte of the header
RECHECK_SECONDS = 1.0  # how long a process may go on with a keyring that another one has just changed


@dataclass(frozen=True)
class Keyring:
    """Everything needed to seal and open: immutable, so that a process swaps it in one step."""

    active_id: int
    data_keys: Mapping[int, bytes] = field(repr=False)
    index_key: bytes = field(repr=False)
    inactive_since: Mapping[int, datetime] = field(default_factory=dict)
    backup_key: bytes | None = field(default=None, repr=False)  # made by the first backup that needs it

    @classmethod
    def generate(cls) -> "Keyring":
        """A new ring. It starts at a random id, so that data of another installation reads "key missing"."""
        key_id = secrets.randbelow(MAX_KEY_ID) + 1
        return cls(key_id, {key_id: secrets.token_bytes(KEY_BYTES)}, secrets.token_bytes(KEY_BYTES))

    @classmethod
    def from_json(cls, text: str) -> "Keyring":
        """Read a stored ring; raises KeysRefused when it is not one."""
        try:
            stored = json.loads(text)
            entries: dict[int, dict[str, Any]] = {int(key_id): entry for key_id, entry in stored["keys"].items()}
            ring = cls(
                active_id=int(stored["active"]),
                data_keys={key_id: b64decode(entry["key"], validate=True) for key_id, entry in entries.items()},
                index_key=b64decode(stored["index"], validate=True),
                inactive_since={
                    key_id: datetime.fromisoformat(entry["inactive_since"])
                    for key_id, entry in entries.items()
                    if entry.get("inactive_since")
                },
                backup_key=b64decode(stored["backup"], validate=True) if stored.get("backup") else None,
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise KeysRefused(f"the keyring cannot be read ({type(error).__name__})") from None
        ring._check()
        return ring

    def _check(self) -> None:
        lengths = {len(key) for key in (*self.data_keys.values(), self.index_key, self.backup_key) if key is not None}
        if lengths != {KEY_BYTES} or not all(1 <= key_id <= MAX_KEY_ID for key_id in self.data_keys):
            raise KeysRefused(f"every key must have {KEY_BYTES} bytes and an id from 1 to {MAX_KEY_ID}")
        if self.active_id not in self.data_keys:
            raise KeysRefused(f"the active key {self.active_id} is not in the keyring")

    def to_json(self) -> str:
        """The form kept in the file or the environment."""
        since = {key_id: moment.isoformat() for key_id, moment in self.inactive_since.items()}
        keys = {
            str(key_id): {"key": b64encode(key).decode(), "inactive_since": since.get(key_id)}
            for key_id, key in sorted(self.data_keys.items())
        }
        stored = {"active": self.active_id, "keys": keys, "index": b64encode(self.index_key).decode()}
        if self.backup_key is not None:
            stored["backup"] = b64encode(self.backup_key).decode()
        return json.dumps(stored, indent=1)

    def cipher(self, key_id: int) -> AESGCM:
        """The cipher of one key; raises KeyMissing."""
        try:
            return self._ciphers[key_id]
        except KeyError:
            raise KeyMissing(f"data key {key_id} is not in the keyring") from None

    @cached_property
    def _ciphers(self) -> dict[int, AESGCM]:
        return {key_id: AESGCM(key) for key_id, key in self.data_keys.items()}

    def with_new_key(self, at: datetime) -> "Keyring":
        """Add a fresh key and make it the active one; the others go on opening what they sealed."""
        free = (key_id % MAX_KEY_ID + 1 for key_id in range(self.active_id, self.active_id + MAX_KEY_ID))
        new_id = next((key_id for key_id in free if key_id not in self.data_keys), None)
        if new_id is None:
            raise KeysRefused("all key ids are taken: retire unused keys first")
        return replace(
            self,
            active_id=new_id,
            data_keys={**self.data_keys, new_id: secrets.token_bytes(KEY_BYTES)},
            inactive_since={**self.inactive_since, self.active_id: at},
        )

    def without_key(self, key_id: int) -> "Keyring":
        """Forget an inactive key; raises KeyMissing, KeysRefused for the active one."""
        self.cipher(key_id)
        if key_id == self.active_id:
            raise KeysRefused(f"key {key_id} is active")
        return replace(
            self,
            data_keys={kept: key for kept, key in self.data_keys.items() if kept != key_id},
            inactive_since={kept: moment for kept, moment in self.inactive_since.items() if kept != key_id},
        )


@dataclass
class _Held:
    """The ring this process works with, what it was read from, and when that was last looked at."""

    ring: Keyring
    source: object
    checked: float


_held: _Held | None = None


def keyring() -> Keyring:
    """The keyring of this installation, read again when its source changed. Raises KeyMissing, KeysRefused."""
    global _held
    moment = time.monotonic()
    if _held is not None and moment - _held.checked < RECHECK_SECONDS:
        return _held.ring
    source = _source_stamp()  # before reading: a ring replaced meanwhile is then noticed at the next look
    if _held is None or _held.source != source:
        ring = _read()
        _held = _Held(ring, source, moment)
    _held.checked = moment
    return _held.ring


def forget_held_keyring() -> None:
    """Read the source again at the next use: after a change, or when a key turns out to be unknown."""
    global _held
    _held = None


def key_path() -> Path | None:
    """The file of the keyring, None when the environment holds the ring itself."""
    if os.environ.get("BIHUAN_KEYS"):
        return None
    given = os.environ.get("BIHUAN_KEYS_FILE")
    return Path(given) if given else Path(settings.KEYS_DIR) / "keys.json"


def change_keyring(change: Callable[[Keyring], Keyring]) -> Keyring:
    """Replace the stored ring by ``change(ring)`` under the lock; raises KeysRefused when the environment holds it."""
    path = key_path()
    if path is None:
        raise KeysRefused("the keyring is in the environment variable BIHUAN_KEYS: change it there")
    keyring()
    with key_file.locked(path):
        ring = change(Keyring.from_json(key_file.read(path)))
        key_file.write(path, ring.to_json())
    forget_held_keyring()
    return ring


def _source_stamp() -> object:
    path = key_path()
    return os.environ["BIHUAN_KEYS"] if path is None else key_file.stamp(path)


def _read() -> Keyring:
    path = key_path()
    if path is None:
        return Keyring.from_json(os.environ["BIHUAN_KEYS"])
    if not path.exists():
        if os.environ.get("BIHUAN_KEYS_FILE"):
            raise KeyMissing(f"there is no keyring at {path}")
        key_file.create_once(path, lambda: Keyring.generate().to_json())
    return Keyring.from_json(key_file.read(path))
