"""The operating system user the server runs as. PostgreSQL refuses to run as root, so root lends it another user."""

import os
import pwd
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bihuan.runtime.postgres.errors import ClusterError

CANDIDATES = ("bihuan", "postgres", "nobody")
# The shell starts the program in the background and ends, so the program is nobody's child and outlives its starter.
IN_BACKGROUND = 'log=$1; shift; "$@" </dev/null >"$log" 2>&1 & echo $!'
FIRST_CLOSED_FOLDER = 'for folder; do cd "$folder" 2>/dev/null || { printf "%s" "$folder"; exit 1; }; done'


@dataclass(frozen=True, slots=True)
class Account:
    """A user who runs server programs; ``switch`` is on when we are root and must become that user."""

    name: str
    uid: int
    gid: int
    switch: bool

    def run(self, command: Sequence[str | Path], *, cwd: Path) -> subprocess.CompletedProcess[str]:
        """Run a program as this user with a clean environment; the caller judges its return code."""
        try:
            return subprocess.run(
                [str(part) for part in command],
                cwd=cwd,
                env=_clean_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                start_new_session=True,
                check=False,
                **self._identity(),
            )
        except (PermissionError, subprocess.SubprocessError) as error:
            raise ClusterError(f"Could not run {command[0]} as user {self.name}: {error}") from error

    def spawn(self, command: Sequence[str | Path], *, cwd: Path, log: str) -> int:
        """Start a program in the background, in its own session, its output in the file ``log``; its process id."""
        result = self.run(["/bin/sh", "-c", IN_BACKGROUND, "sh", log, *command], cwd=cwd)
        if result.returncode or not result.stdout.strip().isdigit():
            raise ClusterError(f"Could not start {command[0]}: {result.stdout}")
        return int(result.stdout)

    def first_closed_folder(self, folder: Path) -> Path | None:
        """The first of ``folder`` and its parents, from the root down, that this user may not enter."""
        if not self.switch:
            return None
        chain = [*reversed(folder.parents), folder]
        result = self.run(["/bin/sh", "-c", FIRST_CLOSED_FOLDER, "sh", *chain], cwd=Path("/"))
        return Path(result.stdout) if result.returncode else None

    def give(self, path: Path) -> None:
        """Make this user the owner of a file or folder."""
        if self.switch:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def _identity(self) -> dict[str, Any]:
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.switch else {}


def account_for(folder: Path) -> Account:
    """Who runs the server of ``folder``: ourselves, or for root its present owner, else a system user."""
    if os.geteuid() != 0:
        return _account(_user_of(os.geteuid()), switch=False)
    if folder.exists() and folder.stat().st_uid != 0:
        return _account(_user_of(folder.stat().st_uid), switch=True)
    wanted = os.environ.get("BIHUAN_POSTGRES_USER")
    for name in (wanted,) if wanted else CANDIDATES:
        try:
            return _account(pwd.getpwnam(name), switch=True)
        except KeyError:
            continue
    raise ClusterError(
        f"PostgreSQL cannot run as root and none of the users {', '.join((wanted,) if wanted else CANDIDATES)} exists. "
        "Create one, or name another in BIHUAN_POSTGRES_USER."
    )


def _user_of(uid: int) -> pwd.struct_passwd:
    try:
        return pwd.getpwuid(uid)
    except KeyError:
        raise ClusterError(f"PostgreSQL needs an account for user id {uid}, and this machine has none.") from None


def _account(user: pwd.struct_passwd, *, switch: bool) -> Account:
    if switch and user.pw_uid == 0:
        raise ClusterError("PostgreSQL cannot run as root: name another user in BIHUAN_POSTGRES_USER.")
    return Account(name=user.pw_name, uid=user.pw_uid, gid=user.pw_gid, switch=switch)


def _clean_environment() -> Mapping[str, str]:
    """No PGDATA, PGPORT or foreign locale of the caller may reach the server."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
