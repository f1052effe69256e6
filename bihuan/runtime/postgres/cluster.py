"""One embedded PostgreSQL server on one folder, shared by all programs that use it and stopped by the last one."""

import shutil
import time
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from bihuan.runtime.postgres.account import Account, account_for
from bihuan.runtime.postgres.binaries import copy_programs, installed_programs
from bihuan.runtime.postgres.errors import ClusterError
from bihuan.runtime.postgres.folders import SOCKET_FILE, prepare_folder, socket_folder
from bihuan.runtime.postgres.locks import FileLock, exclusive
from bihuan.runtime.postgres.processes import PidFile, is_alive, running_postmaster
from bihuan.runtime.postgres.settings import tuned_settings

ADMINISTRATOR = "postgres"
APPLICATION_ROLE = "bihuan"
START_LOG = "log/start.log"
PATIENCE_SECONDS = 300
OLD_MEMORY_PATIENCE_SECONDS = 10
OLD_MEMORY_COMPLAINTS = ("shared memory block", "shared memory segment")


class Cluster:
    """A server on ``folder``. Between ``start`` and ``leave`` this object is one of the server's users.

    ``data`` holds the database, ``log`` one log file per weekday, ``start.lock`` serialises starting and stopping,
    ``users.lock`` is held (shared) by each user, ``stay`` exists while the server was asked to outlive its users.
    """

    def __init__(self, folder: Path, *, programs: Path | None = None) -> None:
        """``programs`` names another PostgreSQL installation (``bin``, ``lib``, ``share``) than the wheel's."""
        self.folder = folder.resolve()
        self._given_programs = programs
        self.data = self.folder / "data"
        self._membership = FileLock(self.folder / "users.lock")
        self._stay = self.folder / "stay"

    def start(self, settings: Mapping[str, str] | None = None, *, stay: bool = False) -> None:
        """Join the running server, or start it with ``settings`` (default: tuned to this machine).

        With ``stay`` the server keeps running after its last user left, until ``stop``. Raises ClusterError.
        """
        prepare_folder(self.folder, self.account)
        with exclusive(self.folder / "start.lock"):
            self._ensure_running(tuned_settings() if settings is None else settings)
            if not self._membership.is_held:
                self._membership.acquire(shared=True)
            if stay:
                self._stay.touch()

    def leave(self) -> None:
        """Stop using the server; the last user stops it unless it was asked to stay."""
        if not self._membership.is_held:
            return
        with exclusive(self.folder / "start.lock"):
            self._membership.release()
            last = FileLock(self._membership.path)
            if last.acquire(wait=False):
                if not self._stay.exists():
                    self._stop()
                last.release()

    def stop(self) -> None:
        """Stop the server cleanly, whoever still uses it."""
        if not self.folder.exists():
            return
        with exclusive(self.folder / "start.lock"):
            self._stay.unlink(missing_ok=True)
            self._membership.release()
            self._stop()

    def is_ready(self) -> bool:
        """True when the server accepts connections now."""
        server = self.postmaster()
        return server is not None and self._accepts(server)

    def postmaster(self) -> PidFile | None:
        """The living server process of this folder, ready or not; None when there is none."""
        return running_postmaster(self.data)

    def url(self, database: str = APPLICATION_ROLE, *, user: str = APPLICATION_ROLE) -> str:
        """A PostgreSQL URL of a database on the running server. Raises ClusterError when it is not running."""
        server = self.postmaster()
        if server is None or not server.socket_folder:
            raise ClusterError(f"The database server of {self.folder} is not running.")
        return _url(server.socket_folder, database, user)

    def create_database(self, name: str) -> None:
        """Create the application's role and a database it owns, where they are missing."""
        with (
            exclusive(self.folder / "database.lock"),
            psycopg.connect(self.url("postgres", user=ADMINISTRATOR), autocommit=True) as connection,
        ):
            role = sql.Identifier(APPLICATION_ROLE)
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APPLICATION_ROLE]).fetchone():
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEDB").format(role))
                connection.execute(sql.SQL("GRANT pg_monitor, pg_checkpoint TO {}").format(role))
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), role))

    @cached_property
    def account(self) -> Account:
        """The user the server runs as."""
        return account_for(self.folder)

    @cached_property
    def _programs(self) -> Path:
        programs = self._given_programs or installed_programs()
        if self.account.first_closed_folder(programs / "bin"):
            programs = copy_programs(programs, self.folder)
        return programs / "bin"

    def _ensure_running(self, settings: Mapping[str, str]) -> None:
        if not (self.data / "PG_VERSION").exists():
            self._initialize()
        if self._await_present_server():
            return
        deadline = time.monotonic() + OLD_MEMORY_PATIENCE_SECONDS
        while complaint := self._launch(settings):
            if not any(text in complaint for text in OLD_MEMORY_COMPLAINTS) or time.monotonic() > deadline:
                raise ClusterError(f"The database server of {self.folder} does not start:\n{complaint}")
            time.sleep(0.2)

    def _initialize(self) -> None:
        """Make the data folder under another name first, so that a half-made one is never taken for a database."""
        unfinished = self.folder / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        options = ["--username", ADMINISTRATOR, "--auth", "trust", "--encoding", "UTF8", "--no-locale"]
        collation = ["--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"]
        result = self.account.run(
            [self._programs / "initdb", "-D", unfinished, *options, *collation, "--no-instructions"], cwd=self.folder
        )
        if result.returncode:
            raise ClusterError(f"Could not create the database in {self.folder}:\n{result.stdout}")
        unfinished.rename(self.data)

    def _await_present_server(self) -> bool:
        """True once the living server accepts connections (it may be recovering); False when there is none."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while server := self.postmaster():
            if self._accepts(server):
                return True
            if time.monotonic() > deadline:
                raise ClusterError(f"The database server (process {server.pid}) has not answered for 5 minutes.")
            time.sleep(0.05)
        return False

    def _launch(self, settings: Mapping[str, str]) -> str | None:
        """Start the server and wait until it answers; None then, else what it complained about."""
        sockets = socket_folder(self.folder, self.account)
        self._remove_leftovers(sockets)
        quoted = str(sockets).replace('"', '""')
        chosen = {**settings, "unix_socket_directories": f'"{quoted}"', "unix_socket_permissions": "0700"}
        options = [part for name, value in chosen.items() for part in ("-c", f"{name}={value}")]
        pid = self.account.spawn(
            [self._programs / "postgres", "-D", self.data, *options], cwd=self.folder, log=START_LOG
        )
        deadline = time.monotonic() + PATIENCE_SECONDS
        while is_alive(pid) and time.monotonic() < deadline:
            if self.is_ready():
                return None
            time.sleep(0.05)
        return f"{(self.folder / START_LOG).read_text(errors='replace')}(more in {self.folder / 'log'})"

    def _remove_leftovers(self, sockets: Path) -> None:
        """Clear what a killed server left; PostgreSQL itself still refuses when its shared memory is in use."""
        for leftover in (self.data / "postmaster.pid", sockets / SOCKET_FILE, sockets / f"{SOCKET_FILE}.lock"):
            leftover.unlink(missing_ok=True)

    def _stop(self) -> None:
        if self.postmaster() is None:
            return
        options = ["-m", "fast", "-w", "-t", str(PATIENCE_SECONDS)]
        result = self.account.run([self._programs / "pg_ctl", "stop", "-D", self.data, *options], cwd=self.folder)
        if result.returncode and self.postmaster() is not None:
            raise ClusterError(f"The database server of {self.folder} does not stop:\n{result.stdout}")

    def _accepts(self, server: PidFile) -> bool:
        if not server.socket_folder:
            return False
        target = _url(server.socket_folder, "postgres", ADMINISTRATOR)
        return psycopg.pq.PGconn.ping(target.encode()) == psycopg.pq.Ping.OK


def _url(sockets: str, database: str, user: str) -> str:
    return f"postgresql://{user}@/{database}?host={quote(sockets, safe='')}"
