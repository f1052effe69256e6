"""The jobs of the ground floor; importing ``jobs`` declares those that look after the queue itself."""

import logging

from procrastinate import RetryStrategy

from bihuan.foundation import files
from bihuan.foundation.exports.actions import sweep_exports
from bihuan.foundation.exports.running import run
from bihuan.foundation.jobs import app
from bihuan.foundation.moment import now

logger = logging.getLogger(__name__)


@app.task(retry=RetryStrategy(max_attempts=5, wait=15))
def run_export(export_id: int) -> None:
    """Write the file of an export; a refusal ends it, a database that is away is waited for."""
    run(export_id)


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="foundation.sweep_files")
def sweep_files(timestamp: int) -> None:
    """Remove uploads nobody used and bytes without a row."""
    found = files.sweep(at=now())
    if found.missing:
        logger.error("%s stored files have no bytes: bihuan files sweep names them", len(found.missing))


@app.periodic(cron="29 * * * *")
@app.task(queueing_lock="foundation.remove_old_exports")
def remove_old_exports(timestamp: int) -> None:
    """Delete the files of expired and cancelled exports."""
    sweep_exports(at=now())
