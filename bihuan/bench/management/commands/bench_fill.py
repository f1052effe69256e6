"""``bihuan bench_fill``: the data of a benchmark, for ``bihuan bench``, which starts it on a cluster of its own."""

import json
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from bihuan.bench.filling import fill, refresh_statistics
from bihuan.bench.logins import describe as describe_askers
from bihuan.foundation.moment import now
from bihuan.organization.models import Unit


class Command(BaseCommand):
    help = "Fill an empty database for a benchmark and write down who asks for what."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--cases", type=int, required=True)
        parser.add_argument("--customers", type=int, required=True)
        parser.add_argument("--describe", type=Path, required=True, help="the file to write cookies and words to")

    def handle(self, *args: Any, cases: int, customers: int, describe: Path, **options: Any) -> None:
        if Unit.objects.exists():
            raise CommandError("this database holds a company already: a benchmark fills an empty one only")
        at, started = now(), time.monotonic()
        company = fill(cases=cases, customers=customers, at=at, progress=self._progress)
        refresh_statistics()
        written = describe_askers(company, cases=cases, customers=customers, at=at)
        written["load_seconds"] = round(time.monotonic() - started, 1)
        describe.touch(mode=0o600)
        describe.write_text(json.dumps(written, ensure_ascii=False), encoding="utf-8")

    def _progress(self, what: str, done: int, total: int) -> None:
        end = "\n" if done == total else "\r"
        print(f"  {what:<10} {done:>10,} of {total:,}", end=end, file=sys.stderr, flush=True)
