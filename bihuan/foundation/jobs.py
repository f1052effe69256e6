"""Background jobs: PostgreSQL is the queue, so a job deferred inside a transaction exists if and only if it commits.

A module declares its jobs in ``tasks.py`` with ``app.task`` and calls ``some_task.defer(...)`` from its actions. Tasks
are named after their module; arguments are ids and scalars, never personal data.
"""

import logging

from procrastinate import JobContext
from procrastinate.contrib.django import app

__all__ = ["app"]

logger = logging.getLogger(__name__)

KEEP_HOURS = 72


@app.periodic(cron="41 2 * * *")
@app.task(queueing_lock="foundation.remove_old_jobs", pass_context=True)
async def remove_old_jobs(context: JobContext, timestamp: int) -> None:
    """Forget jobs that ended well some days ago; failed ones stay until somebody has looked at them."""
    await context.app.job_manager.delete_old_jobs(nb_hours=KEEP_HOURS)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="foundation.resume_stalled_jobs", pass_context=True)
async def resume_stalled_jobs(context: JobContext, timestamp: int) -> None:
    """Queue the jobs of killed workers again: jobs are idempotent, so starting one twice does no harm."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        logger.warning("job %s (%s) lost its worker and starts again", job.id, job.task_name)
        await manager.retry_job(job)
