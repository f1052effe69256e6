"""One page with every component in every state: for those who build pages, and for the browser tests."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from bihuan.web.samples import everything, why

COLOURS = (
    "bg",
    "surface",
    "sunken",
    "line",
    "line-strong",
    "ink",
    "ink-2",
    "ink-3",
    "accent",
    "kept",
    "risk",
    "late",
    "note",
)


def show_styleguide(request: HttpRequest) -> HttpResponse:
    """Open to signed-in staff, and to everyone while developing."""
    if not (settings.DEBUG or request.user.is_authenticated):
        raise Http404
    if request.GET.get("part") == "why":
        return render(request, "web/styleguide/why.html", {"why": why()})
    return render(request, "web/styleguide/page.html", everything() | {"colours": COLOURS})
