"""Building the demo: the company, its customers and a year of cases, in one transaction.

All or nothing: whoever stops it half way finds an empty database, and may start again.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from itertools import chain, islice
from random import Random
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from bihuan.cases.models import Callback, Case, CaseSearch, Category, Evidence, Handoff
from bihuan.demo.cast import Cast
from bihuan.demo.chronicle import MAIL_MAN, Chronicle, World
from bihuan.demo.clientele import invent_people
from bihuan.demo.company import Company, found_company
from bihuan.demo.histories import Storyteller, open_count
from bihuan.demo.loading import (
    Keys,
    Numbers,
    analyze,
    check_constraints,
    copy_rows,
    copy_vectors,
    index_built_afterwards,
)
from bihuan.demo.patrons import register_patrons
from bihuan.demo.rulebook import Rulebook
from bihuan.demo.rules import terms_of
from bihuan.demo.wordlists import wordlist
from bihuan.intake.actions import receive_mail
from bihuan.intake.models import Conversation, ConversationReference, Delivery, ExternalKey, Mail, Message
from bihuan.journal.actions import Line, ensure_months, write_many
from bihuan.journal.models import ConsumerCursor, StoredEntry
from bihuan.journal.registry import consumers
from bihuan.organization.models import Unit
from bihuan.promises.models import Promise, PromiseEscalation, PromiseExtension

BATCH = 500
LOCK = 0x6465_6D6F  # advisory lock of builders
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to build."""

    cases: int
    customers: int
    months: int
    seed: int
    password: str


class AlreadyBuilt(Exception):
    """Somebody else has built a company meanwhile."""


def is_built() -> bool:
    """True when there is a company already, of the demo or a real one: it is never touched."""
    return Unit.objects.exists()


@transaction.atomic
def build_demo(plan: Plan, *, at: datetime, progress: Progress) -> Company:
    """Build everything; ``progress`` hears of what, how much is done, and of how much."""
    _only_one_builds()
    start = month_before(at, plan.months)
    ensure_months(start, at)
    progress("company", 0, 1)
    company = found_company(password=plan.password, at=start, rng=Random(f"{plan.seed} company"))
    progress("company", 1, 1)
    progress("customers", 0, plan.customers)
    people = invent_people(Random(f"{plan.seed} people"), plan.customers)
    patrons = register_patrons(people, start=start, end=at)
    progress("customers", plan.customers, plan.customers)
    teller = Storyteller(world=_world(at), cast=Cast(company), patrons=patrons, seed=plan.seed)
    now_open = open_count(plan.cases)
    told = chain(teller.tell_past(plan.cases - now_open, start), teller.tell_open(now_open))
    with index_built_afterwards("case_search_vector"):
        _store(told, plan.cases, progress)
        progress("index", 0, 1)
    progress("index", 1, 1)
    _leave_in_quarantine(at)
    _pass_consumers(at)
    return company


def month_before(at: datetime, months: int) -> datetime:
    """The same moment so many months earlier, on the 28th at the latest."""
    total = at.year * 12 + at.month - 1 - months
    return at.replace(year=total // 12, month=total % 12 + 1, day=min(at.day, 28))


def refresh_statistics() -> None:
    """What the planner knows, after the rows are visible."""
    analyze(Case, CaseSearch, Handoff, Message, Conversation, Promise, StoredEntry)


def _only_one_builds() -> None:
    """Two builders at once: the second waits, and then finds a company. Raises AlreadyBuilt."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    if is_built():
        raise AlreadyBuilt


def _world(at: datetime) -> World:
    return World(
        rulebook=Rulebook.load(),
        categories={category.code: category for category in Category.objects.all()},
        keys=Keys(),
        numbers=Numbers("cases_case_number"),
        until=at,
    )


def _store(told: Iterable[Chronicle], total: int, progress: Progress) -> None:
    """Store cases batch by batch; journal lines wait until no earlier one can follow, so their ids follow time."""
    progress("cases", 0, total)
    stored, waiting = 0, Waiting()
    for batch in _batches(told):
        copy_batch(batch)
        waiting.add(line for story in batch for line in story.lines)
        write_many(waiting.before(max(story.case.opened_at for story in batch)))
        check_constraints()
        stored += len(batch)
        progress("cases", stored, total)
    write_many(waiting.rest())


class Waiting:
    """Journal lines of cases that are stored, in order of time."""

    def __init__(self) -> None:
        self.lines: list[Line] = []

    def add(self, lines: Iterable[Line]) -> None:
        """Take lines in; within a case they keep their order."""
        self.lines.extend(lines)
        self.lines.sort(key=lambda line: line.at)

    def before(self, moment: datetime) -> list[Line]:
        """Hand out what happened before a moment."""
        ready = [line for line in self.lines if line.at < moment]
        self.lines = self.lines[len(ready) :]
        return ready

    def rest(self) -> list[Line]:
        """Hand out everything."""
        ready, self.lines = self.lines, []
        return ready


def _batches(told: Iterable[Chronicle]) -> Iterator[list[Chronicle]]:
    stories = iter(told)
    while batch := list(islice(stories, BATCH)):
        yield batch


def copy_batch(batch: list[Chronicle]) -> None:
    """One COPY per table, parents first."""
    rows: dict[type[Any], list[Any]] = {
        Conversation: [story.conversation for story in batch],
        ConversationReference: [row for story in batch for row in story.post.references],
        Message: [row for story in batch for row in story.post.messages],
        Mail: [row for story in batch for row in story.post.mails],
        ExternalKey: [row for story in batch for row in story.post.external],
        Delivery: [row for story in batch for row in story.post.deliveries],
        Case: [story.case for story in batch],
        Handoff: [row for story in batch for row in story.handoffs],
        Evidence: [row for story in batch for row in story.evidence],
        Callback: [row for story in batch for row in story.callbacks],
        Promise: [row for story in batch for row in story.ledger.promises],
        PromiseExtension: [row for story in batch for row in story.ledger.extensions],
        PromiseEscalation: [row for story in batch for row in story.ledger.escalations],
    }
    for model, instances in rows.items():
        copy_rows(model, instances)
    vectors = [
        (story.case.id, story.case.division_id, story.case.opened_at, terms_of(story.case, story.matter))
        for story in batch
    ]
    copy_vectors(CaseSearch._meta.db_table, vectors)


def _leave_in_quarantine(at: datetime) -> None:
    """Mails that wait for a person: nobody can be answered, or there is nothing to read."""
    for row in wordlist("mails")["mail"]:
        sent_at = at - timedelta(hours=row["hours"])
        mail = EmailMessage()
        if row["sender"]:
            mail["From"] = row["sender"]
        mail["To"] = settings.DEFAULT_FROM_EMAIL
        mail["Subject"] = row["subject"]
        mail["Date"] = format_datetime(sent_at)
        mail.set_content(row["text"])
        receive_mail(actor=MAIL_MAN, raw=mail.as_bytes(), at=sent_at)


def _pass_consumers(at: datetime) -> None:
    """What consumers derive from the journal is stored already: they go on behind the last entry."""
    last = StoredEntry.objects.order_by("-xid", "-id").first()
    if last is None:
        return
    for name in consumers():
        cursor = ConsumerCursor(name=name, moved_at=at)
        cursor.move_to(last.position)
        cursor.save()
