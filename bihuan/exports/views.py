"""The door through which an export leaves, piece by piece."""

from collections.abc import AsyncIterator, Iterator

from asgiref.sync import sync_to_async
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from bihuan.exports.links import open_export
from bihuan.exports.refusals import ExportGone
from bihuan.exports.sealed_file import read_pieces
from bihuan.foundation.moment import now


@require_safe
def send_export(request: HttpRequest, ticket: str) -> StreamingHttpResponse:
    """Send a finished export to its owner: as a download, never kept by a cache."""
    job = open_export(ticket, getattr(request, "actor", None), now())
    try:
        pieces = read_pieces(job.token)
    except FileNotFoundError:
        raise ExportGone from None
    name = f"{job.exporter}-{timezone.localtime(job.asked_at):%Y%m%d-%H%M}.csv"
    return StreamingHttpResponse(
        _asynchronously(pieces),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": content_disposition_header(as_attachment=True, filename=name) or "attachment",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )


async def _asynchronously(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Under ASGI a plain iterator would be read whole before the first byte is sent."""
    while piece := await sync_to_async(_next, thread_sensitive=False)(pieces):
        yield piece


def _next(pieces: Iterator[bytes]) -> bytes:
    return next(pieces, b"")
