"""How the pages are answered: a request belongs to one thread from its first middleware to its last."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any

import django
from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.http import HttpResponseBase
from django.urls import get_resolver, set_script_prefix

from bihuan.language.pinyin import initials
from bihuan.language.segmentation import search_vector_terms

# As many at a time as a process may have connections to the database: more would only wait for one.
THREADS = 10


class ThreadedHandler(ASGIHandler):
    """Django's handler in the synchronous mode, on threads that stay; the event loop only moves bytes.

    Every view is synchronous. In the asynchronous mode each middleware hands the request from the loop to a new thread
    and back, and so does each signal: that was more than half of a request's processor time.
    """

    def __init__(self) -> None:
        BaseHandler.__init__(self)
        self.load_middleware(is_async=False)
        self.threads = ThreadPoolExecutor(THREADS, "pages")

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request."""
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        loop = asyncio.get_running_loop()
        response = await loop.run_in_executor(self.threads, self._answer, scope, body)
        if not response.streaming:
            await self.send_response(response, send)
            return
        try:
            await self._stream(response, receive, send)
        finally:
            await loop.run_in_executor(self.threads, response.close)

    def _answer(self, scope: Any, body: IO[bytes]) -> HttpResponseBase:
        """The response, with all that belongs to the request done, but for the bytes of a stream."""
        with body:
            set_script_prefix(get_script_prefix(scope))
            signals.request_started.send(sender=self.__class__, scope=scope)
            request, refused = self.create_request(scope, body)
            response = self.get_response(request) if request is not None else refused
            assert response is not None
            response._handler_class = self.__class__  # type: ignore[attr-defined]
            if not response.streaming:
                response.close()
            return response

    async def _stream(self, response: HttpResponseBase, receive: Any, send: Any) -> None:
        """Send a stream until its end, or until nobody listens any more."""
        sending = asyncio.ensure_future(self.send_response(response, send))
        leaving = asyncio.ensure_future(receive())
        await asyncio.wait((sending, leaving), return_when=asyncio.FIRST_COMPLETED)
        leaving.cancel()
        if not sending.done():
            sending.cancel()
        await asyncio.gather(sending, leaving, return_exceptions=True)
        if not sending.cancelled():
            sending.result()


def pages_application() -> ThreadedHandler:
    """The pages and the API as an ASGI application, with everything loaded that a first caller would wait for."""
    django.setup(set_prefix=False)
    handler = ThreadedHandler()
    assert get_resolver().url_patterns
    # the dictionaries of readings and words take a second to load
    initials("王")  # data, not a message
    search_vector_terms("包裹")  # data, not a message
    return handler
