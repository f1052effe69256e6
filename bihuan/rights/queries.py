"""Reads of the rights desk."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from bihuan.customers.queries import card as customer_card
from bihuan.customers.queries import masked_labels, render_masked_many
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import NotVisible
from bihuan.foundation.paging import KeysetPage, page_by_key
from bihuan.intake.models import Direction, Message
from bihuan.retention.duties import DutyLine, duty_line
from bihuan.retention.queries import forbidding_duties
from bihuan.rights.access import RightsPermission, may, require
from bihuan.rights.models import RightKind, RightsRequest

__all__ = [
    "Desk",
    "get_request",
    "list_requests",
    "may_decide",
    "may_take",
    "request_by_token",
    "request_desk",
    "requests_of_visitor",
    "stays_of",
    "words_of",
]


@dataclass(frozen=True, slots=True)
class Desk:
    """One request as the desk works on it."""

    request: RightsRequest
    label: str
    words: list[Message]
    forbids: list[DutyLine]
    stays: list[DutyLine]
    fields: list[tuple[str, str]]
    note: str


def list_requests(
    actor: Actor, *, is_open: bool = True, after: str | None = None, limit: int = 50
) -> tuple[KeysetPage[RightsRequest], dict[int, str]]:
    """Open requests by their due time, or decided ones, the newest first; with the masked names. Raises NotAllowed."""
    require(actor, RightsPermission.SEE)
    rows = RightsRequest.objects.visible_to(actor).select_related("case", "decided_by")
    if is_open:
        page = page_by_key(rows.filter(decided_at=None), order=("due_at", "id"), after=after, limit=limit)
    else:
        page = page_by_key(rows.filter(decided_at__isnull=False), order=("-id",), after=after, limit=limit)
    return page, masked_labels([row.customer_id for row in page.items])


def get_request(actor: Actor, request_id: int) -> RightsRequest:
    """One request. Raises NotVisible."""
    related = ("case", "customer", "taken_by", "proved_by", "decided_by", "conversation")
    request = RightsRequest.objects.visible_to(actor).select_related(*related).filter(pk=request_id).first()
    if request is None:
        raise NotVisible()
    return request


def request_desk(actor: Actor, request_id: int, *, at: datetime) -> Desk:
    """A request with what forbids or limits it, and the fields a correction may mean. Raises NotVisible."""
    request = get_request(actor, request_id)
    erases = request.kind == RightKind.ERASE and request.is_open
    forbids = [duty_line(code) for code in forbidding_duties(request.customer_id, at=at)] if erases else []
    return Desk(
        request=request,
        label=masked_labels([request.customer_id])[request.customer_id],
        words=words_of(request),
        forbids=forbids,
        stays=stays_of(request),
        fields=_fields(actor, request) if may_decide(actor) else [],
        note=render_masked_many([request.proof_note])[0],
    )


def _fields(actor: Actor, request: RightsRequest) -> list[tuple[str, str]]:
    if request.kind != RightKind.CORRECT or not request.is_open:
        return []
    shown = customer_card(actor, request.customer_id).fields
    return [(one.field, one.masked) for one in shown if one.kind == request.value_kind]


def words_of(request: RightsRequest) -> list[Message]:
    """What the customer asked and what was answered, masked."""
    said = Q(direction=Direction.IN) | Q(pk=request.answer_id)
    found = list(Message.objects.filter(said, conversation_id=request.conversation_id).order_by("at", "id"))
    for message, body in zip(found, render_masked_many([one.body for one in found]), strict=True):
        message.body = body
    return found


def stays_of(request: RightsRequest) -> list[DutyLine]:
    """What was not erased, and the law it rests on."""
    return [duty_line(code) for code in request.stays]


def requests_of_visitor(actor: Actor, case_id: int) -> list[RightsRequest]:
    """What was asked from one case of a visitor, the newest first."""
    return list(RightsRequest.objects.visible_to(actor).filter(case_id=case_id).order_by("-id")[:20])


def request_by_token(token: str) -> RightsRequest:
    """The request behind a link; what the bearer may see of it the portal decides. Raises NotVisible."""
    request = RightsRequest.objects.select_related("case").filter(token=token).first()
    if request is None:
        raise NotVisible()
    return request


def may_take(actor: Actor) -> bool:
    """True when pages show the form to write a request down."""
    return may(actor, RightsPermission.TAKE)


def may_decide(actor: Actor) -> bool:
    """True when pages show the decision."""
    return may(actor, RightsPermission.DECIDE)
