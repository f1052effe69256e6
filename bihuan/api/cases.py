"""Create, read, list and search cases."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Header, Query, Router, Status

from bihuan.api.auth import require_scope
from bihuan.api.rendering import render_case, render_cases
from bihuan.api.schemas import REFUSED, CaseIn, CaseOut, CasePage, EventOut, ListIn
from bihuan.cases import actions, queries
from bihuan.cases.queries import CasePermission
from bihuan.foundation.files.store import find_uploads
from bihuan.foundation.moment import now
from bihuan.intake.models import Channel

router = Router()


@router.post("", response={201: CaseOut, 200: CaseOut, **REFUSED}, operation_id="create_case")
def create_case(
    request: HttpRequest,
    payload: CaseIn,
    idempotency_key: Annotated[str, Header(max_length=60, pattern=r"^[\x21-\x7e]*$")] = "",
):
    """Open a case. The same ``Idempotency-Key`` of the same caller gives the same case, with 200 instead of 201;
    the same key with other content is refused as ``idempotency_key_reused``.
    """
    actor = request.auth  # type: ignore[attr-defined]
    require_scope(actor, CasePermission.OPEN)
    fields = payload.dict(exclude={"attachments", "impact"})
    voice = actions.Voice(
        channel=Channel.API,
        impact=payload.impact or "",
        files=find_uploads(payload.attachments),
        idempotency_key=f"{actor.id}:{idempotency_key}" if idempotency_key else None,
        **fields,
    )
    at = now()
    case = actions.open_case(actor=actor, voice=voice, at=at)
    return Status(201 if case.opened_at == at else 200, render_case(case))


@router.get("", response={200: CasePage, **REFUSED}, operation_id="list_cases")
def list_cases(request: HttpRequest, wanted: Query[ListIn]):
    """Cases in your scope, newest first. Ask for the next page with ``after`` = ``next`` of this one."""
    actor = request.auth  # type: ignore[attr-defined]
    require_scope(actor, CasePermission.VIEW)
    given = wanted.dict(exclude={"after", "limit"}, exclude_none=True)
    page = queries.list_cases(actor=actor, wanted=queries.CaseFilter(**given), after=wanted.after, limit=wanted.limit)
    return CasePage(items=render_cases(page.items), next=page.next)


@router.get("/search", response={200: CasePage, **REFUSED}, operation_id="search_cases")
def search_cases(request: HttpRequest, text: Annotated[str, Query(max_length=200, pattern=r"^[^\x00]*$")]):
    """Cases by number, waybill or Chinese words, newest first, at most 50."""
    actor = request.auth  # type: ignore[attr-defined]
    require_scope(actor, CasePermission.VIEW)
    return CasePage(items=render_cases(queries.search_cases(actor=actor, text=text)))


@router.get("/{number}", response={200: CaseOut, **REFUSED}, operation_id="read_case")
def read_case(request: HttpRequest, number: str):
    """One case by its number."""
    actor = request.auth  # type: ignore[attr-defined]
    require_scope(actor, CasePermission.VIEW)
    return render_case(queries.get_case(actor=actor, number=number))


@router.get("/{number}/timeline", response={200: list[EventOut], **REFUSED}, operation_id="read_timeline")
def read_timeline(request: HttpRequest, number: str):
    """Everything that happened to the case, oldest first, personal data masked."""
    actor = request.auth  # type: ignore[attr-defined]
    require_scope(actor, CasePermission.VIEW)
    case = queries.get_case(actor=actor, number=number)
    return [EventOut(at=event.at, code=event.code, by=event.by, words=event.words) for event in queries.timeline(case)]
