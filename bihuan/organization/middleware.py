"""Puts the acting person on the request: ``request.actor`` (None when nobody is signed in)."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from bihuan.foundation.actor import Via
from bihuan.foundation.moment import now
from bihuan.organization.queries import actor_for


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
