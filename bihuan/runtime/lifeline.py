"""No process outlives the one it works for, even when that one is killed: the kernel closes the pipe between them."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable

FLAG = "BIHUAN_LIFELINE"


def follow_supervisor() -> None:
    """In a child of the supervisor: die when standard input, whose other end the supervisor holds, is closed.

    Does nothing in programs that the supervisor did not start.
    """
    if os.environ.pop(FLAG, None):
        _die_after(_input_closed)


def follow_parent_process() -> None:
    """In a process started by ``multiprocessing``: die with the process that started it."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        _die_after(parent.join)


def _input_closed() -> None:
    while os.read(0, 1024):
        pass


def _die_after(wait: Callable[[], None]) -> None:
    def watch() -> None:
        wait()
        os.kill(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, name="lifeline", daemon=True).start()
