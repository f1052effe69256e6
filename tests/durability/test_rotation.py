"""kill -9 of the worker in the middle of a rotation, while others read and write: nothing is lost, nothing is counted
twice, and the rotation goes on by itself."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.stack import ROOT, Stack
from tests.waiting import wait_until

pytestmark = pytest.mark.durability

ROWS = 30_000
SEED = f"""
from bihuan.foundation.actor import Actor
from bihuan.foundation.moment import now
from bihuan.customers.models import Customer
from bihuan.safekeeping.actions import start_rotation
for start in range(0, {ROWS}, 5000):
    Customer.objects.bulk_create(
        [Customer(name=f"客户{{n}}", name_label="客*", registered_at=now()) for n in range(start, start + 5000)]
    )
start_rotation(actor=Actor.system("tests"), pace=5000, at=now())
"""
CHANGE = """
from bihuan.customers.models import Customer
people = list(Customer.objects.order_by("-pk")[:500])
assert all(it.name.startswith("客户") for it in people)
for it in people:
    it.name = "改名" + it.name
    it.save(update_fields=["name"])
print(len(people))
"""
CHECK = """
from bihuan.crypto import rotation
from bihuan.customers.models import Customer
from bihuan.safekeeping.models import KeyRotation
it = KeyRotation.objects.get()
column = next(c for c in rotation.encrypted_columns() if c.label == "customers.customer.name")
right = sum(c.name.startswith(("客户", "改名")) for c in Customer.objects.iterator())
print(it.state, it.done, it.total, dict(rotation.count_by_key(column)) == {it.key_id: right}, right)
"""


@pytest.fixture
def stack() -> Iterator[Stack]:
    with tempfile.TemporaryDirectory(prefix="bihuan-rotation-") as folder:
        Path(folder).chmod(0o755)
        with Stack(Path(folder)) as running:
            yield running


def done(stack: Stack) -> int:
    with psycopg.connect(stack.database_url) as connection:
        row = connection.execute("SELECT coalesce(max(done), 0) FROM safekeeping_keyrotation").fetchone()
        return int(row[0]) if row else 0


def shell(stack: Stack, code: str) -> str:
    """Run code in the product, as the stack's own processes do."""
    command = [sys.executable, "-m", "bihuan", "shell", "--verbosity", "0", "--command", code]
    environment = {**os.environ, "BIHUAN_VAR": str(stack.folder), "DATABASE_URL": stack.database_url}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.feature("2.4")
def test_a_rotation_survives_kill_9_of_its_worker_while_others_work(stack: Stack) -> None:
    shell(stack, SEED)
    wait_until(lambda: done(stack) > 0, describe=stack.output)
    killed = stack.kill("worker")
    at_the_kill = done(stack)
    assert 0 < at_the_kill < ROWS
    stack.wait_for_replacement("worker", killed)
    changed = shell(stack, CHANGE)
    wait_until(lambda: "DONE" in shell(stack, CHECK), seconds=150, describe=stack.output)
    state, done_values, total, all_new, right = shell(stack, CHECK).split()
    assert (state, all_new, int(right)) == ("DONE", "True", ROWS)
    assert int(total) - int(changed) <= int(done_values) <= int(total)  # saved meanwhile: sealed with the new key
