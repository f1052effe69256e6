"""Periodic jobs of the journal."""

import logging

from bihuan.foundation.jobs import app
from bihuan.foundation.moment import now
from bihuan.journal.actions import ensure_ahead, seal_closed_range

logger = logging.getLogger(__name__)


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="journal.seal", pass_context=False)
def seal_journal(timestamp: int) -> None:
    """Seal what was closed since the last time; the log keeps the head of the chain outside of the database."""
    seals = list(seal_closed_range(at=now()))
    if seals:
        head = seals[-1]
        logger.info("journal sealed up to %s, head %s:%s", head.until, head.number, bytes(head.hash).hex())


@app.periodic(cron="17 3 * * *")
@app.task(queueing_lock="journal.partitions", pass_context=False)
def prepare_journal_months(timestamp: int) -> None:
    """Make the partitions of the coming months."""
    for name in ensure_ahead(now()):
        logger.info("journal partition %s is ready", name)
