"""A program that uses an embedded cluster: joins, says so on standard output, leaves when its input is closed."""

import json
import os
import subprocess
import sys
from pathlib import Path

from bihuan.runtime.postgres import Cluster
from bihuan.runtime.postgres.settings import throwaway_settings

ROOT = Path(__file__).resolve().parents[3]


class Guest:
    """A child process running this file."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bihuan.runtime.tests.guest", str(folder)],
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def joined(self) -> dict[str, object]:
        """Wait until the child uses the server; its URL and the server's process id."""
        assert self.process.stdout
        return dict(json.loads(self.process.stdout.readline()))

    def leave(self) -> None:
        """Let the child leave in order."""
        self.process.communicate()

    def kill(self) -> None:
        """kill -9, as when memory runs out."""
        self.process.kill()
        self.process.communicate()


def main() -> None:
    cluster = Cluster(Path(sys.argv[1]))
    cluster.start(throwaway_settings())
    server = cluster.postmaster()
    print(json.dumps({"url": cluster.url(), "pid": server.pid if server else None}), flush=True)
    sys.stdin.read()
    cluster.leave()


if __name__ == "__main__":
    main()
