"""The table and the JSON file: what was measured beside what was aimed at, missed aims included."""

import json
import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bihuan.bench.clients import Sample
from bihuan.bench.course import CASE, LIST, PHONE, SEARCH, Question
from bihuan.bench.measuring import Compared, Machine

CREATES_AIM = 300.0
P95_AIMS_MS = {LIST: 60.0, SEARCH: 80.0, PHONE: 20.0}
GROWTH_AIM = 1.3
RESEALED_AIM = 10_000.0
HEAD = f"{'':<40}{'p50 ms':>9}{'p95 ms':>9}{'× raw':>8}{'8 cl. p50':>11}{'p95':>9}{'per s':>8}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A figure with its aim."""

    what: str
    measured: float
    aim: float
    at_least: bool = False

    @property
    def is_met(self) -> bool:
        return self.measured >= self.aim if self.at_least else self.measured <= self.aim

    def __str__(self) -> str:
        sign, word = ("≥" if self.at_least else "≤"), ("met" if self.is_met else "MISSED")
        return f"  {self.what:<62}{self.measured:>10.1f}   aim {sign} {self.aim:g}   {word}"


@dataclass(slots=True)
class Results:
    """All that one run measured."""

    cases: int
    small_cases: int
    load_seconds: float
    machine: Machine
    creates: Compared
    one: dict[str, Compared]
    eight: dict[str, Compared]
    growth: tuple[Sample, Sample]
    resealed_per_second: float

    def group(self, measured: Mapping[str, Compared], asked: Sequence[Question], group: str) -> Sample:
        """All answers of one group together."""
        pooled = Sample()
        for question in asked:
            if question.group == group:
                pooled.add(measured[question.name].product)
        return pooled

    def verdicts(self, asked: Sequence[Question]) -> Iterator[Verdict]:
        """Every aim."""
        yield Verdict("cases created per second, 8 clients", self.creates.product.per_second, CREATES_AIM, True)
        for group, aim in P95_AIMS_MS.items():
            p95 = self.group(self.one, asked, group).percentile_ms(95)
            yield Verdict(f"{group}: p95 in ms, 1 client, {self.cases:,} cases", p95, aim)
        large, small = (sample.percentile_ms(95) for sample in self.growth)
        yield Verdict(f"list p95, {self.cases:,} cases to {self.small_cases:,}", large / small, GROWTH_AIM)
        yield Verdict("sealed values given a new key per second, 1 core", self.resealed_per_second, RESEALED_AIM, True)


def table(results: Results, asked: Sequence[Question]) -> str:
    """What is printed."""
    creates = results.creates
    lines = [
        f"Bihuan benchmark, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC: {os.cpu_count()} cores, {platform.machine()},"
        f" Python {platform.python_version()}; noise {results.machine.noise:.1f} (1.0 is quiet),"
        f" load {os.getloadavg()[0]:.1f}",
        f"{results.cases:,} cases loaded by COPY in {results.load_seconds:,.0f} s",
        "",
        f"creates by API, 8 clients     {creates.product.per_second:>8.0f} per s    p50"
        f" {creates.product.percentile_ms(50):.1f} ms  p95 {creates.product.percentile_ms(95):.1f} ms",
        f"raw durable single-row inserts{creates.baseline.per_second:>8.0f} per s    ratio {creates.ratio:.3f}"
        f" (one create = {1 / creates.ratio if creates.ratio else 0:.1f} inserts)",
        "",
        HEAD,
    ]
    for group in (LIST, CASE, SEARCH, PHONE):
        lines += [_row(q.name, results.one[q.name], results.eight[q.name]) for q in asked if q.group == group]
        one, eight = results.group(results.one, asked, group), results.group(results.eight, asked, group)
        lines.append(_figures(f"= {group}", one, "", eight))
    large, small = results.growth
    lines += [
        "",
        f"list p50/p95: {large.percentile_ms(50):.1f}/{large.percentile_ms(95):.1f} ms at {results.cases:,},"
        f" {small.percentile_ms(50):.1f}/{small.percentile_ms(95):.1f} ms at {results.small_cases:,}",
        "",
        *map(str, results.verdicts(asked)),
    ]
    return "\n".join(lines)


def write_json(path: Path, results: Results, asked: Sequence[Question]) -> None:
    """The same figures for programs."""
    content: dict[str, Any] = {
        "cases": results.cases,
        "cores": os.cpu_count(),
        "noise": results.machine.noise,
        "creates": _plain(results.creates),
        "one_client": {name: _plain(found) for name, found in results.one.items()},
        "eight_clients": {name: _plain(found) for name, found in results.eight.items()},
        "aims": [
            {"what": v.what, "measured": v.measured, "aim": v.aim, "is_met": v.is_met} for v in results.verdicts(asked)
        ],
    }
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _row(name: str, one: Compared, eight: Compared) -> str:
    return _figures(name, one.product, f"{one.ratio:.1f}", eight.product)


def _figures(name: str, one: Sample, ratio: str, eight: Sample) -> str:
    return (
        f"{name:<40}{one.percentile_ms(50):>9.1f}{one.percentile_ms(95):>9.1f}{ratio:>8}"
        f"{eight.percentile_ms(50):>11.1f}{eight.percentile_ms(95):>9.1f}{eight.per_second:>8.0f}"
    )


def _plain(found: Compared) -> dict[str, float]:
    product = found.product
    return {
        "p50_ms": product.percentile_ms(50),
        "p95_ms": product.percentile_ms(95),
        "per_second": product.per_second,
        "raw_per_second": found.baseline.per_second,
        "ratio": found.ratio,
        "count": len(product.seconds),
    }
