"""``bihuan bench``: one run from an empty folder to a table. Starts other commands and loads no Django itself."""

import argparse
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bihuan.bench import measuring, report, stack
from bihuan.bench.clients import WrongAnswer
from bihuan.bench.course import LIST, Question, creations, questions
from bihuan.bench.measuring import Machine, Turns
from bihuan.bench.report import Results
from bihuan.runtime.postgres import ClusterError

SMALL_CASES = 10_000
CLIENTS = 8


def main(arguments: list[str]) -> int:
    """The command line; returns the exit code. A missed aim is printed, and is no error."""
    options = _options(arguments)
    try:
        with stack.variable_folder(options.folder) as folder, stack.started_cluster(folder) as cluster:
            small = stack.site_on(cluster, folder, "small")
            large = stack.site_on(cluster, folder, "large")
            results, asked = _measure(options, large, small)
    except (stack.BenchFailed, ClusterError, WrongAnswer) as failure:
        print(failure, file=sys.stderr)
        return 1
    print(report.table(results, asked))
    if options.json:
        report.write_json(options.json, results, asked)
    return 0


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bihuan bench", description="Measure Bihuan on a database of its own.")
    parser.add_argument("--cases", type=int, default=1_000_000, help="cases of the large database (1000000)")
    parser.add_argument("--customers", type=int, help="customers of the large database (as many as cases)")
    parser.add_argument("--rounds", type=int, default=5, help="turns of product and raw baseline (5)")
    parser.add_argument("--seconds", type=float, default=1.0, help="length of a slice (1.0)")
    parser.add_argument("--folder", type=Path, help="keep the databases here; filled ones are used again")
    parser.add_argument("--json", type=Path, help="write the figures to this file as well")
    options = parser.parse_args(arguments)
    options.customers = options.customers or options.cases
    if min(options.cases, options.customers) < 1_000:
        parser.error("--cases and --customers are 1000 or more")
    return options


def _measure(options: argparse.Namespace, large: stack.Site, small: stack.Site) -> tuple[Results, list[Question]]:
    few = min(SMALL_CASES, options.cases)
    _tell(f"filling {few:,} cases")
    small_described = stack.filled(small, few, few)
    _tell(f"filling {options.cases:,} cases")
    described = stack.filled(large, options.cases, options.customers)
    asked, machine = questions(described), Machine()
    turns = Turns(options.rounds, options.seconds, machine)
    raw: dict[str, Any] = {"team_id": described["teams"]["agent"], "turns": turns}
    with ExitStack() as held:
        address = held.enter_context(stack.running_product(large))
        small_address = held.enter_context(stack.running_product(small))
        _tell("reads with one client")
        one = measuring.measure_reads(address, large.url, asked, clients=1, **raw)
        _tell(f"lists of {options.cases:,} and {few:,} cases in turns")
        growth = measuring.measure_growth(
            (address, _lists(asked)),
            (small_address, _lists(questions(small_described))),
            turns=turns,
        )
        _tell(f"reads with {CLIENTS} clients")
        eight = measuring.measure_reads(address, large.url, asked, clients=CLIENTS, **raw)
        _tell(f"creates with {CLIENTS} clients")
        longer = Turns(options.rounds, options.seconds * 3, machine)
        creates = measuring.measure_creates(address, large.url, creations(described), clients=CLIENTS, turns=longer)
        _tell("a new key for sealed values, while the system serves")
        resealed = float(stack.run_command(large, "bench_reseal"))
    results = Results(
        cases=options.cases,
        small_cases=few,
        load_seconds=described["load_seconds"],
        machine=machine,
        creates=creates,
        one=one,
        eight=eight,
        growth=growth,
        resealed_per_second=resealed,
    )
    return results, asked


def _lists(asked: Sequence[Question]) -> list[Question]:
    return [question for question in asked if question.group == LIST]


def _tell(what: str) -> None:
    print(f"{time.strftime('%H:%M:%S')}  {what}", file=sys.stderr, flush=True)
