"""The folders of an embedded cluster, made reachable for the account that runs the server or refused with a reason."""

import hashlib
import os
import tempfile
from pathlib import Path

from bihuan.runtime.postgres.account import Account
from bihuan.runtime.postgres.errors import ClusterError

SOCKET_FILE = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 107


def prepare_folder(folder: Path, account: Account) -> None:
    """Create the cluster's folder for ``account``. Folders that exist are never opened up: ClusterError instead."""
    existing = next(parent for parent in folder.parents if parent.exists())
    closed = account.first_closed_folder(existing)
    if closed:
        raise ClusterError(
            f"PostgreSQL cannot run as root, so it runs as user {account.name}, who may not enter {closed}. "
            f"Set BIHUAN_VAR to a folder that user can reach (for example BIHUAN_VAR=/var/lib/bihuan), "
            "name another user in BIHUAN_POSTGRES_USER, or run as a plain user."
        )
    for missing in reversed([parent for parent in folder.parents if not parent.exists()]):
        missing.mkdir(exist_ok=True)
        if account.switch:
            missing.chmod(0o755)
    make_private(folder, account)
    make_private(folder / "log", account)


def make_private(folder: Path, account: Account) -> None:
    """Create a folder that only ``account`` may enter; a folder of somebody else or a link is refused."""
    try:
        folder.mkdir(mode=0o700)
        account.give(folder)
    except FileExistsError:
        pass
    status = folder.lstat()
    if not folder.is_dir() or folder.is_symlink() or status.st_uid not in {account.uid, os.geteuid()}:
        raise ClusterError(
            f"{folder} belongs to another user or is no folder. Run as its owner, or set BIHUAN_VAR to another folder."
        )
    folder.chmod(0o700)
    account.give(folder)


def socket_folder(folder: Path, account: Account) -> Path:
    """Where the socket lies: in the cluster's folder, or below the temp folder when that path cannot hold one."""
    inside = folder / "socket"
    if _fits(inside):
        make_private(inside, account)
        return inside
    name = f"bihuan-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]}"
    for parent in (Path(tempfile.gettempdir()), Path("/tmp")):
        outside = parent / name
        if _fits(outside) and not account.first_closed_folder(parent):
            make_private(outside, account)
            return outside
    raise ClusterError(f"No folder with a path that fits the database socket: {inside} does not fit.")


def _fits(folder: Path) -> bool:
    """The system limits the length of a socket's path, and clients take a comma for the end of a host name."""
    return len(os.fsencode(folder / SOCKET_FILE)) <= LONGEST_SOCKET_PATH and "," not in str(folder)
