"""Driving an import: a file, read once, handed over in batches; refusals written down; interruptible at any row.

Sits above the actions and below the command, so that the command only reads its arguments and draws its bar.
"""

import csv
import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils.timezone import get_current_timezone

from bihuan.foundation.actor import Actor
from bihuan.intake import queries
from bihuan.intake.actions import FeedbackBatch, finish_import, import_batch, open_import
from bihuan.intake.feedback_rows import FeedbackFile, FeedbackMapping, FeedbackRow, RefusedRow

BATCH = 500
BLOCK_BYTES = 1 << 20


@dataclass(kw_only=True)
class ImportReport:
    """What an import did; ``began_at`` is the row it went on behind."""

    rows: int = 0
    stored: int = 0
    duplicates: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    began_at: int = 0
    is_interrupted: bool = False


@dataclass(frozen=True, kw_only=True)
class ImportOrder:
    """What to import, as whom, and where refused rows are written."""

    actor: Actor
    file: FeedbackFile
    mapping: FeedbackMapping
    source: str
    errors: Path
    at: datetime


def run_import(order: ImportOrder, advance: Callable[[int], None]) -> ImportReport:
    """Import a file, or what is left of it; Ctrl-C ends it between two batches. Raises FileUnreadable, ImportMoved."""
    run = open_import(
        actor=order.actor,
        source=order.source,
        file_name=order.file.path.name,
        file_sha256=sha256_of(order.file.path),
        at=order.at,
    )
    report = ImportReport(began_at=run.position)
    try:
        for batch, refused in _batches(order, report):
            if batch.position > run.position:
                before = run.stored, run.duplicates
                run = import_batch(actor=order.actor, run_id=run.pk, batch=batch, at=order.at)
                report.stored += run.stored - before[0]
                report.duplicates += run.duplicates - before[1]
            report.rows = batch.position
            report.refused.update(row.problem for row in refused)
            advance(batch.position - batch.after)
    except KeyboardInterrupt:
        report.is_interrupted = True
    else:
        finish_import(actor=order.actor, run_id=run.pk, at=order.at)
    return report


def try_import(order: ImportOrder, advance: Callable[[int], None]) -> ImportReport:
    """Tell what an import would do; nothing is stored. Raises FileUnreadable."""
    report = ImportReport()
    for batch, refused in _batches(order, report):
        known = queries.find_known_rows(order.source, [row.identity for row in batch.rows])
        report.rows = batch.position
        report.duplicates += len(known)
        report.stored += len({row.identity for row in batch.rows}) - len(known)
        report.refused.update(row.problem for row in refused)
        advance(batch.position - batch.after)
    return report


def sha256_of(path: Path) -> str:
    """The hash of a file's bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()


def _batches(order: ImportOrder, report: ImportReport) -> Iterator[tuple[FeedbackBatch, list[RefusedRow]]]:
    """All rows in batches; refused ones go to the error file, which is complete whenever the run is."""
    rows: list[FeedbackRow] = []
    refused: list[RefusedRow] = []
    after = number = 0
    with _error_file(order) as write_error:
        for row in order.file.rows(order.mapping, get_current_timezone()):
            number = row.number
            if isinstance(row, RefusedRow):
                refused.append(row)
                write_error([str(row.number), row.problem.value, str(row.problem.label), *row.cells])
            else:
                rows.append(row)
            # A resumed run has to cut where the interrupted one did: batches end at round numbers.
            if number % BATCH == 0:
                yield FeedbackBatch(after=after, position=number, rows=rows, refused=len(refused)), refused
                rows, refused, after = [], [], number
        if number > after:
            yield FeedbackBatch(after=after, position=number, rows=rows, refused=len(refused)), refused


@contextmanager
def _error_file(order: ImportOrder) -> Iterator[Callable[[list[str]], Any]]:
    """Refused rows with their reasons, readable by its owner only; without any there is no file."""
    order.errors.unlink(missing_ok=True)
    target: list[Any] = []

    def write(cells: list[str]) -> None:
        if not target:
            handle = os.open(order.errors, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            # The mark in front lets Excel read it as UTF-8.
            target.append(os.fdopen(handle, "w", encoding="utf-8-sig", newline=""))
            csv.writer(target[0]).writerow(["row", "code", "reason", *order.file.heading])
        csv.writer(target[0]).writerow(cells)

    try:
        yield write
    finally:
        for file in target:
            file.close()
