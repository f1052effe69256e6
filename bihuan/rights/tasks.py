"""The jobs of the rights desk: writing copies, removing old ones."""

from procrastinate import RetryStrategy

from bihuan.foundation.jobs import app
from bihuan.foundation.moment import now
from bihuan.rights.actions import remove_old_copies, write_copy


@app.task(retry=RetryStrategy(max_attempts=5, wait=15))
def write_copy_of(request_id: int) -> None:
    """Write the copy a customer asked for."""
    write_copy(request_id=request_id, at=now())


@app.periodic(cron="43 * * * *")
@app.task(queueing_lock="rights.remove_copies")
def remove_copies(timestamp: int) -> None:
    """Remove copies whose days are over."""
    remove_old_copies(at=now())
