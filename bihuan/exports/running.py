"""The job of an export: batches by primary key, each within the owner's rights of that moment."""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import InterfaceError, OperationalError, transaction
from django.utils import translation

from bihuan.exports.models import ExportFormat, ExportJob, ExportState
from bihuan.exports.registry import Exporter, exporter_called
from bihuan.exports.sealed_file import SealedWriter
from bihuan.exports.sheets import CsvSheet, Sheet, Workbook
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import NotAllowed
from bihuan.foundation.failure import describe
from bihuan.foundation.moment import now

logger = logging.getLogger(__name__)

KEPT_FOR = timedelta(hours=24)
SHEETS: dict[ExportFormat, Callable[[], Sheet]] = {ExportFormat.CSV: CsvSheet, ExportFormat.XLSX: Workbook}


class Stopped(Exception):
    """Somebody cancelled the export while it ran."""


def run(export_id: int) -> None:
    """Run an export from its beginning; one that was stopped half-way by a crash simply starts again.

    Raises OperationalError, InterfaceError: the job waits for the database and comes back.
    """
    job = _begin(export_id)
    if job is None:
        return
    exporter = exporter_called(job.exporter)
    try:
        with translation.override(job.language), SealedWriter(job.token) as file:
            for rows, text in _batches(job, exporter):
                file.write(text)
                _report(job, rows)
            file.finish()
        _end(job, exporter, ExportState.DONE, size=file.size)
    except Stopped:
        logger.info("export %s was cancelled after %s rows", job.pk, job.done)
    except (OperationalError, InterfaceError):
        raise  # the database went away: that is no fault of the export, which starts again
    except Exception as error:
        _end(job, exporter, ExportState.FAILED, failure=describe(error))
        logger.error("export %s failed: %s", job.pk, describe(error))


@transaction.atomic
def _begin(export_id: int) -> ExportJob | None:
    job = ExportJob.objects.select_for_update().under_way().filter(pk=export_id).first()
    if job is not None:
        job.state, job.started_at, job.done, job.units = ExportState.RUNNING, now(), 0, []
        job.save(update_fields=["state", "started_at", "done"])
    return job


def _batches(job: ExportJob, exporter: Exporter) -> Iterator[tuple[int, bytes]]:
    """Rows of each batch and their bytes; the headings come first, without a row."""
    columns = [exporter.columns_by_code[code] for code in job.columns]
    sheet = SHEETS[ExportFormat(job.format)]()
    yield 0, sheet.head([str(column.heading) for column in columns])
    last: Any = None
    while True:
        owner = _owner(job, exporter, now())
        job.units = sorted(exporter.units(owner).union(job.units))
        allowed = exporter.rows(owner, job.filters).order_by("pk")
        if last is None:
            job.total = allowed.count()  # in the job, not while anybody waits for a page
        rows = list((allowed if last is None else allowed.filter(pk__gt=last))[: exporter.batch])
        if not rows:
            break
        last = rows[-1].pk
        values = [[column.value(row) for column in columns] for row in exporter.prepare(rows)]
        yield len(rows), sheet.rows(values)
    if ending := sheet.end():
        yield 0, ending


def _owner(job: ExportJob, exporter: Exporter, at: datetime) -> Actor:
    actor = exporter.actor_of(job.owner_id, at)
    if not actor.grants:
        raise NotAllowed
    return actor


def _report(job: ExportJob, rows: int) -> None:
    """Say how far it is, and hear whether it was cancelled. Raises Stopped."""
    job.done += rows
    running = ExportJob.objects.filter(pk=job.pk, state=ExportState.RUNNING)
    if not running.update(done=job.done, total=job.total):
        raise Stopped


@transaction.atomic
def _end(job: ExportJob, exporter: Exporter, state: ExportState, *, size: int = 0, failure: str = "") -> None:
    """Close the job unless it was cancelled meanwhile; the file of a cancelled one goes with the next sweep."""
    stored = ExportJob.objects.select_for_update().get(pk=job.pk)
    if stored.state != ExportState.RUNNING:
        return
    at = now()
    stored.state, stored.size, stored.failure, stored.finished_at = state, size, failure, at
    stored.units = job.units
    stored.expires_at = at + KEPT_FOR if state == ExportState.DONE else None
    stored.save()
    exporter.record(exporter.actor_of(job.owner_id, at), stored, at)
