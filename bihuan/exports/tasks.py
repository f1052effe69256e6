"""The jobs of exports: writing a file, and removing files nobody may fetch any more."""

from procrastinate import RetryStrategy

from bihuan.exports.actions import remove_old_exports
from bihuan.exports.running import run
from bihuan.foundation.jobs import app
from bihuan.foundation.moment import now


@app.task(retry=RetryStrategy(max_attempts=5, wait=15))
def run_export(export_id: int) -> None:
    """Write the file of an export; a refusal ends it, a database that is away is waited for."""
    run(export_id)


@app.periodic(cron="29 * * * *")
@app.task(queueing_lock="exports.remove_exports")
def remove_exports(timestamp: int) -> None:
    """Delete the files of expired and cancelled exports."""
    remove_old_exports(at=now())
