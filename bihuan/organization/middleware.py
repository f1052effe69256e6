"""Puts the acting person on the request (``request.actor``, None when nobody is signed in); keeps sessions alive."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from bihuan.foundation.actor import Via
from bihuan.foundation.moment import now
from bihuan.organization.queries import actor_for

RENEWED = "renewed"
RENEW_SECONDS = 60


class ActorMiddleware:
    """Resolves the grants of the signed-in person once per request, and only when somebody asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        request.actor = (  # type: ignore[attr-defined]
            SimpleLazyObject(lambda: actor_for(user, at=now(), via=Via.WEB)) if user.is_authenticated else None
        )
        return self.get_response(request)


class IdleTimeoutMiddleware:
    """Begins the idle time of a session anew with each request, written down once in ``RENEW_SECONDS``.

    So an idle session ends up to that much before the timeout, never after it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        session = request.session
        if not session.is_empty():
            seconds = int(now().timestamp())
            if abs(seconds - session.get(RENEWED, 0)) >= min(RENEW_SECONDS, settings.SESSION_COOKIE_AGE // 10):
                session[RENEWED] = seconds
        return self.get_response(request)
