"""Children come back when they die, and never outlive their supervisor."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bihuan.runtime.children import Child, environment_with
from bihuan.runtime.postgres.processes import is_alive
from bihuan.runtime.tests.guest import ROOT
from tests.waiting import wait_until

WAITS = """
import os, sys, time
from bihuan.runtime import lifeline
lifeline.follow_supervisor()
with open(sys.argv[1], "a") as report:
    report.write(f"{os.getpid()}\\n")
while True:
    time.sleep(60)
"""
SUPERVISES = f"""
import sys, time
from bihuan.runtime.children import Child, environment_with
Child("waits", [sys.executable, "-c", {WAITS!r}, sys.argv[1]], environment_with()).start()
time.sleep(60)
"""


@pytest.fixture
def report(tmp_path: Path) -> Path:
    return tmp_path / "pids"


@pytest.fixture
def child(report: Path) -> Iterator[Child]:
    made = Child("waits", [sys.executable, "-c", WAITS, str(report)], environment_with(PYTHONPATH=str(ROOT)))
    made.start()
    wait_until(lambda: bool(pids(report)))
    yield made
    made.ask_to_stop()
    made.stop(10)


def pids(report: Path) -> list[int]:
    return [int(line) for line in report.read_text().splitlines()] if report.exists() else []


def test_a_killed_child_is_started_again_and_says_how_it_ended(child: Child, report: Path) -> None:
    os.kill(pids(report)[0], signal.SIGKILL)
    said: list[str] = []

    def came_back() -> bool:
        sentence = child.tend()
        said.extend([sentence] if sentence else [])
        return len(pids(report)) == 2

    wait_until(came_back)
    assert said == ["waits was killed by signal 9; starting it again"]


def test_a_stopped_child_stays_stopped(child: Child, report: Path) -> None:
    child.ask_to_stop()
    child.stop(10)
    assert not is_alive(pids(report)[0])


def test_a_child_that_does_not_listen_is_killed_when_patience_ends(child: Child, report: Path) -> None:
    child.stop(0)
    assert not is_alive(pids(report)[0])


def test_a_child_that_dies_at_once_is_started_less_and_less_often() -> None:
    hopeless = Child("hopeless", ["false"], environment_with())
    pauses = []
    for _ in range(8):
        hopeless.start()
        wait_until(lambda: hopeless.ended() is not None)
        hopeless.tend()
        pauses.append(hopeless.next_pause)
    assert pauses == [0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0, 5.0]


def test_a_child_dies_with_its_killed_supervisor(report: Path) -> None:
    environment = environment_with(PYTHONPATH=str(ROOT))
    with subprocess.Popen([sys.executable, "-c", SUPERVISES, str(report)], env=environment) as supervisor:
        wait_until(lambda: bool(pids(report)))
        supervisor.kill()
    wait_until(lambda: not is_alive(pids(report)[0]), seconds=5)


def test_a_program_nobody_supervises_does_not_read_its_input() -> None:
    program = "from bihuan.runtime import lifeline; lifeline.follow_supervisor(); print(input())"
    answer = subprocess.run(
        [sys.executable, "-c", program], input="mine", env=environment_with(PYTHONPATH=str(ROOT)), text=True,
        capture_output=True, check=True,
    )  # fmt: skip
    assert answer.stdout == "mine\n"
