"""The web server process: granian with one process per core, each dying with its parent."""

import argparse
import atexit
import multiprocessing
import os
from importlib import import_module
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from bihuan.runtime import lifeline

TARGET = "bihuan.asgi:application"
GRACE_SECONDS = 5


def load_application(target: str) -> Any:
    """Import the application inside a web process."""
    # Registered first, so run last: the server's own threads abort the process when they meet a closing interpreter.
    atexit.register(os._exit, 0)
    lifeline.follow_parent_process()
    module, _, name = target.partition(":")
    return getattr(import_module(module), name)


def main() -> None:
    """Serve until SIGTERM; open live streams are cut after a few seconds."""
    parser = argparse.ArgumentParser(prog="bihuan.runtime.web")
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--processes", type=int, required=True)
    options = parser.parse_args()
    lifeline.follow_supervisor()
    multiprocessing.set_start_method("spawn")
    Granian(
        TARGET,
        address=options.host,
        port=options.port,
        interface=Interfaces.ASGINL,
        workers=options.processes,
        respawn_failed_workers=True,
        workers_kill_timeout=GRACE_SECONDS,
        websockets=False,
        log_level=LogLevels.warning,
    ).serve(target_loader=load_application)


if __name__ == "__main__":
    main()
