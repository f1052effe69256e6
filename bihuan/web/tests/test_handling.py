"""The pages under ASGI: one thread answers a request from its first middleware to its last."""

import asyncio
import threading

from asgiref.testing import ApplicationCommunicator
from django.core.signals import request_finished
from django.http import HttpResponse, StreamingHttpResponse
from django.test import override_settings
from django.urls import path

from bihuan.web.handling import ThreadedHandler

SEEN: list[int] = []
CLOSED = threading.Event()


def note_thread(get_response):
    """A middleware that notes in which thread it runs."""

    def middleware(request):
        SEEN.append(threading.get_ident())
        response = get_response(request)
        SEEN.append(threading.get_ident())
        return response

    return middleware


def note_finish(**_signal):
    SEEN.append(threading.get_ident())


def answer(_request):
    SEEN.append(threading.get_ident())
    return HttpResponse("here")


def stream(_request):
    async def pieces():
        yield b"one"
        yield b"two"

    response = StreamingHttpResponse(pieces())
    response._resource_closers.append(CLOSED.set)
    return response


def stream_for_ever(_request):
    async def pieces():
        while True:
            yield b"more"
            await asyncio.sleep(0)

    response = StreamingHttpResponse(pieces())
    response._resource_closers.append(CLOSED.set)
    return response


urlpatterns = [path("here", answer), path("stream", stream), path("for-ever", stream_for_ever)]
NOTING = override_settings(
    ROOT_URLCONF=__name__,
    MIDDLEWARE=[f"{__name__}.note_thread", "django.middleware.common.CommonMiddleware", f"{__name__}.note_thread"],
)


async def opened(address: str) -> ApplicationCommunicator:
    scope = {
        "type": "http",
        "method": "GET",
        "path": address,
        "query_string": b"",
        "headers": [(b"host", b"testserver")],
    }
    caller = ApplicationCommunicator(ThreadedHandler(), scope)
    await caller.send_input({"type": "http.request"})
    assert (await caller.receive_output(10))["status"] == 200
    return caller


async def read(address: str) -> bytes:
    caller, body, more = await opened(address), b"", True
    while more:
        piece = await caller.receive_output(10)
        body, more = body + piece.get("body", b""), piece.get("more_body", False)
    await caller.wait(10)
    return body


async def leave(address: str) -> None:
    """Read the first piece of a stream, and go."""
    caller = await opened(address)
    await caller.receive_output(10)
    await caller.send_input({"type": "http.disconnect"})
    await caller.wait(10)


@NOTING
def test_a_request_stays_in_one_thread_that_is_not_the_loop():
    SEEN.clear()
    request_finished.connect(note_finish)
    try:
        assert asyncio.run(read("/here")) == b"here"
    finally:
        request_finished.disconnect(note_finish)
    assert len(SEEN) == 6 and len(set(SEEN)) == 1 and SEEN[0] != threading.get_ident()


@NOTING
def test_a_stream_is_sent_whole_and_closed():
    CLOSED.clear()
    assert asyncio.run(read("/stream")) == b"onetwo" and CLOSED.is_set()


@NOTING
def test_a_stream_nobody_listens_to_any_more_ends():
    CLOSED.clear()
    asyncio.run(leave("/for-ever"))
    assert CLOSED.is_set()
