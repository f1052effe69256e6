"""``bihuan work``: the background process; runs jobs and hands journal entries to their consumers until SIGTERM."""

import asyncio
import logging
import os
import signal
import threading

from django.core.management.base import BaseCommand, CommandParser
from procrastinate import PsycopgConnector
from procrastinate.contrib.django.utils import connector_params

from bihuan.foundation.jobs import app
from bihuan.journal.actions import consume_forever

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 3
LOST_AFTER_SECONDS = 30
GRACE_SECONDS = 8


class Command(BaseCommand):
    help = "Run background jobs and journal consumers until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--concurrency", type=int, default=4, help="jobs at a time (default: 4)")

    def handle(self, *, concurrency: int, **_: object) -> None:
        stop = threading.Event()
        consumers = threading.Thread(target=consume, args=(stop,), name="consumers", daemon=True)
        consumers.start()
        try:
            asyncio.run(run_jobs(concurrency))
        finally:
            stop.set()
            consumers.join(GRACE_SECONDS)


async def run_jobs(concurrency: int) -> None:
    """Run jobs until SIGTERM or SIGINT; running jobs may finish within the grace time.

    The worker fetches through a pool of its own. Tasks keep Django's connection, so that what they defer commits with
    what they write; hence a second app over the same tasks, instead of another connector for the one app.
    """
    connector = PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=concurrency + 2, timeout=5)
    worker_app = app.with_connector(connector)
    async with worker_app.open_async():
        await worker_app.run_worker_async(
            concurrency=concurrency,
            shutdown_graceful_timeout=GRACE_SECONDS,
            update_heartbeat_interval=HEARTBEAT_SECONDS,
            stalled_worker_timeout=LOST_AFTER_SECONDS,
        )


def consume(stop: threading.Event) -> None:
    """Hand out journal entries; a failure that this cannot survive ends the process, which is then started anew."""
    try:
        consume_forever(stop)
    except Exception:
        logger.exception("The journal consumers stopped")
        os.kill(os.getpid(), signal.SIGTERM)
