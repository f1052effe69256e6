"""The product as it runs: a cluster of its own, filled once, and ``bihuan up`` on top of it. No Django here."""

import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bihuan.runtime.postgres import Cluster
from bihuan.runtime.supervisor import read_state

STOP_SECONDS = 60
DESCRIPTION = "bench.json"


class BenchFailed(RuntimeError):
    """The benchmark cannot go on; the message says why."""


@contextmanager
def variable_folder(given: Path | None) -> Iterator[Path]:
    """The folder of the benchmark: the given one stays, a throwaway one goes."""
    if given is not None:
        given.mkdir(parents=True, exist_ok=True)
        yield given.resolve()
        return
    folder = Path(tempfile.mkdtemp(prefix="bihuan-bench-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Site:
    """One database on the benchmark's server, with the folder of its keys and files."""

    name: str
    folder: Path
    url: str
    secret: str

    @property
    def environment(self) -> dict[str, str]:
        """What its programs are started with; sessions last as long as the benchmark."""
        own = {"BIHUAN_VAR": str(self.folder), "DATABASE_URL": self.url, "BIHUAN_IDLE_SECONDS": "43200"}
        return os.environ | own | {"BIHUAN_SECRET_KEY": self.secret, "PYTHONUNBUFFERED": "1"}


@contextmanager
def started_cluster(folder: Path) -> Iterator[Cluster]:
    """The benchmark's own server, with the settings of production."""
    cluster = Cluster(folder / "postgres")
    cluster.start()
    try:
        yield cluster
    finally:
        cluster.leave()


def site_on(cluster: Cluster, folder: Path, name: str) -> Site:
    """A database with this name on the server, made when it is missing."""
    cluster.create_database(name)
    place = folder / name
    (place / "static").mkdir(parents=True, exist_ok=True)
    kept = place / "secret"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(50))
    return Site(name, place, cluster.url(name), kept.read_text())


def filled(site: Site, cases: int, customers: int) -> dict[str, Any]:
    """Fill the database unless an earlier run did; returns who asks for what."""
    place = site.folder / DESCRIPTION
    if not place.exists():
        run_command(site, "migrate", "--noinput", "--verbosity", "0")
        numbers = ["--cases", str(cases), "--customers", str(customers)]
        run_command(site, "bench_fill", *numbers, "--describe", str(place))
    return dict(json.loads(place.read_text(encoding="utf-8")))


@contextmanager
def running_product(site: Site) -> Iterator[tuple[str, int]]:
    """``bihuan up`` with its web processes and worker; yields host and port once it is ready."""
    with (site.folder / "up.log").open("w") as log:
        command = [sys.executable, "-m", "bihuan", "up", "--port", "0"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=site.environment)
        try:
            _wait_until_ready(process, site)
            address = urlsplit(read_state(site.folder)["address"])
            yield address.hostname or "127.0.0.1", address.port or 0
        finally:
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def run_command(site: Site, *words: str) -> str:
    """What ``bihuan`` with these words prints. Raises BenchFailed."""
    done = subprocess.run(
        [sys.executable, "-m", "bihuan", *words], env=site.environment, stdout=subprocess.PIPE, text=True
    )
    if done.returncode:
        raise BenchFailed(f"bihuan {words[0]} ended with {done.returncode}, see above")
    return done.stdout


def _wait_until_ready(process: "subprocess.Popen[str]", site: Site) -> None:
    assert process.stdout is not None
    for line in process.stdout:  # ends with the process, which gives up by itself
        if line.startswith("ready"):
            return
    log = (site.folder / "up.log").read_text(errors="replace")
    raise BenchFailed(f"bihuan up did not become ready:\n{log[-2000:]}")
