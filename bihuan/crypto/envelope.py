"""The form of every sealed value: version, key id, 12-byte nonce, AES-256-GCM ciphertext with its tag.

The associated data names the place the value belongs to, so that a value moved to another place does not open.
"""

import os
from collections.abc import Sequence
from typing import Final

from cryptography.exceptions import InvalidTag

from bihuan.crypto.failures import KeyMissing, Undecipherable
from bihuan.crypto.keys import Keyring, forget_held_keyring, keyring

VERSION: Final = 1
HEADER_BYTES: Final = 2
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16


def seal(plain: bytes, place: bytes) -> bytes:
    """Encrypt with the active key for one place."""
    ring = keyring()
    nonce = os.urandom(NONCE_BYTES)
    return bytes((VERSION, ring.active_id)) + nonce + ring.cipher(ring.active_id).encrypt(nonce, plain, place)


def unseal(sealed: bytes, place: bytes) -> bytes:
    """Decrypt what was sealed for this place; raises KeyMissing, Undecipherable."""
    key_id = key_id_of(sealed)
    body_at = HEADER_BYTES + NONCE_BYTES
    try:
        cipher = _ring_with(key_id).cipher(key_id)
        return cipher.decrypt(sealed[HEADER_BYTES:body_at], sealed[body_at:], place)
    except InvalidTag:
        raise _undecipherable(place) from None


def reseal_many(sealed: Sequence[bytes], place: bytes) -> list[bytes]:
    """The same values sealed with the active key; raises KeyMissing, Undecipherable, and then none is sealed."""
    ring, body_at = keyring(), HEADER_BYTES + NONCE_BYTES
    header, active = bytes((VERSION, ring.active_id)), ring.cipher(ring.active_id)
    ciphers = {key_id: _ring_with(key_id).cipher(key_id) for key_id in {key_id_of(value) for value in sealed}}
    nonces = os.urandom(NONCE_BYTES * len(sealed))
    fresh = []
    try:
        for at, value in enumerate(sealed):
            clear = ciphers[value[1]].decrypt(value[HEADER_BYTES:body_at], value[body_at:], place)
            nonce = nonces[at * NONCE_BYTES : (at + 1) * NONCE_BYTES]
            fresh.append(header + nonce + active.encrypt(nonce, clear, place))
    except InvalidTag:
        raise _undecipherable(place) from None
    return fresh


def key_id_of(sealed: bytes) -> int:
    """Which key sealed it; raises Undecipherable when this is no sealed value."""
    if len(sealed) < HEADER_BYTES + NONCE_BYTES + TAG_BYTES or sealed[0] != VERSION:
        raise Undecipherable("this is not a sealed value of a known version")
    return sealed[1]


def _undecipherable(place: bytes) -> Undecipherable:
    return Undecipherable(f"a value of {place.decode()} was altered, moved, or sealed by another key")


def _ring_with(key_id: int) -> Keyring:
    """The ring; read anew when another process has just added this key."""
    ring = keyring()
    if key_id not in ring.data_keys:
        forget_held_keyring()
        ring = keyring()
        if key_id not in ring.data_keys:
            raise KeyMissing(f"data key {key_id} is not in the keyring")
    return ring
