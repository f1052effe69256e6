"""Tells other processes that entries were committed, off the request path.

NOTIFY inside a business transaction would make commits queue behind each other. A commit therefore only sets a flag;
one thread per process turns any number of flags into one NOTIFY on a connection of its own. The message is empty:
readers look into the journal by position, so a lost or doubled message costs at most their next poll.
"""

import atexit
import logging
import os
import threading
from typing import Any

import psycopg

from bihuan.journal.wire import CHANNEL, direct_connection

logger = logging.getLogger(__name__)

IDLE_SECONDS = 5.0  # a process that has written nothing for so long gives its connection back
GATHER_SECONDS = 0.002  # commits within this time share one message
LAST_WORD_SECONDS = 2.0


class Notifier:
    """The flag and its thread; the thread starts with the first commit and ends when nothing happens."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Begin anew without a thread: at the start, and in the child of a fork."""
        self._lock = threading.Lock()
        self._due = threading.Event()
        self._leaving = threading.Event()
        self._thread: threading.Thread | None = None

    def nudge(self) -> None:
        """Say that something was committed; costs a flag."""
        self._due.set()
        if self._thread is None:
            self._start()

    def stop(self) -> None:
        """Send what is due and close the connection; a later nudge starts again."""
        thread = self._thread
        if thread is not None:
            self._leaving.set()
            self._due.set()
            thread.join(LAST_WORD_SECONDS)

    def _start(self) -> None:
        with self._lock:
            if self._thread is None:
                self._leaving.clear()
                self._thread = threading.Thread(target=self._run, name="journal-notifier", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        try:
            with psycopg.connect(**direct_connection("notifier")) as connection:
                self._notify(connection)
        except psycopg.Error as error:
            self._thread = None
            level = logging.DEBUG if self._leaving.is_set() else logging.WARNING
            logger.log(level, "journal notifier: %s; readers poll until the next commit", type(error).__name__)

    def _notify(self, connection: psycopg.Connection[Any]) -> None:
        """One notification for all that was nudged in a short while, until nothing comes for long."""
        connection.execute("SET synchronous_commit = off")
        while self._due.wait(IDLE_SECONDS) or not self._may_end():
            self._leaving.wait(GATHER_SECONDS)
            self._due.clear()
            connection.execute(f"NOTIFY {CHANNEL}")
            if self._leaving.is_set() and self._may_end():
                break

    def _may_end(self) -> bool:
        """Step down, unless somebody nudged just before: they saw a thread and rely on it."""
        with self._lock:
            myself, self._thread = self._thread, None
            if self._due.is_set():
                self._thread = myself
            return self._thread is None


notifier = Notifier()
atexit.register(notifier.stop)
os.register_at_fork(after_in_child=notifier.reset)
