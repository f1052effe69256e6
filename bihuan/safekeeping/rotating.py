"""The work of a rotation: batch after batch, each in one transaction with the note of how far it is.

So a killed worker loses at most the batch it was at, and the count never tells more or less than what was done. The
row of the rotation is locked for the time of a batch: a pause takes hold between two batches.
"""

import logging
import time
from datetime import datetime

from django.db import transaction

from bihuan.crypto.failures import CryptoFailure
from bihuan.crypto.rotation import Batch
from bihuan.foundation.actor import Actor
from bihuan.foundation.moment import now
from bihuan.journal.actions import write
from bihuan.safekeeping.events import RotationChanged
from bihuan.safekeeping.lots import Lot, data_lots
from bihuan.safekeeping.models import KeyRotation, RotationState

logger = logging.getLogger(__name__)

MOST_PASSES = 20
WORKER = Actor.system("key-rotation")


def work(rotation_id: int, *, seconds: float) -> bool:
    """Work for about so long; True when the rotation runs on after that."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        began = time.monotonic()
        rotation, resealed = advance(rotation_id, at=now())
        if rotation is None or not rotation.is_running:
            return False
        _rest(rotation.pace, resealed, time.monotonic() - began)
    return True


def advance(rotation_id: int, *, at: datetime) -> tuple[KeyRotation | None, int]:
    """One batch; returns the rotation as it is then (None when it is not to run) and how many values were done."""
    try:
        return _advance(rotation_id, at)
    except CryptoFailure as failure:
        logger.error("key rotation %s stopped: %s", rotation_id, failure)
        return _stop(rotation_id, str(failure), at), 0


@transaction.atomic
def _advance(rotation_id: int, at: datetime) -> tuple[KeyRotation | None, int]:
    rotation = KeyRotation.objects.select_for_update().filter(pk=rotation_id, state=RotationState.RUNNING).first()
    if rotation is None:
        return None, 0
    began, lots = time.monotonic(), data_lots()
    if rotation.total is None:  # counted here, not while somebody waits for the page
        rotation.total = sum(lot.count() for lot in lots)
    batch = _next_batch(rotation, lots)
    if batch is None:
        _end_pass(rotation, at)
    else:
        rotation.done += batch.resealed
    rotation.worked_seconds += max(time.monotonic() - began, _share(rotation.pace, batch))
    rotation.moved_at = at
    rotation.save()
    return rotation, batch.resealed if batch else 0


def _next_batch(rotation: KeyRotation, lots: list[Lot]) -> Batch | None:
    """The next batch of the lot it is at, else of the lots behind; moves the place. None at the end of a pass."""
    names = [lot.name for lot in lots]
    first = names.index(rotation.lot) if rotation.lot in names else 0
    for lot in lots[first:]:
        after = rotation.after if lot.name == rotation.lot else None
        batch = lot.step(after)
        if batch is not None:
            rotation.lot, rotation.after = lot.name, batch.last_key
            return batch
    return None


def _end_pass(rotation: KeyRotation, at: datetime) -> None:
    """Done when nothing is left; rows that others held get another pass."""
    rotation.lot, rotation.after = "", None
    rest = sum(lot.count() for lot in data_lots())
    if not rest:
        change_state(WORKER, rotation, RotationState.DONE, at)
    elif rotation.passes >= MOST_PASSES:
        rotation.failure = f"{rest} values were in use in every one of {MOST_PASSES} passes"
        change_state(WORKER, rotation, RotationState.FAILED, at)
    else:
        rotation.passes += 1
        rotation.total = rotation.done + rest


@transaction.atomic
def _stop(rotation_id: int, failure: str, at: datetime) -> KeyRotation:
    rotation = KeyRotation.objects.select_for_update().get(pk=rotation_id)
    if rotation.is_running:
        rotation.failure = failure
        change_state(WORKER, rotation, RotationState.FAILED, at)
        rotation.save()
    return rotation


def change_state(actor: Actor, rotation: KeyRotation, state: RotationState, at: datetime) -> None:
    """Move to a state and write it down; the caller saves."""
    before, rotation.state, rotation.moved_at = rotation.state, state, at
    if state in (RotationState.DONE, RotationState.CANCELLED):
        rotation.finished_at = at
    changed = RotationChanged(rotation_id=rotation.pk, before=before, after=state, done=rotation.done)
    write(actor, changed, at=at)


def _share(pace: int, batch: Batch | None) -> float:
    """The time a batch takes up at the asked pace."""
    return batch.resealed / pace if batch and pace else 0.0


def _rest(pace: int, resealed: int, taken: float) -> None:
    if pace and resealed / pace > taken:
        time.sleep(resealed / pace - taken)
