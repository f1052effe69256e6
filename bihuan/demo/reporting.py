"""How far the demo is: a bar on a terminal, a line now and then elsewhere."""

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

STEPS = {"company": "company", "customers": "customers", "cases": "cases", "index": "search index"}
LINES = 5


class Reporter:
    """Called with what, how much is done, and of how much."""

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
