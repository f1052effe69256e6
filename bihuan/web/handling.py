"""How the pages are answered: one thread from the first middleware to the last, and the event loop for the network."""

import django
from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.core.handlers.base import BaseHandler
from django.http import HttpRequest, HttpResponseBase
from django.urls import get_resolver

from bihuan.language.pinyin import initials
from bihuan.language.segmentation import search_vector_terms


class ThreadedHandler(ASGIHandler):
    """Django's handler with its middleware in the synchronous mode.

    Every view here is synchronous. In the asynchronous mode each middleware hands the request from the loop to the
    thread and back: that was two fifths of a request's processor time.
    """

    def __init__(self) -> None:
        BaseHandler.__init__(self)
        self.load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        """Answer in the thread that belongs to the request."""
        return await sync_to_async(self.get_response, thread_sensitive=True)(request)


def pages_application() -> ThreadedHandler:
    """The pages and the API as an ASGI application, with everything loaded that a first caller would wait for."""
    django.setup(set_prefix=False)
    handler = ThreadedHandler()
    assert get_resolver().url_patterns
    # the dictionaries of readings and words take a second to load
    initials("王")  # data, not a message
    search_vector_terms("包裹")  # data, not a message
    return handler
