"""Putting a rotation into the queue, once however many ask for it."""

from datetime import datetime

from django.db import transaction
from procrastinate.exceptions import AlreadyEnqueued

from bihuan.foundation.jobs import app
from bihuan.safekeeping.models import KeyRotation

TASK = "bihuan.safekeeping.tasks.rotate_keys"
SILENT_SECONDS = 60


def queue_rotation(rotation_id: int) -> None:
    """Queue the next slice; it waits in line behind a slice that runs."""
    name = f"safekeeping.rotation-{rotation_id}"
    try:
        with transaction.atomic():  # the queue says no by failing the statement: only that is undone
            app.configure_task(TASK, lock=name, queueing_lock=name).defer(rotation_id=rotation_id)
    except AlreadyEnqueued:
        return


def wake_rotation(*, at: datetime) -> None:
    """Queue the running rotation again when nothing has moved for a while."""
    rotation = KeyRotation.objects.unfinished().first()
    if rotation is not None and rotation.is_silent(at, SILENT_SECONDS):
        queue_rotation(rotation.pk)
