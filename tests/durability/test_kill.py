"""kill -9 in the middle of eight writers: nothing acknowledged is lost, nothing is there twice, all comes back.

``BIHUAN_STORM_ROUNDS=20 pytest tests/durability/test_kill.py`` kills everything twenty times.
"""

import json
import os
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bihuan.foundation.files.tests.factories import PNG
from bihuan.runtime.postgres.binaries import installed_programs
from bihuan.runtime.postgres.processes import is_alive
from tests.durability.clients import (
    CLEAR,
    READER,
    SERVICE,
    ApiWriter,
    ExportWriter,
    MailboxWriter,
    PipedMailWriter,
    PortalWriter,
    address_of,
    message_id_of,
)
from tests.durability.writers import Writers
from tests.guards.leaks import leaks_in_folder, leaks_in_text
from tests.mailserver import MailServer
from tests.mailserver import _running_mail_server as mail_server
from tests.stack import Stack
from tests.waiting import wait_until

__all__ = ["mail_server"]

# One process starts the stacks of this file: the second start finds the database of the first.
pytestmark = [pytest.mark.durability, pytest.mark.xdist_group("kill")]

ROUNDS = int(os.environ.get("BIHUAN_STORM_ROUNDS", "1"))
PARTS = ("web-process", "worker", "backend", "postgres", "web", "supervisor")
PATIENCE = 240  # eight writers leave little of two cores to a reader


@pytest.fixture(scope="module")
def stack(mail_server: MailServer) -> Iterator[Stack]:
    """The running product, with a mailbox it reads and a mail server it sends through."""
    folder = Path(tempfile.mkdtemp(prefix="bihuan-kill-"))
    folder.chmod(0o755)
    environment = {
        "BIHUAN_SMTP_URL": mail_server.smtp_url,
        "BIHUAN_IMAP_URL": mail_server.imap_url(SERVICE),
        "BIHUAN_MAIL_FROM": f"{SERVICE}@bihuan.example",
    }
    for user in (SERVICE, READER):
        mail_server.maildir(user)
    with Stack(folder, environment=environment) as running:
        yield running
    shutil.rmtree(folder)


class Storm:
    """Eight writers of all that can be handed to the product, and what they were told."""

    def __init__(self, stack: Stack, server: MailServer) -> None:
        lin, *exporting = json.loads(stack.run("tests.durability.company"))
        self.stack = stack
        self.api = [ApiWriter(stack, lin) for _ in range(3)]
        self.portal = [PortalWriter(stack) for _ in range(2)]
        self.exports = ExportWriter(stack, exporting)
        self.pipe = PipedMailWriter(stack)
        self.mailbox = MailboxWriter(stack, server)
        self.writers = Writers([*self.api, *self.portal, self.exports, self.pipe, self.mailbox])

    @property
    def numbers(self) -> dict[str, str]:
        """The case number that was told to each customer, by mail address."""
        told = {key: number for writer in (*self.api, *self.portal) for key, number in writer.numbers.items()}
        return {address_of(key): number for key, number in told.items()}

    @property
    def mails(self) -> set[str]:
        """The Message-IDs of all mails that were accepted."""
        return {message_id_of(key) for key in (*self.writers.acknowledged_by(self.pipe), *self.mailbox.left)}

    def rage(self) -> None:
        """Kill one kind of process after the other; go on when it is back and everybody at the web was heard again."""
        for part in PARTS:
            self._wait_for_the_web()
            if part == "supervisor":
                self._kill_the_supervisor()
            else:
                self.stack.wait_for_replacement(part, self.stack.kill(part))
        self._kill_a_reading()

    def _kill_the_supervisor(self) -> None:
        """All it had started dies with it but the database server, which its successor finds and uses."""
        before = self.stack.pids()
        self.stack.kill("supervisor")
        orphans = [pid for part in ("web", "web-process", "worker") for pid in before[part]]
        wait_until(lambda: not any(is_alive(pid) for pid in orphans), seconds=5)
        self.stack.start()
        assert self.stack.pids()["postgres"] == before["postgres"]

    def _kill_a_reading(self) -> None:
        """kill -9 of a program that reads the mailbox, once it has taken in some of the mails in it."""
        self.mailbox.leave(*(f"pile-{len(self.mailbox.left)}-{number}" for number in range(30)))
        with psycopg.connect(self.stack.database_url, autocommit=True) as connection:

            def taken() -> int:
                return int(connection.execute("SELECT count(*) FROM intake_mail WHERE uid IS NOT NULL").fetchone()[0])  # type: ignore[index]

            before = taken()
            reading = self.stack.start_program("bihuan", "mail", "poll")
            wait_until(lambda: taken() > before or reading.poll() is not None, seconds=PATIENCE)
        reading.kill()
        reading.communicate()

    def _wait_for_the_web(self) -> None:
        """Every client of the web server gets two more things acknowledged; mails come when they come."""
        web = [*self.api, *self.portal, self.exports]
        before = [len(self.writers.acknowledged_by(writer)) for writer in web]

        def is_heard() -> bool:
            now = [len(self.writers.acknowledged_by(writer)) for writer in web]
            return all(after > then + 1 for then, after in zip(before, now, strict=True))

        wait_until(is_heard, seconds=PATIENCE, describe=lambda: f"{self.writers.failures} {self.stack.output()}")


@dataclass(frozen=True)
class Outcome:
    """A storm that is over, and what the product has when it has come to rest and was stopped."""

    storm: Storm
    found: dict[str, Any]
    journal: str
    dump: str
    exit_code: int
    survivors: list[int]


@pytest.fixture(scope="module")
def outcome(stack: Stack, mail_server: MailServer) -> Outcome:
    storm = Storm(stack, mail_server)
    with storm.writers:
        for _ in range(ROUNDS):
            storm.rage()
    found = json.loads(stack.run("tests.durability.aftermath"))
    journal = stack.run("bihuan", "journal", "verify")
    dump = subprocess.run(
        [installed_programs() / "bin" / "pg_dump", stack.database_url], capture_output=True, check=True
    )
    pids = [pid for part in stack.pids().values() for pid in part]
    exit_code = stack.stop()
    return Outcome(storm, found, journal, dump.stdout.decode(), exit_code, [pid for pid in pids if is_alive(pid)])


def test_every_acknowledged_case_is_there_once_with_all_that_belongs_to_it(outcome: Outcome) -> None:
    assert outcome.storm.writers.failures, "the writers did not notice that anything was killed"
    told, cases = outcome.storm.numbers, [it for it in outcome.found["cases"] if it["channel"] != "MAIL"]
    assert {address: told[address] for address in told} == {it["address"]: it["number"] for it in cases}
    assert len(cases) == len(told) > 0
    for case in cases:
        assert case["entries"]["case.opened"] == 1 and case["is_findable"], case
        promises = {"FIRST_REPLY": 1, "STATUTORY": 1}
        if case["channel"] == "API":
            promises["RESOLUTION"] = 1
            assert case["entries"]["case.advanced confirm"] == 1 and case["pictures"] == [], case
        else:
            assert case["pictures"] == [len(PNG)], case
        assert case["promises"] == promises, case


def test_every_accepted_mail_is_one_message_with_one_case_or_one_place_in_the_quarantine(outcome: Outcome) -> None:
    mails, cases = outcome.found["mails"], [it for it in outcome.found["cases"] if it["channel"] == "MAIL"]
    assert sorted(mail["id"] for mail in mails) == sorted(outcome.storm.mails)
    messages = [mail for mail in mails if mail["message"] is not None]
    assert all(mail["is_quarantined"] is (mail["message"] is None) for mail in mails)
    assert 0 < len(messages) < len(mails)
    writers = [address_of(mail["id"].strip("<>").partition("@")[0]) for mail in messages]
    assert sorted(case["address"] for case in cases) == sorted(writers)
    for case in cases:
        assert case["entries"]["case.opened"] == case["receipts"] == 1 and case["promises"], case


def test_every_outgoing_mail_left_under_one_message_id_and_again_only_after_a_killed_attempt(
    outcome: Outcome, mail_server: MailServer
) -> None:
    """SMTP has no way to ask whether a mail was taken, so a killed attempt is repeated.

    Under the same Message-ID, which is what mail programs recognise a repetition by.
    """
    deliveries = outcome.found["deliveries"]
    arrived = Counter(str(mail["Message-ID"]) for mail in mail_server.inbox(READER))
    assert {it["state"] for it in deliveries} == {"SENT"}
    assert sorted(it["id"] for it in deliveries) == sorted(arrived)
    assert [it for it in deliveries if arrived[it["id"]] > it["attempts"]] == []
    confirmed = [it for it in outcome.found["cases"] if it["channel"] in ("API", "MAIL")]
    assert len(deliveries) == len(confirmed)


def test_every_export_ended_once_with_a_whole_file(outcome: Outcome) -> None:
    exports = {it["id"]: it for it in outcome.found["exports"]}
    assert set(outcome.storm.exports.exports) <= set(exports) and exports
    for export in exports.values():
        assert (export["state"], export["ends"]) == ("DONE", 1), export
        assert export["lines"] == export["rows"], export


def test_the_journal_holds_and_every_consumer_has_read_it(outcome: Outcome) -> None:
    assert "entries hold" in outcome.journal
    assert outcome.found["parked"] == 0
    # A mail that met a dead database is tried again by its own clock; every other job comes back by itself.
    assert set(outcome.found["failed_jobs"]) <= {"intake.deliver"}


@pytest.mark.feature("2.4")
def test_neither_a_dump_nor_the_logs_of_all_the_failures_show_who_wrote(outcome: Outcome, stack: Stack) -> None:
    assert all(number in outcome.dump for number in outcome.storm.numbers.values())
    assert leaks_in_text(outcome.dump, CLEAR, "dump") == []
    assert "was killed by signal 9" in stack.output() and list(stack.cluster.folder.glob("log/*"))
    assert leaks_in_text(stack.output(), CLEAR, "log of the stack") == []
    assert leaks_in_folder(stack.cluster.folder / "log", CLEAR) == []


def test_the_successor_of_a_killed_supervisor_stops_all_in_order(outcome: Outcome) -> None:
    assert (outcome.exit_code, outcome.survivors) == (0, [])
