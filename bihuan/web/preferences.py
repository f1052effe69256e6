"""How a person wants to see the pages: theme and size of the text. Kept in cookies, applied by the server."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

YEAR_SECONDS = 365 * 86_400


@dataclass(frozen=True, slots=True)
class Preference:
    """One choice: its cookie and the values it may take; the first is the default."""

    cookie: str
    values: tuple[str, ...]

    def of(self, request: HttpRequest) -> str:
        value = request.COOKIES.get(self.cookie, "")
        return value if value in self.values else self.values[0]


THEME = Preference("bihuan_theme", ("auto", "light", "dark"))
TEXT_SIZE = Preference("bihuan_text", ("normal", "large"))
PREFERENCES = {"theme": THEME, "text": TEXT_SIZE}


def safe_next(request: HttpRequest) -> str:
    """Where to go back to: the ``next`` field or the page before, never another host."""
    wanted = request.POST.get("next") or request.headers.get("Referer", "")
    allowed = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if allowed else "/"


@require_POST
def set_preference(request: HttpRequest) -> HttpResponse:
    """Keep one choice and return to the page; 204 for a script that has already applied it."""
    chosen = [
        (PREFERENCES[name], value)
        for name, value in request.POST.items()
        if name in PREFERENCES and isinstance(value, str)
    ]
    if not chosen or any(value not in preference.values for preference, value in chosen):
        return HttpResponseBadRequest("unknown preference", content_type="text/plain")
    wants_page = request.headers.get("X-Requested-With") != "fetch"
    response: HttpResponse = redirect(safe_next(request)) if wants_page else HttpResponse(status=204)
    for preference, value in chosen:
        response.set_cookie(
            preference.cookie, value, max_age=YEAR_SECONDS, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
        )
    return response
