"""One request to another company's server, within limits that nothing it does can stretch.

A timeout of a socket limits a single read: a server that sends a byte a second would keep every read short and the
whole without end. Therefore a watch shuts the line when the time for all of it is up.
"""

import json
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from threading import Event, Timer
from typing import Any
from urllib.parse import urlsplit

from bihuan.carriers.problems import Problem, ProviderFailed

CHUNK = 16_384
OK, TOO_MANY_REQUESTS, SERVER_ERRORS = 200, 429, 500
REFUSED = frozenset({401, 403})


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds for the connection, for the next bytes, for everything; and how long an answer may be."""

    connect: float = 3.0
    read: float = 5.0
    total: float = 10.0
    length: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Request:
    """A POST, with the exact bytes that were signed."""

    url: str
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)


def post_json(request: Request, limits: Limits) -> Any:
    """The JSON a server answers with. Raises ProviderFailed, never anything with its words."""
    try:
        return json.loads(_post(request, limits))
    except (ValueError, RecursionError):  # a deep nest of brackets is broken JSON too
        raise ProviderFailed(Problem.NOT_UNDERSTOOD) from None


def _post(request: Request, limits: Limits) -> bytes:
    fired = Event()
    try:
        with _line(request.url, limits, fired) as connection:
            path = urlsplit(request.url)._replace(scheme="", netloc="").geturl()
            connection.request("POST", path or "/", body=request.body, headers=dict(request.headers))
            return _read(connection.getresponse(), limits.length)
    except (HTTPException, OSError, ValueError) as error:
        is_late = fired.is_set() or isinstance(error, TimeoutError)
        raise ProviderFailed(Problem.TIMED_OUT if is_late else Problem.UNREACHABLE) from None


def _read(response: HTTPResponse, length: int) -> bytes:
    """The body of a good answer; redirects are not followed, since only one address was agreed on."""
    if response.status in REFUSED:
        raise ProviderFailed(Problem.KEYS_REFUSED)
    if response.status == TOO_MANY_REQUESTS:
        raise ProviderFailed(Problem.LIMIT_REACHED)
    if response.status >= SERVER_ERRORS:
        raise ProviderFailed(Problem.SERVER_ERROR)
    if response.status != OK:
        raise ProviderFailed(Problem.NOT_UNDERSTOOD)
    body = bytearray()
    while chunk := response.read1(CHUNK):
        body += chunk
        if len(body) > length:
            raise ProviderFailed(Problem.TOO_LONG)
    if response.length:  # the line ended before the answer did
        raise HTTPException
    return bytes(body)


@contextmanager
def _line(url: str, limits: Limits, fired: Event) -> Iterator[HTTPConnection]:
    """An open connection that is shut, from its first byte on, when the time is up."""
    parts = urlsplit(url)
    is_sealed = parts.scheme == "https"
    host, port = parts.hostname or "", parts.port or (443 if is_sealed else 80)
    plain = socket.create_connection((host, port), timeout=limits.connect)
    # a copy reaches the line also while TLS is being negotiated, when the socket itself changes hands
    with closing(plain.dup()) as handle, closing(plain):
        watch = Timer(limits.total, _shut, [handle, fired])
        watch.daemon = True
        watch.start()
        try:
            connection = HTTPSConnection(host, port) if is_sealed else HTTPConnection(host, port)
            plain.settimeout(limits.read)
            connection.sock = _tls().wrap_socket(plain, server_hostname=host) if is_sealed else plain
            with closing(connection):
                yield connection
        finally:
            watch.cancel()


def _shut(handle: socket.socket, fired: Event) -> None:
    fired.set()
    with suppress(OSError):  # the other side was quicker
        handle.shutdown(socket.SHUT_RDWR)


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()
