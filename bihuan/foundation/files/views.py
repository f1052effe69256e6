"""The one door through which a stored file leaves."""

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from bihuan.foundation.files.links import open_request_link
from bihuan.foundation.files.store import read_file


@require_safe
def serve_file(request: HttpRequest, ticket: str) -> HttpResponse:
    """Send a file to the bearer of a valid link: always as a download, never kept by a cache, never run as a page."""
    file = open_request_link(request, ticket)
    return HttpResponse(
        read_file(file),
        content_type=file.content_type,
        headers={
            "Content-Disposition": content_disposition_header(as_attachment=True, filename=file.name) or "attachment",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
            "Content-Security-Policy": "default-src 'none'; sandbox",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Referrer-Policy": "no-referrer",
        },
    )
