"""The whole product as separate processes, started by ``bihuan up`` on a folder of its own: to use, and to kill."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

from bihuan.runtime.health import HealthProbe
from bihuan.runtime.postgres import Cluster
from tests.waiting import wait_until

ROOT = Path(__file__).resolve().parents[1]
NOT_INHERITED = {"DATABASE_URL", "BIHUAN_VAR", "PORT", "PYTEST_CURRENT_TEST", "BIHUAN_PUBLIC_URL", "BIHUAN_SECRET_KEY"}
READY_SECONDS = 300  # migrations of an empty database on a machine that does other things too


class Stack:
    """One running product. Use as a context manager; what it prints is kept in ``up.log`` of its folder.

    ``folder`` is the BIHUAN_VAR of the stack and must be reachable for other users than root. There is one web process;
    ``arguments=["--processes", "4"]`` asks for more.
    """

    def __init__(
        self, folder: Path, *, arguments: Sequence[str] = (), environment: Mapping[str, str] | None = None
    ) -> None:
        self.folder = folder
        self.cluster = Cluster(folder / "postgres")
        self._command = [sys.executable, "-m", "bihuan", "up", "--processes", "1", *arguments]
        inherited = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
        self._environment = {**inherited, "BIHUAN_VAR": str(folder), "PORT": "0", **(environment or {})}
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start ``bihuan up`` and wait until ``/healthz`` answers 200."""
        with (self.folder / "up.log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command, cwd=ROOT, env=self._environment, stdout=log, stderr=subprocess.STDOUT
            )
        try:
            wait_until(self._told_ready, seconds=READY_SECONDS, describe=self.output)
        except BaseException:
            self.stop()
            raise

    def run(self, *command: str) -> str:
        """Run a Python module beside the stack, on its database and folder; what it printed."""
        program = self.start_program(*command)
        printed, errors = program.communicate()
        assert program.returncode == 0, (printed + errors).decode()
        return printed.decode()

    def start_program(self, *command: str) -> "subprocess.Popen[bytes]":
        """Start a Python module beside the stack, on its database and folder."""
        environment = self._environment | {"DATABASE_URL": self.database_url}
        words, pipe = [sys.executable, "-m", *command], subprocess.PIPE
        return subprocess.Popen(words, cwd=ROOT, env=environment, stdin=pipe, stdout=pipe, stderr=pipe)

    def stop(self) -> int:
        """Stop in order, as Ctrl-C does; the exit code. A stack whose supervisor was killed is cleaned up."""
        code = 0
        if self._process is not None:
            if self._process.poll() is None:
                self._process.send_signal(signal.SIGINT)
            code = self._process.wait(60)
            self._process = None
        self.cluster.stop()
        return code

    @property
    def address(self) -> str:
        """Where the web server listens, ``http://127.0.0.1:…``."""
        return str(json.loads((self.folder / "up.json").read_text(encoding="utf-8"))["address"])

    @property
    def database_url(self) -> str:
        return self.cluster.url()

    def output(self) -> str:
        """What the stack has printed, all starts together."""
        return (self.folder / "up.log").read_text(errors="replace")

    def pids(self) -> dict[str, list[int]]:
        """Process ids by part.

        ``supervisor``, ``web`` (the parent), ``web-process``, ``worker``, ``postgres`` (the parent), ``backend`` (its
        children: connections, checkpointer, writers).
        """
        parts = ("supervisor", "web", "web-process", "worker", "postgres", "backend")
        found: dict[str, list[int]] = {part: [] for part in parts}
        server = self.cluster.postmaster()
        if server:
            found["postgres"].append(server.pid)
            found["backend"] = _children(server.pid)
        if self._process is None or self._process.poll() is not None:
            return found
        found["supervisor"].append(self._process.pid)
        for child in psutil.Process(self._process.pid).children():
            command = _command(child)
            if "bihuan.runtime.web" in command:
                found["web"].append(child.pid)
                found["web-process"] += [grandchild.pid for grandchild in child.children() if _is_server(grandchild)]
            elif "work" in command:
                found["worker"].append(child.pid)
        return found

    def kill(self, part: str) -> list[int]:
        """kill -9 every process of a part; the process ids that were killed."""
        pids = self.pids()[part]
        assert pids, f"{part} does not run"
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):  # a connection that was just closed
                os.kill(pid, signal.SIGKILL)
        if part == "supervisor" and self._process is not None:
            self._process.wait()
        return pids

    def wait_for_replacement(self, part: str, killed: Sequence[int], *, seconds: float = 60) -> None:
        """Wait until other processes have taken the place of killed ones and all is ready again."""

        def replaced() -> bool:
            now = self.pids()[part]
            return bool(now) and not set(now) & set(killed) and self.is_ready()

        wait_until(replaced, seconds=seconds, describe=self.output)

    def is_ready(self) -> bool:
        """True when ``/healthz`` answers 200."""
        host, _, port = self.address.removeprefix("http://").rpartition(":")
        return HealthProbe(int(port), host).is_ready()

    def _told_ready(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, f"bihuan up ended with code {self._process.returncode}:\n{self.output()}"
        return (self.folder / "up.json").exists() and self.is_ready()


def _is_server(process: psutil.Process) -> bool:
    """Beside its servers, a web parent has a helper process of Python's multiprocessing."""
    return any("spawn_main" in part for part in _command(process))


def _children(pid: int) -> list[int]:
    """The children of a process; none when it has died meanwhile."""
    try:
        return [child.pid for child in psutil.Process(pid).children()]
    except psutil.NoSuchProcess:
        return []


def _command(process: psutil.Process) -> list[str]:
    """The command line of a process; empty when it has died meanwhile."""
    try:
        found: list[str] = process.cmdline()
    except psutil.Error:
        return []
    return found
