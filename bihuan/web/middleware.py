"""Turns a refusal into what the asker can read: a page, a fragment for htmx, or plain text."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import render, resolve_url
from django.utils.deprecation import MiddlewareMixin
from django.utils.translation import gettext as _

from bihuan.foundation.errors import Refusal
from bihuan.journal.queries import live_position
from bihuan.web.components import NextStep, Refused

REFUSAL_TARGET = "#bh-refusal-body"
# fields in which people write sentences; secrets are never among them
WORDS_OF_FORMS = ("message", "text", "request", "findings", "solution", "note", "statement", "reason", "notice")


def explain(refusal: Refusal, *, kept: str = "") -> Refused:
    """The refusal as the component shows it."""
    titles = {403: _("没有权限"), 404: _("没有找到"), 422: _("填写的内容要改一下")}
    facts = refusal.facts
    step = str(refusal.next_step).format(**facts)
    return Refused(
        title=titles.get(refusal.status, _("现在不能这样做")),
        sentence=str(refusal),
        code=refusal.code,
        rule=str(refusal.rule).format(**facts),
        owner=str(getattr(refusal, "owner", "")),
        kept=kept,
        steps=[NextStep(step)] if step else [],
    )


class LivePositionMiddleware(MiddlewareMixin):
    """Notes where the journal stands before a page of staff reads its data: nothing that changes later is missed."""

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        whole_page = request.method == "GET" and not getattr(request, "htmx", False)
        if whole_page and request.accepts("text/html") and request.user.is_authenticated:
            request.live_position = live_position()  # type: ignore[attr-defined]


class NulMiddleware(MiddlewareMixin):
    """Refuses U+0000 in addresses and forms at the door: PostgreSQL stores no such text, and no keyboard writes it.

    The API checks its own input and answers with a problem.
    """

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        if getattr(request.resolver_match, "app_name", "") == "ninja":
            return
        given = [request.path, *_texts(request.GET), *_texts(request.POST)]
        if any("\x00" in text for text in given):
            raise BadRequest("U+0000 in the request")


def _texts(form: QueryDict) -> Iterator[str]:
    for name, values in form.lists():
        yield from (name, *(str(value) for value in values))


class RefusalMiddleware(MiddlewareMixin):
    """``Refusal`` leaves a view as its own status and explanation; htmx answers land in the refusal dialog."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refusal):
            return None
        if getattr(request, "htmx", False):
            return _fragment(request, exception)
        if request.accepts("text/html"):
            return _page(request, exception)
        return HttpResponse(
            f"{exception.code}: {exception}\n", status=exception.status, content_type="text/plain; charset=utf-8"
        )

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """A fragment must never be replaced by a whole page: signing in again and error pages leave the fragment."""
        if not getattr(request, "htmx", False):
            return response
        location = response.headers.get("Location", "")
        if response.status_code in (301, 302) and location.startswith(resolve_url(settings.LOGIN_URL)):
            fresh = HttpResponse(status=204)
            fresh.headers["HX-Redirect"] = _login_for(request)
            return fresh
        if response.status_code in (403, 404, 429) and "HX-Retarget" not in response.headers:
            _into_dialog(response)
        return response


def _fragment(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    shown = explain(refusal, kept=_("还在页面上，没有丢"))
    response = render(request, "web/refusal_fragment.html", {"refused": shown}, status=refusal.status)
    _into_dialog(response)
    return response


def _page(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    shown = explain(refusal, kept=_typed_words(request))
    return render(request, "web/refusal_page.html", {"refused": shown}, status=refusal.status)


def _typed_words(request: HttpRequest) -> str:
    """What the asker had written: a page in its place must not be the end of it."""
    written = (request.POST.get(name, "").strip() for name in WORDS_OF_FORMS)
    return "\n".join(words for words in written if words)


def _into_dialog(response: Any) -> None:
    response.headers["HX-Retarget"] = REFUSAL_TARGET
    response.headers["HX-Reswap"] = "innerHTML"
    response.headers["HX-Push-Url"] = "false"


def _login_for(request: HttpRequest) -> str:
    """Sign-in that returns to the page the fragment belongs to."""
    page = urlsplit(request.headers.get("HX-Current-URL", ""))
    back = page.path + (f"?{page.query}" if page.query else "")
    return f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': back})}" if back else resolve_url(settings.LOGIN_URL)
