"""``bihuan import feedback FILE.csv``: feedback from any system into conversations, whole, once, and resumable.

    bihuan import feedback reviews.csv --source app-store --map text=review,label=label \\
        --kind-by label:0=COMPLAINT,1=CONSULTATION --dry-run

Fields to map: text (needed), id, name, phone, email, at, waybill, label. With ``id`` mapped a row is known by it;
without, by its content and by how many equal rows stand before it in the file: for exports that grow, map ``id``.
"""

import time
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from bihuan.foundation.actor import Actor, ActorKind, Via
from bihuan.foundation.errors import Refusal
from bihuan.foundation.moment import now
from bihuan.intake.feedback_rows import KINDS, FeedbackFile, FeedbackMapping, FileUnreadable, RowProblem
from bihuan.intake.importing import ImportOrder, ImportReport, run_import, try_import

INTERRUPTED = 130


def pairs(text: str) -> dict[str, str]:
    """``a=b,c=d`` as a dictionary."""
    found = [part.partition("=") for part in text.split(",") if part.strip()]
    if not all(name.strip() and value.strip() for name, _sign, value in found):
        raise ArgumentTypeError("expected name=value,name=value")
    return {name.strip(): value.strip() for name, _sign, value in found}


def kinds_by(text: str) -> tuple[str, dict[str, str]]:
    """``column:value=KIND,value=KIND`` as a column and a dictionary; the column may stand before each value."""
    column, colon, values = text.partition(":")
    if not colon:
        raise ArgumentTypeError("expected column:value=KIND,value=KIND")
    return column.strip(), {value.removeprefix(f"{column}:"): kind for value, kind in pairs(values).items()}


class Command(BaseCommand):
    help = "Bring in what other systems have collected."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        feedback = verbs.add_parser("feedback", help="customers' words from a CSV file")
        feedback.add_argument("file", type=Path)
        feedback.add_argument("--source", required=True, help="where the rows come from; rows are known within it")
        feedback.add_argument("--map", type=pairs, default={"text": "text"}, help="field=column,…")
        feedback.add_argument("--kind", choices=KINDS, default="", help="what all rows are")
        feedback.add_argument("--kind-by", type=kinds_by, default=("", {}), help="column:value=KIND,value=KIND,…")
        feedback.add_argument("--errors", type=Path, help="file for refused rows (default: FILE.errors.csv)")
        feedback.add_argument("--dry-run", action="store_true", help="tell what would be done")

    def handle(self, *args: Any, **options: Any) -> None:
        order, total = self._prepare(options)
        started = time.monotonic()
        with Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TaskProgressColumn(show_speed=True),
            TimeRemainingColumn(),
            transient=True,
        ) as bar:
            task = bar.add_task(order.file.path.name, total=total)
            work = try_import if options["dry_run"] else run_import
            try:
                report = work(order, lambda rows: bar.advance(task, rows))
            except FileUnreadable as error:
                raise CommandError(str(error)) from error
            except Refusal as refusal:
                raise CommandError(f"{refusal} {refusal.next_step}") from refusal
        self._tell(order, report, time.monotonic() - started, is_dry=options["dry_run"])
        if report.is_interrupted:
            raise CommandError("interrupted: run the same command again to go on", returncode=INTERRUPTED)

    def _prepare(self, options: dict[str, Any]) -> tuple[ImportOrder, int]:
        path: Path = options["file"]
        column, kinds = options["kind_by"]
        try:
            file = FeedbackFile.open(path)
            mapping = FeedbackMapping(columns=options["map"], kind=options["kind"], kind_column=column, kinds=kinds)
            total = file.count()
        except (OSError, ValueError, FileUnreadable) as error:
            raise CommandError(str(error)) from error
        order = ImportOrder(
            actor=Actor(kind=ActorKind.SYSTEM, id=None, name="import", via=Via.COMMAND),
            file=file,
            mapping=mapping,
            source=options["source"],
            errors=options["errors"] or path.with_name(f"{path.stem}.errors.csv"),
            at=now(),
        )
        return order, total

    def _tell(self, order: ImportOrder, report: ImportReport, seconds: float, *, is_dry: bool) -> None:
        worked = report.rows - report.began_at
        lines = [
            f"{order.file.path.name}: {order.file.encoding}, delimiter {order.file.delimiter!r}",
            f"rows       {report.rows:>9,}" + (f"  (went on after row {report.began_at:,})" if report.began_at else ""),
            f"{'would store' if is_dry else 'stored':<11}{report.stored:>9,}",
            f"duplicates {report.duplicates:>9,}",
            f"refused    {report.refused.total():>9,}",
            *(f"  {RowProblem(code).value:<16}{count:>8,}" for code, count in sorted(report.refused.items())),
            f"seconds    {seconds:>9.1f}  ({worked / max(seconds, 0.001):,.0f} rows/s)",
        ]
        if report.refused:
            lines.append(f"refused rows with reasons: {order.errors}")
        self.stdout.write("\n".join(lines))
