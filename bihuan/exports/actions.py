"""Ask for an export, cancel it, clear away old files."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import get_language

from bihuan.exports.models import ExportFormat, ExportJob, ExportState
from bihuan.exports.refusals import TooManyExports, UnknownColumn
from bihuan.exports.registry import exporter_called
from bihuan.exports.sealed_file import folder
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import NotAllowed, NotVisible
from bihuan.foundation.jobs import app

LIMIT = 2
TASK = "bihuan.exports.tasks.run_export"


@transaction.atomic
def start_export(
    *,
    actor: Actor,
    exporter: str,
    columns: Sequence[str] = (),
    filters: Mapping[str, Any],
    format: str = ExportFormat.CSV,
    at: datetime,
) -> ExportJob:
    """Queue an export; no columns means all. Raises NotAllowed, TooManyExports, UnknownColumn."""
    kind = exporter_called(exporter)
    if not actor.is_staff or actor.id is None:
        raise NotAllowed
    kind.rows(actor, filters)  # refuses at once what the job would refuse later
    if ExportJob.objects.owned_by(actor).under_way().count() >= LIMIT:
        raise TooManyExports(limit=LIMIT)
    for code in columns:
        if code not in kind.columns_by_code:
            raise UnknownColumn(column=code, field="columns")
    job = ExportJob.objects.create(
        token=secrets.token_hex(16),
        owner_id=actor.id,
        exporter=exporter,
        columns=list(columns) or list(kind.columns_by_code),
        filters=dict(filters),
        format=format,
        language=get_language() or "zh-hans",
        asked_at=at,
    )
    kind.record(actor, job, at)
    app.configure_task(TASK, lock=f"export-{job.pk}").defer(export_id=job.pk)
    return job


@transaction.atomic
def cancel_export(*, actor: Actor, export_id: int, at: datetime) -> ExportJob:
    """Stop one's own export before its next batch; one that has ended stays as it is. Raises NotVisible."""
    job = ExportJob.objects.select_for_update().owned_by(actor).filter(pk=export_id).first()
    if job is None:
        raise NotVisible
    if job.is_under_way:
        job.state, job.finished_at = ExportState.CANCELLED, at
        job.save(update_fields=["state", "finished_at"])
        exporter_called(job.exporter).record(actor, job, at)
    return job


def remove_old_exports(*, at: datetime) -> int:
    """Remove files that have expired or belong to no finished export; returns how many."""
    ExportJob.objects.filter(state=ExportState.DONE, expires_at__lte=at).update(state=ExportState.EXPIRED)
    ready = set(
        ExportJob.objects.filter(state__in=[ExportState.DONE, ExportState.RUNNING]).values_list("token", flat=True)
    )
    stale = [path for path in folder().glob("*") if path.stem not in ready]
    for path in stale:
        path.unlink(missing_ok=True)
    return len(stale)
