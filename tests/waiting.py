"""Waiting for something that other processes do: look often, give up late, then say what was seen."""

import threading
import time
from collections.abc import Callable

LOOK_SECONDS = 0.05
NEVER = threading.Event()


def wait_until(
    condition: Callable[[], bool], *, seconds: float = 30, describe: Callable[[], str] = lambda: ""
) -> float:
    """Look until ``condition`` holds and tell how many seconds that took; fails with ``describe()`` in the end."""
    started = time.monotonic()
    while not condition():
        elapsed = time.monotonic() - started
        assert elapsed < seconds, f"not so after {seconds:.0f} seconds. {describe()}"
        NEVER.wait(LOOK_SECONDS)
    return time.monotonic() - started
