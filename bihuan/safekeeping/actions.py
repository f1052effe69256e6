"""Start, pause, resume, pace and cancel a rotation of keys; retire a key nobody needs. Security administrator only."""

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from bihuan.crypto import rotation as crypto
from bihuan.crypto.failures import CryptoFailure
from bihuan.foundation.actor import Actor
from bihuan.journal.actions import write
from bihuan.safekeeping.access import access_rotation, require_keeper
from bihuan.safekeeping.events import KeyRetired, RotationPaced, RotationStarted
from bihuan.safekeeping.models import OPEN_STATES, KeyRotation, Pace, RotationKind, RotationState
from bihuan.safekeeping.refusals import KeyringRefused, PaceUnknown, RotationStepRefused, RotationUnderWay
from bihuan.safekeeping.rotating import change_state
from bihuan.safekeeping.wakening import queue_rotation

__all__ = [
    "KeyringRefused",
    "PaceUnknown",
    "RotationStepRefused",
    "RotationUnderWay",
    "cancel_rotation",
    "pause_rotation",
    "resume_rotation",
    "retire_key",
    "set_pace",
    "start_rotation",
]

LOCK = 0x6B65_7973  # advisory lock of whoever starts a rotation


@transaction.atomic
def start_rotation(*, actor: Actor, pace: int, at: datetime) -> KeyRotation:
    """Make a new key the active one and seal everything with it in the background.

    Raises RotationUnderWay, PaceUnknown, KeyringRefused, NotAllowed.
    """
    require_keeper(actor)
    _require_pace(pace)
    crypto.lock_for_transaction(LOCK)
    if KeyRotation.objects.unfinished().exists():
        raise RotationUnderWay
    try:
        key_id = crypto.rotate(at).active_id
    except CryptoFailure as failure:
        raise KeyringRefused(reason=str(failure)) from failure
    rotation = KeyRotation.objects.create(
        kind=RotationKind.DATA,
        key_id=key_id,
        pace=pace,
        started_by_id=actor.id,
        started_by_name=actor.name,
        started_at=at,
        moved_at=at,
    )
    write(actor, RotationStarted(rotation_id=rotation.pk, kind=rotation.kind, key_id=key_id, pace=pace), at=at)
    queue_rotation(rotation.pk)
    return rotation


@transaction.atomic
def pause_rotation(*, actor: Actor, rotation_id: int, at: datetime) -> KeyRotation:
    """Rest after the present batch; both keys go on opening what they sealed. Raises RotationStepRefused."""
    return _move(actor, rotation_id, (RotationState.RUNNING,), RotationState.PAUSED, at)


@transaction.atomic
def resume_rotation(*, actor: Actor, rotation_id: int, at: datetime) -> KeyRotation:
    """Go on where it stopped, after a pause or after what stopped it was mended. Raises RotationStepRefused."""
    resumable = (RotationState.PAUSED, RotationState.FAILED)
    rotation = _move(actor, rotation_id, resumable, RotationState.RUNNING, at)
    queue_rotation(rotation.pk)
    return rotation


@transaction.atomic
def cancel_rotation(*, actor: Actor, rotation_id: int, at: datetime) -> KeyRotation:
    """End it: the new key stays the active one, the older key is still needed. Raises RotationStepRefused."""
    return _move(actor, rotation_id, OPEN_STATES, RotationState.CANCELLED, at)


@transaction.atomic
def set_pace(*, actor: Actor, rotation_id: int, pace: int, at: datetime) -> KeyRotation:
    """Let it go faster or slower from the next batch on. Raises PaceUnknown, RotationStepRefused."""
    rotation = access_rotation(actor, rotation_id)
    _require_pace(pace)
    if not rotation.is_unfinished:
        raise RotationStepRefused
    before, rotation.pace = rotation.pace, pace
    rotation.save(update_fields=["pace"])
    write(actor, RotationPaced(rotation_id=rotation.pk, before=before, after=pace), at=at)
    return rotation


@transaction.atomic
def retire_key(*, actor: Actor, key_id: int, at: datetime) -> None:
    """Forget a key for good; nothing in database and files may need it. Raises KeyringRefused, NotAllowed."""
    require_keeper(actor)
    write(actor, KeyRetired(key_id=key_id), at=at)
    try:
        crypto.retire(key_id, folder=Path(settings.FILES_DIR), at=at)
    except CryptoFailure as failure:
        raise KeyringRefused(reason=str(failure)) from failure


def _move(
    actor: Actor, rotation_id: int, allowed: tuple[RotationState, ...], state: RotationState, at: datetime
) -> KeyRotation:
    rotation = access_rotation(actor, rotation_id)
    if rotation.state not in allowed:
        raise RotationStepRefused
    rotation.failure = ""
    change_state(actor, rotation, state, at)
    rotation.save()
    return rotation


def _require_pace(pace: int) -> None:
    if pace not in Pace.values:
        raise PaceUnknown(field="pace")
