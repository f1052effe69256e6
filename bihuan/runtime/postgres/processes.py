"""Is the server of a data folder alive? A process id alone proves nothing: ids are reused and zombies answer."""

from dataclasses import dataclass
from pathlib import Path

import psutil


@dataclass(frozen=True, slots=True)
class PidFile:
    """What ``postmaster.pid`` says; ``socket_folder`` is empty until the server has bound its socket."""

    pid: int
    port: int | None
    socket_folder: str


def read_pid_file(data: Path) -> PidFile | None:
    """The content of ``postmaster.pid``; None when it is missing or was cut off while being written."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        pid = int(lines[0])
    except (FileNotFoundError, IndexError, ValueError):
        return None
    port = int(lines[3]) if len(lines) > 3 and lines[3].strip().isdigit() else None
    return PidFile(pid=pid, port=port, socket_folder=lines[4].strip() if len(lines) > 4 else "")


def is_alive(pid: int) -> bool:
    """True when the process exists and is no zombie."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def is_postmaster_of(pid: int, data: Path) -> bool:
    """True when ``pid`` is a living postgres process that was started on ``data``."""
    try:
        command = psutil.Process(pid).cmdline() if is_alive(pid) else []
    except psutil.Error:
        return False
    return bool(command) and Path(command[0]).name == "postgres" and str(data) in command


def running_postmaster(data: Path) -> PidFile | None:
    """The pid file of ``data`` when its server process is alive, else None."""
    found = read_pid_file(data)
    return found if found and is_postmaster_of(found.pid, data) else None
