"""The jobs of the ground floor; importing ``jobs`` declares those that look after the queue itself."""

import logging

from bihuan.foundation import files
from bihuan.foundation.jobs import app
from bihuan.foundation.moment import now

logger = logging.getLogger(__name__)


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="foundation.sweep_files")
def sweep_files(timestamp: int) -> None:
    """Remove uploads nobody used and bytes without a row."""
    found = files.sweep(at=now())
    if found.missing:
        logger.error("%s stored files have no bytes: bihuan files sweep names them", len(found.missing))
