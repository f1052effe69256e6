"""The NinjaAPI: routers, authentication, and refusals as problem answers with stable codes."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from bihuan.api.attachments import router as attachments
from bihuan.api.auth import TokenAuth
from bihuan.api.cases import router as cases
from bihuan.api.customers import router as customers
from bihuan.api.exporting import router as exports
from bihuan.api.handoffs import router as handoffs
from bihuan.api.verbs import router as verbs
from bihuan.foundation.errors import Refusal

api = NinjaAPI(
    title="Bihuan API",
    version="1",
    description="Cases of an express company, from the customer's words to a confirmed close.",
    auth=TokenAuth(),
    urls_namespace="api",
)
api.add_router("/cases", cases, tags=["cases"])
api.add_router("/cases", verbs, tags=["workflow"])
api.add_router("/handoffs", handoffs, tags=["departments"])
api.add_router("/customers", customers, tags=["customers"])
api.add_router("/exports", exports, tags=["exports"])
api.add_router("/attachments", attachments, tags=["attachments"])


def _problem(request: HttpRequest, status: int, **facts: object) -> HttpResponse:
    return api.create_response(request, facts, status=status)


@api.exception_handler(Refusal)
def answer_refusal(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A refusal of any action, with its own status."""
    return _problem(
        request,
        refusal.status,
        code=refusal.code,
        message=str(refusal),
        field=refusal.facts.get("field"),
        rule=str(refusal.rule),
        next_step=str(refusal.next_step).format(**refusal.facts),
    )


@api.exception_handler(ValidationError)
def answer_invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Input that does not have the documented shape: names the first field that is wrong."""
    first = error.errors[0]
    place = ".".join(str(part) for part in first["loc"][2:]) or None
    return _problem(request, 422, code="invalid", message=first["msg"], field=place, rule="", next_step="")


@api.exception_handler(AuthenticationError)
def answer_unauthenticated(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """No valid token."""
    message = _("需要有效的访问令牌。")
    return _problem(request, 401, code="not_authenticated", message=message, field=None, rule="", next_step="")


@api.exception_handler(HttpError)
def answer_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    """A body that is no JSON, and the like."""
    return _problem(
        request, error.status_code, code="bad_request", message=str(error), field=None, rule="", next_step=""
    )
