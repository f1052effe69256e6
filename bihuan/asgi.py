"""The ASGI entry point: the live stream is answered here, everything else by Django."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bihuan.settings")

from bihuan.web.handling import pages_application

pages = pages_application()

from bihuan.web.live import live_stream  # noqa: E402


async def application(scope, receive, send):  # type: ignore[no-untyped-def]
    if scope["type"] == "http" and scope["path"] == "/live":
        await live_stream(scope, receive, send)
    else:
        await pages(scope, receive, send)
