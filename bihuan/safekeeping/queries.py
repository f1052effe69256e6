"""Reads for the keepers of the keys."""

from dataclasses import dataclass
from datetime import datetime

from bihuan.crypto.failures import CryptoFailure
from bihuan.crypto.keys import keyring
from bihuan.crypto.rotation import RETIRE_AFTER
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import NotVisible
from bihuan.safekeeping.access import require_keeper
from bihuan.safekeeping.models import KeyRotation

__all__ = ["KeyState", "KeyringState", "get_rotation", "keyring_state", "list_rotations"]


@dataclass(frozen=True, slots=True)
class KeyState:
    """One key by its id; the key itself is never shown."""

    id: int
    is_active: bool
    inactive_since: datetime | None
    may_retire: bool


@dataclass(frozen=True, slots=True)
class KeyringState:
    """The keys, or why the keyring cannot be used."""

    keys: list[KeyState]
    failure: str = ""


def keyring_state(actor: Actor, at: datetime) -> KeyringState:
    """The keys of this installation. Raises NotAllowed."""
    require_keeper(actor)
    try:
        ring = keyring()
    except CryptoFailure as failure:
        return KeyringState([], str(failure))
    busy = KeyRotation.objects.unfinished().exists()
    return KeyringState(
        [
            KeyState(
                key_id,
                key_id == ring.active_id,
                since := ring.inactive_since.get(key_id),
                not busy and key_id != ring.active_id and (since is None or at - since >= RETIRE_AFTER),
            )
            for key_id in sorted(ring.data_keys)
        ]
    )


def list_rotations(actor: Actor, limit: int = 20) -> list[KeyRotation]:
    """Rotations, newest first; the first may be under way. Raises NotAllowed."""
    require_keeper(actor)
    return list(KeyRotation.objects.order_by("-pk")[:limit])


def get_rotation(actor: Actor, rotation_id: int) -> KeyRotation:
    """One rotation. Raises NotAllowed, NotVisible."""
    require_keeper(actor)
    rotation = KeyRotation.objects.filter(pk=rotation_id).first()
    if rotation is None:
        raise NotVisible
    return rotation
