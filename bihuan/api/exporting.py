"""Exports of the case list: asked for, watched, cancelled, fetched. Only who asked sees them."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Path, Router, Status

from bihuan.api.auth import require_scope
from bihuan.api.schemas import REFUSED, ExportIn, ExportOut, Problem
from bihuan.cases.queries import CASE_EXPORT, CasePermission
from bihuan.exports import actions, queries
from bihuan.exports.links import hand_out
from bihuan.exports.models import ExportJob
from bihuan.exports.views import answer_with
from bihuan.foundation.moment import now

router = Router()
BUSY = {429: Problem, 410: Problem}
FILE = {"type": "string", "format": "binary"}
FORMATS = ("text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
FILES = {"responses": {200: {"description": "The file", "content": {name: {"schema": FILE} for name in FORMATS}}}}
ExportId = Annotated[int, Path(ge=1, le=2**63 - 1)]


def _render(job: ExportJob) -> ExportOut:
    at = now()
    return ExportOut(
        id=job.pk,
        format=job.format,
        state=job.state,
        columns=job.columns,
        done=job.done,
        total=job.total,
        percent=job.percent,
        rows_per_second=job.rows_per_second(at),
        remaining_seconds=job.remaining_seconds(at) if job.is_under_way else None,
        is_ready=job.is_ready(at),
        asked_at=job.asked_at,
        finished_at=job.finished_at,
        expires_at=job.expires_at,
    )


@router.post("", response={202: ExportOut, **REFUSED, **BUSY}, operation_id="start_export")
def start(request: HttpRequest, payload: ExportIn):
    """Export the cases that the filters leave, within your rights, as a job. No columns means all."""
    actor = request.auth  # type: ignore[attr-defined]
    require_scope(actor, CasePermission.EXPORT)
    filters = payload.dict(exclude={"format", "columns"}, exclude_none=True)
    job = actions.start_export(
        actor=actor,
        exporter=CASE_EXPORT,
        columns=payload.columns,
        filters={name: value for name, value in filters.items() if value != ""},
        format=payload.format,
        at=now(),
    )
    return Status(202, _render(job))


@router.get("", response={200: list[ExportOut], **REFUSED}, operation_id="list_exports")
def list_exports(request: HttpRequest):
    """Your newest exports."""
    actor = request.auth  # type: ignore[attr-defined]
    require_scope(actor, CasePermission.EXPORT)
    return [_render(job) for job in queries.list_exports(actor)]


@router.get("/{export_id}", response={200: ExportOut, **REFUSED}, operation_id="read_export")
def read_export(request: HttpRequest, export_id: ExportId):
    """How far an export is."""
    actor = request.auth  # type: ignore[attr-defined]
    require_scope(actor, CasePermission.EXPORT)
    return _render(queries.get_export(actor, export_id))


@router.post("/{export_id}/cancel", response={200: ExportOut, **REFUSED}, operation_id="cancel_export")
def cancel(request: HttpRequest, export_id: ExportId):
    """Stop an export before its next batch; one that has ended stays as it is."""
    actor = request.auth  # type: ignore[attr-defined]
    require_scope(actor, CasePermission.EXPORT)
    return _render(actions.cancel_export(actor=actor, export_id=export_id, at=now()))


@router.get("/{export_id}/file", response={**REFUSED, **BUSY}, operation_id="fetch_export", openapi_extra=FILES)
def fetch(request: HttpRequest, export_id: ExportId):
    """The file of a finished export, as long as you may still see what it holds."""
    actor = request.auth  # type: ignore[attr-defined]
    require_scope(actor, CasePermission.EXPORT)
    return answer_with(hand_out(queries.get_export(actor, export_id), actor, now()))
