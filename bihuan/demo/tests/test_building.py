"""A small demo: every history follows the rules, nothing is in clear, a second run adds nothing."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

import pytest
from django.db.models import Count, F, Q

from bihuan.cases import queries
from bihuan.cases.models import Callback, CallbackResult, Case, Handoff, Kind, State
from bihuan.cases.workflow import TABLES
from bihuan.customers.models import Customer, CustomerPhone
from bihuan.demo.building import Plan, build_demo
from bihuan.demo.histories import FEWEST_OPEN_NOW, OPEN_NOW
from bihuan.demo.logins import list_logins
from bihuan.demo.seasons import SHANGHAI
from bihuan.foundation.actor import Actor, Via
from bihuan.intake.models import Mail, Message
from bihuan.journal.actions import run_consumers_once, seal_closed_range
from bihuan.journal.models import StoredEntry
from bihuan.journal.queries import verify
from bihuan.mail.reasons import MailOutcome
from bihuan.organization.models import Staff, Unit, UnitKind
from bihuan.organization.queries import actor_for
from bihuan.promises.actions import escalate_due
from bihuan.promises.models import Promise, PromiseState
from bihuan.promises.queries import explain
from tests.guards.leaks import leaks_in_database

AT = datetime(2026, 11, 23, 10, 42, 7, tzinfo=SHANGHAI)
READER = Actor.system("test")
PLAN = Plan(cases=60, customers=40, months=12, seed=7, password="Yuanhe-2026-kept")

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: pytest.FixtureDef) -> Iterator[None]:  # type: ignore[type-arg]
    """One demo for all tests that only read, rolled back at the end."""
    from django.db import transaction

    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        atomic = transaction.atomic()
        atomic.__enter__()
        build_demo(PLAN, at=AT, progress=lambda what, done, total: None)
        yield
        transaction.set_rollback(True)
        atomic.__exit__(None, None, None)


def test_the_company_has_its_units_and_people(built: None) -> None:
    kinds = dict(Unit.objects.values_list("kind").annotate(Count("pk")))
    assert (kinds[UnitKind.DIVISION], kinds[UnitKind.TEAM], kinds[UnitKind.DEPARTMENT]) == (4, 12, 12)
    assert Staff.objects.exclude(staff_no="platform").count() == 80
    assert [staff.staff_no for staff, _sees in list_logins()][:4] == ["lin", "zhou", "wei", "qian"]


def test_as_many_cases_and_customers_as_asked(built: None) -> None:
    assert Case.objects.count() == PLAN.cases
    assert Customer.objects.count() == PLAN.customers


def test_every_history_walks_the_table_of_its_process(built: None) -> None:
    for case in Case.objects.all():
        state = State.RECEIVED.value
        for entry in StoredEntry.objects.about("case", case.pk).filter(code="case.advanced"):
            assert entry.payload["before"] == state
            state = TABLES[case.kind][state, entry.payload["verb"]].value
            assert entry.payload["after"] == state
        assert case.state == state


def test_the_journal_of_a_case_is_in_order_and_not_in_the_future(built: None) -> None:
    for case in Case.objects.all():
        moments = list(StoredEntry.objects.about("case", case.pk).values_list("at", flat=True))
        assert moments == sorted(moments)
        assert case.opened_at <= moments[0]
        assert moments[-1] <= AT


def test_nobody_calls_back_about_what_he_handled(built: None) -> None:
    for callback in Callback.objects.exclude(called_by=None).select_related("case"):
        done = StoredEntry.objects.about("case", callback.case_id).filter(
            at__lt=callback.called_at, actor_id=callback.called_by_id, code__in=("case.claimed", "case.advanced")
        )
        # A dissatisfied answer moves the case on; whoever heard it has not handled it.
        assert not done.exclude(payload__verb__startswith="call_back").exists()


def test_closed_complaints_have_a_cause_and_a_satisfied_customer(built: None) -> None:
    closed = Case.objects.filter(kind=Kind.COMPLAINT, state=State.CLOSED)
    assert closed.exists()
    assert not closed.filter(cause="").exists()
    assert not closed.exclude(callbacks__result=CallbackResult.SATISFIED).exists()


def test_every_page_has_something_to_show(built: None) -> None:
    standing = set(Case.objects.open().values_list("kind", "state", "round"))
    assert {(kind, state, round_) for kind, state, round_, _share in OPEN_NOW} <= standing
    assert Case.objects.open().count() >= FEWEST_OPEN_NOW


def test_open_cases_know_their_next_due_time(built: None) -> None:
    for case in Case.objects.open():
        running = Promise.objects.about("case", case.pk).filter(state=PromiseState.RUNNING)
        due = running.order_by("due_at").values_list("due_at", flat=True).first()
        assert case.next_due_at == due


def test_due_times_are_those_of_the_calendar(built: None) -> None:
    for promise in Promise.objects.order_by("pk")[:40]:
        told = explain(promise.pk, at=AT)
        assert told.due_at == promise.due_at
        assert sum(step.counted_minutes for step in told.steps) == promise.total_minutes


def test_hand_offs_belong_to_their_department_and_are_answered_or_running(built: None) -> None:
    assert not Handoff.objects.exclude(department__kind=UnitKind.DEPARTMENT).exists()
    assert not Handoff.objects.filter(taken_at__lt=F("asked_at")).exists()
    assert not Handoff.objects.filter(Q(ended_at=None), case__closed_at__isnull=False).exists()


def test_cases_are_found_by_number_waybill_and_words(built: None) -> None:
    case = Case.objects.filter(kind=Kind.COMPLAINT).exclude(waybill="").latest("opened_at")
    lin = actor_for(Staff.objects.get(staff_no="he"), at=AT, via=Via.WEB)
    for text in (case.number, case.waybill, case.title):
        assert case in queries.search_cases(actor=lin, text=text)


def test_nothing_personal_lies_in_clear(built: None) -> None:
    values = [customer.name for customer in Customer.objects.all() if len(customer.name) > 2]
    values += [phone.value for phone in CustomerPhone.objects.all()]
    assert leaks_in_database(values) == []


def test_mails_wait_in_quarantine_for_different_reasons(built: None) -> None:
    waiting = Mail.objects.filter(outcome=MailOutcome.QUARANTINED)
    assert Counter(waiting.values_list("reason", flat=True)) == {"NO_CONTENT": 2, "NO_SENDER": 1}


def test_some_texts_speak_of_what_the_vault_keeps(built: None) -> None:
    assert Message.objects.exists()
    assert not Message.objects.filter(body__contains="{").exists()


def test_consumers_and_the_escalation_job_have_nothing_left_to_do(built: None) -> None:
    before = StoredEntry.objects.count()
    run_consumers_once()
    assert escalate_due(at=AT) == 0
    assert (Case.objects.count(), StoredEntry.objects.count()) == (PLAN.cases, before)


def test_the_journal_seals_and_verifies(built: None) -> None:
    seal_closed_range(at=AT)
    found = verify()
    assert found.fault is None
    assert found.entries == StoredEntry.objects.count()


def test_the_same_seed_builds_the_same_company(built: None) -> None:
    first = [*Case.objects.order_by("pk").values_list("kind", "state", "title", "opened_at", "closed_at")]
    assert len(set(first)) == PLAN.cases
