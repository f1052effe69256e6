"""The port to serve on. The web server shares ports silently with a second copy, so who owns one is settled here."""

import errno
import socket
from dataclasses import dataclass

TRIED = 100


class NoFreePort(RuntimeError):
    """No port near the wanted one is free."""


@dataclass(frozen=True, slots=True)
class ClaimedPort:
    """A port that is ours until ``release``: the socket is bound, never listens, and keeps other programs out."""

    port: int
    holder: socket.socket

    def release(self) -> None:
        self.holder.close()


def claim_port(host: str, wanted: int, *, tried: int = TRIED) -> ClaimedPort:
    """Claim ``wanted`` or the next free port among ``tried``; 0 asks for any. Raises NoFreePort.

    The bind is a plain one, so it fails where anybody listens or holds; only then is it shared with our web server.
    """
    for port in range(wanted, wanted + (tried if wanted else 1)):
        holder = _bind(host, port)
        if holder:
            return ClaimedPort(port=holder.getsockname()[1], holder=holder)
    raise NoFreePort(f"No port from {wanted} to {wanted + tried - 1} is free on {host}.")


def _bind(host: str, port: int) -> socket.socket | None:
    holder = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        # Connections of an earlier run that wait to be forgotten are no reason to move on; another holder is one.
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind((host, port))
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    except OSError as error:
        holder.close()
        if error.errno in (errno.EADDRINUSE, errno.EACCES):
            return None
        raise
    return holder
