"""The line itself: sealed, to whom the system trusts, and shut when the time is up in whatever state it is."""

import datetime
import ipaddress
import socket
import ssl
import time
from contextlib import closing, contextmanager
from dataclasses import replace
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bihuan.carriers import client
from bihuan.carriers.client import Limits, Request, post_json
from bihuan.carriers.problems import Problem, ProviderFailed
from bihuan.simulator.vendors.server import VendorServer

LIMITS = Limits(connect=5, read=10, total=20, length=50_000)
IMPATIENT = Limits(connect=0.5, read=0.5, total=1.0, length=50_000)


def request(url):
    return Request(f"{url}/poll/query.do", b"{}", {"Content-Type": "application/json"})


def problem_of(url, limits=LIMITS):
    with pytest.raises(ProviderFailed) as failure:
        post_json(request(url), limits)
    return failure.value.problem


@contextmanager
def answering(answer):
    """The address of a server that says these bytes to the first who asks."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def answer_once():
            line, _ = server.accept()
            with closing(line):
                asked = b""
                while not asked.endswith(b"{}"):
                    asked += line.recv(65_536)
                line.sendall(answer)

        thread = Thread(target=answer_once)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        thread.join()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for this machine that nobody has signed but itself, with its key."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "here")])
    today = datetime.datetime.now(datetime.UTC)
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - datetime.timedelta(days=1))
        .not_valid_after(today + datetime.timedelta(days=1))
        .add_extension(here, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "here.pem"
    clear = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, clear)
    path.write_bytes(signed.public_bytes(serialization.Encoding.PEM) + private)
    return path


@pytest.fixture
def sealed(certificate, monkeypatch):
    """The address of a platform behind TLS; our own trust is made anew for each test."""
    client._tls.cache_clear()
    server = VendorServer()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    yield server.url.replace("http://", "https://")
    server.stop()
    client._tls.cache_clear()


def test_a_certificate_the_system_trusts_is_trusted(sealed, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert post_json(request(sealed), LIMITS)["returnCode"] == "503"


def test_any_other_is_not(sealed):
    assert problem_of(sealed) is Problem.UNREACHABLE


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_who_accepts_a_line_and_says_nothing_is_left_in_time(scheme):
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        started = time.monotonic()
        assert problem_of(f"{scheme}://127.0.0.1:{silent.getsockname()[1]}", IMPATIENT) is Problem.TIMED_OUT
        assert time.monotonic() - started < 15


def test_the_watch_reaches_a_line_whose_reads_may_take_longer():
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        started = time.monotonic()
        url = f"https://127.0.0.1:{silent.getsockname()[1]}"
        assert problem_of(url, replace(LIMITS, read=30, total=0.3)) is Problem.TIMED_OUT
        assert time.monotonic() - started < 15


def test_nobody_there_is_unreachable():
    with closing(socket.create_server(("127.0.0.1", 0))) as gone:
        port = gone.getsockname()[1]
    assert problem_of(f"http://127.0.0.1:{port}") is Problem.UNREACHABLE


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}",
        b"HTTP/1.1 abc\r\n\r\n",
        b"\x16\x03\x01\x00\x00",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 300 + b"\r\n{}",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000 + b"\r\n\r\n{}",
        b"",
    ],
)
def test_an_answer_that_is_no_http_or_ends_early_is_no_answer(answer):
    with answering(answer) as url:
        assert problem_of(url) is Problem.UNREACHABLE


@pytest.mark.parametrize("body", [b"\xff\xfe\xff", b"1" * 9_000, b"{", b"", b'{"a":1}x'])
def test_a_body_that_is_no_json_is_not_understood(body):
    with answering(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)) as url:
        assert problem_of(url) is Problem.NOT_UNDERSTOOD
