"""kill -9 in the middle of eight writers: nothing acknowledged is lost, nothing is there twice, all comes back."""

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from bihuan.runtime.postgres.processes import is_alive
from tests.durability.writers import RowWriter, Writers
from tests.stack import Stack
from tests.waiting import wait_until

pytestmark = pytest.mark.durability


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """The variable folder of all stacks of this file: the second start finds the data of the first."""
    path = Path(tempfile.mkdtemp(prefix="bihuan-kill-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture
def stack(folder: Path) -> Iterator[Stack]:
    with Stack(folder) as running:
        with psycopg.connect(running.database_url) as connection:
            connection.execute("DROP TABLE IF EXISTS written")
            connection.execute("CREATE TABLE written (key text)")
        yield running


def wait_for_rows(writers: Writers, number: int = 100) -> None:
    """Wait until so many more rows were acknowledged."""
    before = len(writers.acknowledged)
    wait_until(lambda: len(writers.acknowledged) > before + number)


def written(stack: Stack) -> Counter[str]:
    with psycopg.connect(stack.database_url) as connection:
        return Counter(key for (key,) in connection.execute("SELECT key FROM written"))


def assert_nothing_lost_or_double(stack: Stack, writers: Writers) -> None:
    found = written(stack)
    assert set(writers.acknowledged) - set(found) == set()
    assert [key for key, times in found.items() if times > 1] == []


def test_killed_parts_come_back_and_no_acknowledged_row_is_lost_or_double(stack: Stack) -> None:
    url = stack.database_url
    with Writers(lambda: RowWriter(url)) as writers:
        for part in ("postgres", "web", "worker", "web-process"):
            killed = stack.kill(part)
            stack.wait_for_replacement(part, killed)
            wait_for_rows(writers)
    assert writers.failures, "the writers did not notice the kill of the database"
    assert_nothing_lost_or_double(stack, writers)


def test_a_killed_supervisor_leaves_no_orphan_and_its_successor_stops_all_in_order(stack: Stack, folder: Path) -> None:
    before = stack.pids()
    url = stack.database_url
    with Writers(lambda: RowWriter(url)) as writers:
        wait_for_rows(writers)
        stack.kill("supervisor")
        orphans = [pid for part in ("web", "web-process", "worker") for pid in before[part]]
        wait_until(lambda: not any(is_alive(pid) for pid in orphans), seconds=5)
        with Stack(folder) as successor:
            assert successor.pids()["postgres"] == before["postgres"]
            wait_for_rows(writers)
            writers.stop()
            assert_nothing_lost_or_double(successor, writers)
            pids = [pid for part in successor.pids().values() for pid in part]
            assert successor.stop() == 0
    assert not any(is_alive(pid) for pid in pids)
    stack.cluster.start()
    assert_nothing_lost_or_double(stack, writers)
