"""The door through which an export leaves, piece by piece."""

from collections.abc import AsyncIterator, Iterator

from asgiref.sync import sync_to_async
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from bihuan.exports.links import open_export
from bihuan.exports.models import ExportFormat, ExportJob
from bihuan.exports.refusals import ExportGone
from bihuan.exports.sealed_file import read_pieces
from bihuan.foundation.moment import now

CONTENT_TYPES = {
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@require_safe
def send_export(request: HttpRequest, ticket: str) -> StreamingHttpResponse:
    """Send a finished export to its owner: as a download, never kept by a cache."""
    return answer_with(open_export(ticket, getattr(request, "actor", None), now()))


def answer_with(job: ExportJob) -> StreamingHttpResponse:
    """The file of an export that may be handed out. Raises ExportGone."""
    try:
        pieces = read_pieces(job.token)
    except FileNotFoundError:
        raise ExportGone from None
    name = f"{job.exporter}-{timezone.localtime(job.asked_at):%Y%m%d-%H%M}.{job.format.lower()}"
    return StreamingHttpResponse(
        _asynchronously(pieces),
        content_type=CONTENT_TYPES[ExportFormat(job.format)],
        headers={
            "Content-Disposition": content_disposition_header(as_attachment=True, filename=name) or "attachment",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )


async def _asynchronously(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Under ASGI a plain iterator would be read whole before the first byte is sent."""
    while (piece := await sync_to_async(_next, thread_sensitive=False)(pieces)) is not None:
        yield piece


def _next(pieces: Iterator[bytes]) -> bytes | None:
    return next(pieces, None)
