"""``bihuan up``: database, web server and workers as one program that starts, watches and stops them together."""

import argparse
import json
import os
import signal
import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path

from bihuan.runtime.children import Child, environment_with
from bihuan.runtime.environment import secret_key, variable_folder
from bihuan.runtime.health import HealthProbe
from bihuan.runtime.ports import ClaimedPort, NoFreePort, claim_port
from bihuan.runtime.postgres import Cluster, ClusterError, started_cluster
from bihuan.runtime.postgres.locks import FileLock

LOOK_SECONDS = 0.1
READY_SECONDS = 180
GRACE_SECONDS = 12


class UpRefused(RuntimeError):
    """The stack cannot be started; the message says why and what to do."""


class Supervisor:
    """The stack on one variable folder. ``run`` returns when it was asked to stop and all is stopped."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.folder = variable_folder()
        self.stopping = threading.Event()
        self.cluster: Cluster | None = None
        self.children: list[Child] = []
        self.address = ""

    def run(self) -> None:
        """Start everything, watch it until a signal asks to stop, stop everything. Raises UpRefused, ClusterError."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        with ExitStack() as held:
            self._claim_folder(held)
            port = self._claim_port(held)
            self.cluster = held.enter_context(started_cluster())
            say(f"database  {self.cluster.folder if self.cluster else 'DATABASE_URL'}")
            held.callback(self._stop_children)
            self._prepare()
            self._serve(port)

    def _serve(self, port: ClaimedPort) -> None:
        if self.stopping.is_set():
            return
        self.children = self._programs(port)
        for child in self.children:
            child.start()
        probe = HealthProbe(port.port, self.options.host)
        give_up_at = time.monotonic() + READY_SECONDS
        ready = False
        while not self.stopping.wait(LOOK_SECONDS):
            self._tend()
            if not ready and probe.is_ready():
                ready = True
                say(f"ready     {self.address}    (Ctrl-C stops)")
            elif not ready and time.monotonic() > give_up_at:
                raise UpRefused(f"Not ready after {READY_SECONDS} seconds: {probe.last_answer}")

    def _programs(self, port: ClaimedPort) -> list[Child]:
        environment = environment_with()
        python = [sys.executable, "-m"]
        place = ["--host", self.options.host, "--port", str(port.port), "--processes", str(self.options.processes)]
        found = [
            Child("web", [*python, "bihuan.runtime.web", *place], environment),
            Child("worker", [*python, "bihuan", "work"], environment),
        ]
        if self.options.simulate:
            found.append(
                Child("simulator", [*python, "bihuan", "simulate", "--rate", self.options.simulate], environment)
            )
        return found

    def _prepare(self) -> None:
        """Bring the database up to date and, for the demo, fill it, before anybody is let in."""
        commands = [["migrate", "--noinput", "--verbosity", "0"]]
        if self.options.demo:
            commands.append(["demo"])
        for command in commands:
            child = Child(command[0], [sys.executable, "-m", "bihuan", *command], environment_with())
            self.children = [child]
            child.start()
            while child.ended() is None and not self.stopping.wait(LOOK_SECONDS):
                continue
            if self.stopping.is_set():
                return
            if child.ended():
                raise UpRefused(f"bihuan {command[0]} failed, see above; nothing was started.")

    def _tend(self) -> None:
        if self.cluster and self.cluster.postmaster() is None and not self.stopping.is_set():
            say("the database server died; starting it again")
            self.cluster.start()
        for child in self.children:
            happened = child.tend()
            if happened:
                say(happened)

    def _stop_children(self) -> None:
        deadline = time.monotonic() + GRACE_SECONDS
        for child in self.children:
            child.ask_to_stop()
        for child in self.children:
            child.stop(deadline - time.monotonic())
        self.children = []

    def _claim_folder(self, held: ExitStack) -> None:
        # The folder for collected static files may stay empty: without it each web process prints a warning.
        (self.folder / "static").mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.folder / "up.lock")
        if not lock.acquire(wait=False):
            where = read_state(self.folder).get("address", "an address it has not told yet")
            raise UpRefused(f"Bihuan already runs on {self.folder}, at {where}. Stop it, or set BIHUAN_VAR to another.")
        held.callback(lock.release)

    def _claim_port(self, held: ExitStack) -> ClaimedPort:
        wanted = self.options.port
        port = claim_port(self.options.host, wanted)
        held.callback(port.release)
        if wanted and port.port != wanted:
            say(f"port {wanted} is taken, using {port.port}")
        shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.options.host, self.options.host)
        self.address = f"http://{shown}:{port.port}"
        os.environ.setdefault("BIHUAN_PUBLIC_URL", self.address)
        os.environ.setdefault("BIHUAN_SECRET_KEY", secret_key())
        state = self.folder / "up.json"
        # Put into place whole: a killed supervisor leaves one behind, and whoever waits for its successor reads on.
        draft = state.with_suffix(".new")
        draft.write_text(json.dumps({"pid": os.getpid(), "address": self.address}), encoding="utf-8")
        draft.replace(state)
        held.callback(state.unlink, missing_ok=True)
        return port

    def _on_signal(self, number: int, _: object) -> None:
        if self.stopping.is_set() and number == signal.SIGINT:
            os._exit(130)
        if not self.stopping.is_set():
            say(f"stopping  ({signal.Signals(number).name})")
        self.stopping.set()


def read_state(folder: Path) -> dict[str, str]:
    """What the running supervisor of a folder tells: its ``pid`` and ``address``; empty when it tells nothing."""
    try:
        return dict(json.loads((folder / "up.json").read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError):
        return {}


def say(sentence: str) -> None:
    """One line for the person at the terminal."""
    print(sentence, flush=True)


def main(arguments: list[str]) -> int:
    """The command line of ``bihuan up``; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="bihuan up", description="Start the database, the web server and the workers."
    )
    parser.add_argument("--host", default=os.environ.get("BIHUAN_LISTEN", "127.0.0.1"), help="address to listen on")
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")), help="first port to try")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="web processes (default: cores)")
    parser.add_argument("--demo", action="store_true", help="fill an empty database with the demo company first")
    parser.add_argument("--simulate", metavar="RATE", help="let simulated customers send cases, RATE per minute")
    options = parser.parse_args(arguments)
    try:
        Supervisor(options).run()
    except (UpRefused, ClusterError, NoFreePort) as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return 0
