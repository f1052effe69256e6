"""A port belongs to one program, although the web server would share it."""

import socket
from collections.abc import Iterator
from contextlib import closing

import pytest

from bihuan.runtime.ports import ClaimedPort, NoFreePort, claim_port

LOCAL = "127.0.0.1"


@pytest.fixture
def claimed() -> Iterator[ClaimedPort]:
    port = claim_port(LOCAL, 0)
    yield port
    port.release()


def shared_listener(port: int) -> socket.socket:
    """Listens as the web server does."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listener.bind((LOCAL, port))
    listener.listen()
    return listener


def test_the_web_server_may_use_a_claimed_port_and_is_reached(claimed: ClaimedPort) -> None:
    with closing(shared_listener(claimed.port)), closing(socket.create_connection((LOCAL, claimed.port))) as client:
        assert client.getpeername() == (LOCAL, claimed.port)


def test_a_claimed_port_is_not_claimed_again_and_the_next_one_is_taken(claimed: ClaimedPort) -> None:
    second = claim_port(LOCAL, claimed.port)
    assert second.port > claimed.port
    second.release()


def test_a_port_somebody_shares_generously_is_passed_over() -> None:
    with closing(shared_listener(0)) as listener:
        taken = listener.getsockname()[1]
        port = claim_port(LOCAL, taken)
        assert port.port > taken
        port.release()


def test_a_released_port_can_be_claimed_at_once_though_old_connections_linger() -> None:
    first = claim_port(LOCAL, 0)
    with (
        closing(shared_listener(first.port)) as listener,
        closing(socket.create_connection((LOCAL, first.port))) as client,
    ):
        served, _ = listener.accept()
        served.close()
        assert client.recv(1) == b""
    first.release()
    again = claim_port(LOCAL, first.port)
    again.release()
    assert again.port == first.port


def test_a_host_of_another_machine_is_an_error_and_not_a_taken_port() -> None:
    with pytest.raises(OSError, match="assign requested address"):
        claim_port("192.0.2.1", 8000)


def test_when_every_port_is_taken_the_refusal_names_them(claimed: ClaimedPort) -> None:
    with pytest.raises(NoFreePort, match=f"from {claimed.port} to {claimed.port} is free"):
        claim_port(LOCAL, claimed.port, tried=1)
