"""The job of a rotation. It works in slices, so that a restart of the worker never waits for it."""

from bihuan.foundation.jobs import app
from bihuan.foundation.moment import now
from bihuan.safekeeping.rotating import work
from bihuan.safekeeping.wakening import queue_rotation, wake_rotation

SLICE_SECONDS = 5.0


@app.task(name="bihuan.safekeeping.tasks.rotate_keys")
def rotate_keys(rotation_id: int) -> None:
    """Work for a slice, then queue the next one."""
    if work(rotation_id, seconds=SLICE_SECONDS):
        queue_rotation(rotation_id)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="safekeeping.wake_rotation")
def wake_silent_rotation(timestamp: int) -> None:
    """Go on with a rotation whose worker was killed between two slices."""
    wake_rotation(at=now())
