"""Clients that write without end and remember what was acknowledged, through every kind of failure."""

import http.client
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol, Self

from tests.waiting import NEVER

Write = Callable[[str], None]
"""Store one thing under the given key. Returning is the acknowledgement. Must not store a key twice."""


class Writer(AbstractContextManager[Write], Protocol):
    """One way of writing, and the seconds its user takes between two things."""

    pause: float


class NotAcknowledged(Exception):
    """The other side is there and says that it could not do it now."""


RETRY_SECONDS = 0.2
FAILURES = (OSError, http.client.HTTPException, NotAcknowledged)


class Writers:
    """One thread for each writer. A write that failed is tried again with its key, until it is acknowledged.

    Any other failure than those of a connection ends the writer, and is raised by ``stop``.
    """

    def __init__(self, writers: Sequence[Writer]) -> None:
        self._stop = threading.Event()
        self._writers = list(writers)
        self._acknowledged: list[list[str]] = [[] for _ in writers]
        self._threads = [
            threading.Thread(target=self._work, args=pair) for pair in zip(writers, self._acknowledged, strict=True)
        ]
        self._broken: list[Exception] = []
        self._has_failed = False
        self.failures: Counter[str] = Counter()

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._has_failed = kind is not None
        self.stop()

    def stop(self) -> None:
        """Let every thread finish what it is at; when all has failed, nobody waits for an acknowledgement any more."""
        self._stop.set()
        for thread in self._threads:
            thread.join()
        if self._broken:
            raise self._broken[0]

    def acknowledged_by(self, writer: Writer) -> list[str]:
        """The keys of one writer that were acknowledged. Raises what broke any writer."""
        if self._broken:
            raise self._broken[0]
        return self._acknowledged[self._writers.index(writer)]

    def _work(self, writer: Writer, kept: list[str]) -> None:
        try:
            with writer as write:
                while not self._stop.wait(writer.pause if kept else 0):
                    kept.append(self._store_one(write))
        except Exception as error:
            self._broken.append(error)

    def _store_one(self, write: Write) -> str:
        """The key of something that was acknowledged in the end, or given up when all has failed."""
        key = str(uuid.uuid4())
        while not self._acknowledges(write, key) and not self._has_failed:
            NEVER.wait(RETRY_SECONDS)
        return key

    def _acknowledges(self, write: Write, key: str) -> bool:
        try:
            write(key)
        except FAILURES as error:
            self.failures[type(error).__name__] += 1
            return False
        return True
