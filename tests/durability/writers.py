"""Clients that write without pause and remember what was acknowledged, through every kind of failure."""

import threading
import uuid
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Self

import psycopg

Write = Callable[[str], None]
"""Store one row under the given key. Returning is the acknowledgement. Must not store a key twice."""


class Writers:
    """Threads that store rows with fresh keys; a write that failed is tried again with its key, until acknowledged.

    ``open_writer`` gives each thread its own way of writing.
    """

    def __init__(self, open_writer: Callable[[], AbstractContextManager[Write]], *, number: int = 8) -> None:
        self._open_writer = open_writer
        self._stop = threading.Event()
        self._acknowledged: list[list[str]] = [[] for _ in range(number)]
        self._threads = [threading.Thread(target=self._work, args=(kept,)) for kept in self._acknowledged]
        self.failures: Counter[str] = Counter()

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Let every thread finish the row it is at."""
        self._stop.set()
        for thread in self._threads:
            thread.join()

    @property
    def acknowledged(self) -> list[str]:
        return [key for kept in self._acknowledged for key in kept]

    def _work(self, kept: list[str]) -> None:
        with self._open_writer() as write:
            while not self._stop.is_set():
                key = str(uuid.uuid4())
                while not self._acknowledges(write, key):
                    self._stop.wait(0.05)
                kept.append(key)

    def _acknowledges(self, write: Write, key: str) -> bool:
        try:
            write(key)
        except (OSError, psycopg.Error) as error:
            self.failures[type(error).__name__] += 1
            return False
        return True


class RowWriter:
    """Writes single rows to the table ``written``, one durable transaction each, on a connection of its own.

    The table has no unique key: after a failure the writer looks whether its row arrived before it repeats it.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: psycopg.Connection[tuple[object, ...]] | None = None
        self._uncertain = ""

    def __enter__(self) -> Write:
        return self._write

    def __exit__(self, *_: object) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _write(self, key: str) -> None:
        if self._connection is None:
            self._connection = psycopg.connect(self._url, autocommit=True, connect_timeout=5)
        try:
            find = "SELECT FROM written WHERE key = %s"
            if key != self._uncertain or not self._connection.execute(find, [key]).rowcount:
                self._uncertain = key
                self._connection.execute("INSERT INTO written VALUES (%s)", [key])
        except psycopg.Error:
            self.__exit__()
            raise
