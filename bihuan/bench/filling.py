"""Fills the empty database of a benchmark: the demo's company, then customers and cases by COPY, then their indexes."""

import secrets
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from random import Random

from django.db import connection, transaction

from bihuan.bench.clientele import store_customers
from bihuan.bench.copying import built_afterwards, go_on_after
from bihuan.bench.long_cases import last_message_id, lengthen
from bihuan.bench.rows import TABLES, Writer
from bihuan.bench.shapes import Setting, Shape, shape_cases
from bihuan.bench.voices import invent_voices
from bihuan.cases.models import Category
from bihuan.demo.company import Company, found_company
from bihuan.demo.seasons import arrivals
from bihuan.journal.actions import ensure_months
from bihuan.journal.models import ConsumerCursor, StoredEntry
from bihuan.journal.registry import consumers
from bihuan.promises.models import PromisePolicy

Progress = Callable[[str, int, int], None]
BLOCK = 10_000
VOICES = 12_000
HISTORY = timedelta(days=3 * 365)
LONG_EVERY = 997


def fill(*, cases: int, customers: int, at: datetime, progress: Progress) -> Company:
    """Everything but the log-ins. ``progress`` hears of what, how much is done, and of how much."""
    start = at - HISTORY
    ensure_months(start, at)
    rng = Random("bench")
    company = found_company(password=secrets.token_urlsafe(24), at=start, rng=rng)
    with transaction.atomic():
        store_customers(rng, customers, start, progress)
    voices = invent_voices(rng, min(VOICES, max(500, cases // 2)), at)
    setting = Setting(company=company, voices=voices, customers=customers, until=at)
    with transaction.atomic():
        _store_cases(rng, setting, cases, start, progress)
    _draw_numbers_after(cases)
    _pass_consumers(at)
    progress("indexes", 1, 1)
    return company


def _store_cases(rng: Random, setting: Setting, cases: int, start: datetime, progress: Progress) -> None:
    with built_afterwards(*TABLES):
        writer = _writer(setting.until)
        for shapes in _blocks(rng, setting, cases, start):
            writer.write(shapes)
            lengthen(writer, [shape for shape in shapes if shape.id % LONG_EVERY == 0], first_id=cases)
            progress("cases", shapes[-1].id, cases)
        for table in ("intake_conversation", "cases_case"):
            go_on_after(table, cases)
        go_on_after("intake_message", last_message_id(cases))
        progress("indexes", 0, 1)


def refresh_statistics() -> None:
    """What the planner knows, and which pages it need not look at: as a database that has been running for days."""
    connection.cursor().execute("VACUUM (ANALYZE)")


def _writer(at: datetime) -> Writer:
    policies = PromisePolicy.objects.current().filter(kind="FIRST_REPLY").select_related("calendar").order_by("-pk")
    by_kind = {policy.case_kind: policy for policy in policies}
    (edition_id,) = {policy.calendar.edition_id for policy in list(by_kind.values())[:1]}
    categories = {category.code: category for category in Category.objects.all()}
    assert edition_id is not None
    return Writer(categories=categories, policies=by_kind, edition_id=edition_id, until=at)


def _blocks(rng: Random, setting: Setting, cases: int, start: datetime) -> Iterator[list[Shape]]:
    moments = arrivals(rng, cases, start, setting.until)
    for first in range(0, cases, BLOCK):
        yield list(shape_cases(rng, setting, moments[first : first + BLOCK], first + 1))


def _draw_numbers_after(cases: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval('cases_case_number', %s)", [cases])


def _pass_consumers(at: datetime) -> None:
    """What consumers would make of the loaded entries is loaded already."""
    last = StoredEntry.objects.order_by("-xid", "-id").first()
    assert last is not None
    for name in consumers():
        cursor = ConsumerCursor(name=name, moved_at=at)
        cursor.move_to(last.position)
        cursor.save()
