"""The pages under ASGI: one thread answers a request from its first middleware to its last."""

import asyncio
import threading

from asgiref.testing import ApplicationCommunicator
from django.http import HttpResponse
from django.test import override_settings
from django.urls import path

from bihuan.web.handling import ThreadedHandler

SEEN: list[int] = []
urlpatterns = [path("here", lambda request: HttpResponse(SEEN.append(threading.get_ident()) or "here"))]


def note_thread(get_response):
    """A middleware that notes in which thread it runs."""

    def middleware(request):
        SEEN.append(threading.get_ident())
        response = get_response(request)
        SEEN.append(threading.get_ident())
        return response

    return middleware


async def _get(address: str) -> int:
    scope = {
        "type": "http",
        "method": "GET",
        "path": address,
        "headers": [(b"host", b"testserver")],
        "query_string": b"",
    }
    caller = ApplicationCommunicator(ThreadedHandler(), scope)
    await caller.send_input({"type": "http.request"})
    started = await caller.receive_output(10)
    await caller.receive_output(10)
    await caller.wait(10)
    return started["status"]


def test_a_request_stays_in_one_thread_that_is_not_the_loop():
    name = f"{__name__}.note_thread"
    middleware = [name, "django.middleware.common.CommonMiddleware", name]
    with override_settings(MIDDLEWARE=middleware, ROOT_URLCONF=__name__):
        SEEN.clear()
        assert asyncio.run(_get("/here")) == 200
    assert len(SEEN) == 5 and len(set(SEEN)) == 1 and SEEN[0] != threading.get_ident()
