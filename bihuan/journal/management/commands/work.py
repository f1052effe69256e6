"""``bihuan work``: the background process; runs jobs and hands journal entries to their consumers until SIGTERM."""

import asyncio
import logging
import os
import signal
import threading

import psycopg
from asgiref.sync import sync_to_async
from django.core.management.base import BaseCommand, CommandParser
from django.db import connections
from procrastinate import PsycopgConnector
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import ConnectorException
from psycopg_pool import PoolTimeout

from bihuan.foundation.jobs import app
from bihuan.journal.actions import consume_forever

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 3
LOST_AFTER_SECONDS = 30
GRACE_SECONDS = 8
CONNECT_SECONDS = 2
AGAIN_SECONDS = 0.5


class Command(BaseCommand):
    help = "Run background jobs and journal consumers until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--concurrency", type=int, default=4, help="jobs at a time (default: 4)")

    def handle(self, *, concurrency: int, **_: object) -> None:
        stop = threading.Event()
        consumers = threading.Thread(target=consume, args=(stop,), name="consumers", daemon=True)
        consumers.start()
        try:
            asyncio.run(run_jobs_forever(concurrency))
        finally:
            stop.set()
            consumers.join(GRACE_SECONDS)


async def run_jobs_forever(concurrency: int) -> None:
    """Run jobs until SIGTERM or SIGINT, through every restart of the database."""
    asked_to_stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, asked_to_stop.set)
    stopping = asyncio.create_task(asked_to_stop.wait())
    while not asked_to_stop.is_set():
        running = asyncio.create_task(run_jobs(concurrency))
        await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
        running.cancel()
        try:
            await running
        except (ConnectorException, psycopg.Error, PoolTimeout) as error:
            logger.warning("job worker: %s; trying again", type(error).__name__)
        except asyncio.CancelledError:
            return
        # The scheduler of periodic jobs uses Django's connection of this thread, and would keep a dead one forever.
        await sync_to_async(connections.close_all)()
        await asyncio.wait({stopping}, timeout=AGAIN_SECONDS)


async def run_jobs(concurrency: int) -> None:
    """Run jobs until cancelled or cut off from the database; running jobs may finish within the grace time.

    The worker fetches through a pool of its own. Tasks keep Django's connection, so that what they defer commits with
    what they write; hence a second app over the same tasks, instead of another connector for the one app.
    """
    connector = PsycopgConnector(
        kwargs=connector_params(), min_size=1, max_size=concurrency + 2, timeout=CONNECT_SECONDS
    )
    worker_app = app.with_connector(connector)
    async with worker_app.open_async():
        await worker_app.run_worker_async(
            concurrency=concurrency,
            install_signal_handlers=False,
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
