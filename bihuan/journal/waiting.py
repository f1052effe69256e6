"""The loop of a worker that consumes: woken by NOTIFY, looking anyway every half second."""

import logging
import threading
from collections import deque

import psycopg
from django.db import InterfaceError, OperationalError, connections
from psycopg import sql

from bihuan.foundation.actor import Actor
from bihuan.foundation.moment import now
from bihuan.journal import consuming
from bihuan.journal.rebasing import rebase
from bihuan.journal.registry import consumers
from bihuan.journal.wire import CHANNEL, direct_connection

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.5
AGAIN_SECONDS = 1.0
# What is committed within this time is handed out together: a round for each entry costs as much as the entry itself.
GATHER_SECONDS = 0.05


def consume_forever(stop: threading.Event) -> None:
    """Hand out entries as they are committed until ``stop`` is set; outlives a restart of the database."""
    while not stop.is_set():
        try:
            rebase(actor=Actor.system("journal"), at=now())
            _consume_while_connected(stop)
        except (psycopg.OperationalError, psycopg.InterfaceError, OperationalError, InterfaceError) as error:
            logger.warning("journal consumers: %s; trying again", type(error).__name__)
            connections.close_all()
            stop.wait(AGAIN_SECONDS)
    connections.close_all()


def _consume_while_connected(stop: threading.Event) -> None:
    with psycopg.connect(**direct_connection("consumers")) as listening:
        listening.execute(sql.SQL("LISTEN {}").format(sql.Identifier(CHANNEL)))
        while not stop.is_set():
            if consuming.hand_round(list(consumers().values())) is None:
                deque(listening.notifies(timeout=POLL_SECONDS, stop_after=1), maxlen=0)
            else:
                stop.wait(GATHER_SECONDS)
