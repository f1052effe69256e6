"""What retention does by itself."""

from bihuan.foundation.jobs import app
from bihuan.foundation.moment import now
from bihuan.retention.actions import remove_last_addresses


@app.periodic(cron="13 * * * *")
@app.task(queueing_lock="retention.empty_addresses")
def empty_addresses(timestamp: int) -> None:
    """Remove what was kept of erased customers for a last mail."""
    remove_last_addresses(at=now())
