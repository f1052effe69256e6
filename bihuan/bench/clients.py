"""Clients that ask over HTTP, each on a connection of its own, as fast as they are answered."""

import http.client
import json
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

TIMEOUT_SECONDS = 60


class WrongAnswer(RuntimeError):
    """The product answered something else than it should; a benchmark of errors is worth nothing."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One request; a ``body`` makes it a POST of JSON."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any] | None = None
    status: int = 200


@dataclass(slots=True)
class Sample:
    """What was measured: seconds of each answer, and how long all took."""

    seconds: list[float] = field(default_factory=list)
    wall_seconds: float = 0.0

    def add(self, other: "Sample") -> None:
        """Take in what another round measured."""
        self.seconds += other.seconds
        self.wall_seconds += other.wall_seconds

    @property
    def per_second(self) -> float:
        return len(self.seconds) / self.wall_seconds if self.wall_seconds else 0.0

    def percentile_ms(self, percent: float) -> float:
        """Milliseconds within which so many per cent were answered (nearest rank)."""
        ranked = sorted(self.seconds)
        return ranked[min(len(ranked) - 1, int(len(ranked) * percent / 100))] * 1000 if ranked else 0.0


class Client:
    """One connection that is kept open."""

    def __init__(self, host: str, port: int) -> None:
        self.connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_SECONDS)

    def send(self, ask: Ask) -> None:
        """Ask and read the whole answer. Raises WrongAnswer."""
        content = json.dumps(ask.body).encode() if ask.body is not None else None
        headers = ask.headers | ({"Content-Type": "application/json"} if content else {})
        self.connection.request("POST" if content else "GET", ask.path, content, headers)
        answer = self.connection.getresponse()
        words = answer.read()
        if answer.status != ask.status:
            raise WrongAnswer(f"{ask.path}: {answer.status} instead of {ask.status}: {words[:300]!r}")

    def close(self) -> None:
        self.connection.close()


def drive(works: Sequence[Callable[[int], None]], *, seconds: float, at_most: int = 1_000_000) -> Sample:
    """Let each worker do one thing after the other for so long; ``work(n)`` does the n-th thing of all."""
    numbers, sample, failures = count(), Sample(), list[BaseException]()
    begin = time.perf_counter()

    def run(work: Callable[[int], None]) -> None:
        try:
            while time.perf_counter() - begin < seconds and (number := next(numbers)) < at_most:
                started = time.perf_counter()
                work(number)
                sample.seconds.append(time.perf_counter() - started)
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sample.wall_seconds = time.perf_counter() - begin
    if failures:
        raise failures[0]
    return sample
