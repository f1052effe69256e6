"""What retention does by itself."""

from procrastinate import RetryStrategy

from bihuan.foundation.jobs import app
from bihuan.foundation.moment import now
from bihuan.retention.actions import remove_batch, remove_last_addresses


@app.periodic(cron="13 * * * *")
@app.task(queueing_lock="retention.empty_addresses")
def empty_addresses(timestamp: int) -> None:
    """Remove what was kept of erased customers for a last mail."""
    remove_last_addresses(at=now())


@app.task(retry=RetryStrategy(max_attempts=5, wait=15))
def carry_out(purge_id: int) -> None:
    """Remove what an approved purge means, batch after batch; started again it goes on where it stopped."""
    while remove_batch(purge_id=purge_id, at=now()):
        continue
