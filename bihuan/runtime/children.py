"""Child processes that are started again when they die, and end with the supervisor whatever happens to it."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence

from bihuan.runtime import lifeline

SHORTEST_PAUSE = 0.1
LONGEST_PAUSE = 5.0
STEADY_SECONDS = 10.0


class Child:
    """One program of the stack. A child that dies at once after each start is started less and less often:

    ``next_pause`` is how many seconds its next death will be mourned.
    """

    def __init__(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self.name = name
        self.command = list(command)
        self.environment = {**environment, lifeline.FLAG: "1"}
        self._process: subprocess.Popen[bytes] | None = None
        self._started_at = 0.0
        self.next_pause = SHORTEST_PAUSE
        self._start_again_at = 0.0

    def start(self) -> None:
        """Start the program; its standard input is the pipe that tells it when we are gone.

        A session of its own keeps Ctrl-C at the terminal with the supervisor, which stops children in order.
        """
        self._process = subprocess.Popen(
            self.command, env=self.environment, stdin=subprocess.PIPE, start_new_session=True
        )
        self._started_at = time.monotonic()

    def tend(self) -> str | None:
        """Start the program again when it has died and its pause is over; a sentence when something happened."""
        if self._process is not None:
            code = self._process.poll()
            if code is None:
                return None
            return self._bury(code)
        if time.monotonic() >= self._start_again_at:
            self.start()
        return None

    def ended(self) -> int | None:
        """The return code of a program that has ended, None while it runs."""
        return self._process.poll() if self._process else None

    def ask_to_stop(self) -> None:
        """SIGTERM: finish what you are doing."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)

    def stop(self, patience: float) -> None:
        """Wait for a child that was asked to stop; kill it when ``patience`` seconds are over."""
        if self._process is None:
            return
        try:
            self._process.wait(max(0.0, patience))
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._close()

    def _bury(self, code: int) -> str:
        if time.monotonic() - self._started_at > STEADY_SECONDS:
            self.next_pause = SHORTEST_PAUSE
        self._start_again_at = time.monotonic() + self.next_pause
        self.next_pause = min(self.next_pause * 2, LONGEST_PAUSE)
        self._close()
        how = f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"
        return f"{self.name} {how}; starting it again"

    def _close(self) -> None:
        if self._process is not None and self._process.stdin is not None:
            self._process.stdin.close()
        self._process = None


def environment_with(**values: str) -> dict[str, str]:
    """Our own environment with some values added; a child's output is written line by line."""
    return {**os.environ, "PYTHONUNBUFFERED": "1", **values}
