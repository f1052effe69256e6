"""The rounds of a benchmark. What is compared is measured in turns, in slices of about a second.

The load of the machine changes from minute to minute; neighbours in time have about the same. So each slice of the
product lies beside a slice of its raw baseline, and ratios are made from both.
"""

import hashlib
import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field

from bihuan.bench import raw
from bihuan.bench.clients import Ask, Client, Sample, drive
from bihuan.bench.course import Question

CALIBRATION_BYTES = b"x" * 2_000_000

Address = tuple[str, int]


@dataclass(slots=True)
class Compared:
    """A figure with the raw baseline measured in turns; ``ratios`` has one per round."""

    product: Sample = field(default_factory=Sample)
    baseline: Sample = field(default_factory=Sample)
    ratios: list[float] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        return statistics.median(self.ratios) if self.ratios else 0.0


@dataclass(slots=True)
class Machine:
    """How steady the machine was: the same little work, timed before every slice."""

    seconds: list[float] = field(default_factory=list)

    def probe(self) -> None:
        started = time.perf_counter()
        hashlib.sha256(CALIBRATION_BYTES).digest()
        self.seconds.append(time.perf_counter() - started)

    @property
    def noise(self) -> float:
        """95th percentile over the fastest: 1.0 is a quiet machine."""
        ranked = sorted(self.seconds)
        return ranked[int(len(ranked) * 0.95)] / ranked[0] if ranked else 1.0


@dataclass(frozen=True, slots=True)
class Turns:
    """How many rounds, how long a slice is, and the machine that is probed before each."""

    rounds: int
    seconds: float
    machine: Machine


def http_works(
    held: ExitStack, address: Address, clients: int, ask: Callable[[int], Ask]
) -> list[Callable[[int], None]]:
    """One worker for each client."""
    opened = [Client(*address) for _ in range(clients)]
    for client in opened:
        held.callback(client.close)
    return [lambda number, client=client: client.send(ask(number)) for client in opened]  # type: ignore[misc]


def measure_creates(address: Address, url: str, ask: Callable[[int], Ask], *, clients: int, turns: Turns) -> Compared:
    """Creates per second against durable single-row inserts per second, in turns."""
    found = Compared()
    with ExitStack() as held:
        opened = held.enter_context(raw.connections(url, clients))
        opened[0].execute(raw.TABLE)
        inserts = [raw.inserter(connection) for connection in opened]
        numbers = iter(range(10**9))
        creates = http_works(held, address, clients, lambda _n: ask(next(numbers)))
        drive(creates, seconds=min(2.0, turns.seconds))
        for _ in range(turns.rounds):
            turns.machine.probe()
            first = drive(inserts, seconds=turns.seconds / 2)
            product = drive(creates, seconds=turns.seconds)
            second = drive(inserts, seconds=turns.seconds / 2)
            first.add(second)
            found.ratios.append(product.per_second / first.per_second)
            found.product.add(product)
            found.baseline.add(first)
    return found


def measure_reads(
    address: Address, url: str, asked: Sequence[Question], *, team_id: int, clients: int, turns: Turns
) -> dict[str, Compared]:
    """Every question for a slice per round, each beside a slice of the raw list query."""
    found = {question.name: Compared() for question in asked}
    with ExitStack() as held:
        opened = held.enter_context(raw.connections(url, clients))
        lists = [raw.lister(connection, team_id) for connection in opened]
        works = {question.name: http_works(held, address, clients, question.ask) for question in asked}
        for question in asked:
            drive(works[question.name], seconds=min(0.5, turns.seconds), at_most=3 * clients)
        for _ in range(turns.rounds):
            for question in asked:
                turns.machine.probe()
                compared = found[question.name]
                baseline = drive(lists, seconds=turns.seconds / 4)
                product = drive(works[question.name], seconds=turns.seconds)
                compared.ratios.append(product.percentile_ms(50) / baseline.percentile_ms(50))
                compared.product.add(product)
                compared.baseline.add(baseline)
    return found


def measure_growth(
    large: tuple[Address, Sequence[Question]], small: tuple[Address, Sequence[Question]], *, turns: Turns
) -> tuple[Sample, Sample]:
    """The same lists on a large and a small database, in turns, one client."""
    totals = (Sample(), Sample())
    with ExitStack() as held:
        sides = [
            (works, total)
            for one, other in zip(large[1], small[1], strict=True)
            for works, total in zip(
                (http_works(held, large[0], 1, one.ask), http_works(held, small[0], 1, other.ask)), totals, strict=True
            )
        ]
        for works, _total in sides:
            drive(works, seconds=turns.seconds, at_most=5)
        for _ in range(turns.rounds):
            for works, total in sides:
                total.add(drive(works, seconds=turns.seconds))
    return totals
