"""``bihuan demo``: fill an empty database with the demo company; a second run keeps the data and prints the log-ins."""

import gc
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import IO, Any, cast

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table

from bihuan.demo.building import AlreadyBuilt, Plan, build_demo, is_built, refresh_statistics
from bihuan.demo.logins import apply_password, choose_password, keep_password, list_logins, password_file
from bihuan.foundation.moment import now

STEPS = {"company": "company", "customers": "customers", "cases": "cases", "index": "search index"}
LINES = 5


class Command(BaseCommand):
    help = "Fill an empty database with the demo company and a year of cases."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--cases", type=int, default=20_000, help="how many cases (default 20000)")
        parser.add_argument("--customers", type=int, default=3_000, help="how many customers (default 3000)")
        parser.add_argument("--months", type=int, default=12, help="how far the cases reach back (default 12)")
        parser.add_argument("--seed", type=int, default=7, help="the same seed tells the same stories")

    def handle(self, *args: Any, **options: Any) -> None:
        console = Console(file=cast(IO[str], self.stdout), highlight=False)
        try:
            password = choose_password()
        except ValidationError as weak:
            raise CommandError("the password is too weak: " + " ".join(weak.messages)) from weak
        if is_built():
            console.print("The database holds a company already; it was kept as it is.")
        else:
            self._build(console, options, password)
        self._print_logins(console, password)

    def _build(self, console: Console, options: dict[str, Any], password: str) -> None:
        numbers = {name: options[name] for name in ("cases", "customers", "months", "seed")}
        if min(numbers["cases"], numbers["customers"], numbers["months"]) < 1:
            raise CommandError("--cases, --customers and --months are 1 or more")
        started = time.monotonic()
        keep_password(password)
        with suppress(AlreadyBuilt), Reporter(console) as progress, _garbage_kept():
            build_demo(Plan(password=password, **numbers), at=now(), progress=progress)
        refresh_statistics()
        console.print(f"The demo company is ready after {time.monotonic() - started:.0f} s.")

    def _print_logins(self, console: Console, password: str) -> None:
        logins = list_logins()
        if not logins:
            return
        if apply_password(password, at=now()):
            keep_password(password)
        table = Table(box=None, pad_edge=False)
        for heading in ("sign in as", "name", "unit", ""):
            table.add_column(heading)
        for staff, sees in logins:
            table.add_row(staff.staff_no, f"{staff.name} {staff.name_en}", staff.unit.name, sees)
        console.print(table)
        console.print(f"password for all: {password}    (kept in {password_file()})")


@contextmanager
def _garbage_kept() -> Iterator[None]:
    """No search for circular garbage meanwhile: rows make none, and looking through them all is a tenth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


class Reporter:
    """How far it is: a bar on a terminal, a line now and then elsewhere."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.bars: Progress | None = None
        self.tasks: dict[str, TaskID] = {}
        self.told: dict[str, int] = {}

    def __enter__(self) -> "Reporter":
        if self.console.is_terminal:
            columns = (TextColumn("{task.description:>12}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
            self.bars = Progress(*columns, console=self.console)
            self.bars.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self.bars is not None:
            self.bars.stop()

    def __call__(self, what: str, done: int, total: int) -> None:
        if self.bars is None:
            self._tell(what, done, total)
            return
        if what not in self.tasks:
            self.tasks[what] = self.bars.add_task(STEPS[what], total=total)
        self.bars.update(self.tasks[what], completed=done)

    def _tell(self, what: str, done: int, total: int) -> None:
        part = done * LINES // max(total, 1)
        if done and part > self.told.get(what, 0):
            self.told[what] = part
            self.console.print(f"{STEPS[what]:>12}: {done:,} of {total:,}")
