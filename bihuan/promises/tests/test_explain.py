"""Why this time? The answer a page shows."""

from datetime import timedelta

import pytest
from django.utils import translation

from bihuan.calendar.tests.calendars import at
from bihuan.promises.actions import extend_promise, pause_promise, resume_promise
from bihuan.promises.models import PauseReason, PromiseKind
from bihuan.promises.queries import explain
from bihuan.promises.tests.factories import promise

pytestmark = pytest.mark.django_db


@pytest.fixture
def waited(company):
    """The promise of the design: twelve minutes of waiting for the customer on the Sunday evening."""
    made = promise(company)
    pause_promise(
        actor=company.lin_acting, promise_id=made.pk, reason=PauseReason.WAITING_CUSTOMER, at=at("11-22 20:04")
    )
    return resume_promise(actor=company.lin_acting, promise_id=made.pk, at=at("11-22 20:16"))


@pytest.mark.feature("4.8")
def test_why_half_past_two_is_answered_with_a_step_list_that_adds_up(waited) -> None:
    why = explain(waited.pk, at=at("11-23 10:42"))
    assert why.title == "为什么是 14:30？"
    assert (why.rule.text, why.rule.minutes) == ("6 工作小时内给处理结果", 360)
    assert (why.rule.calendar_name, why.rule.hours) == ("全国投诉日历", "每天 08:00–12:00、13:30–21:00")
    assert [(step.label, step.name, step.counted_minutes, step.skipped_minutes) for step in why.steps] == [
        ("计时", "", 16, 0),
        ("暂停", "等客户", 0, 12),
        ("计时", "", 44, 0),
        ("夜间", "", 0, 0),
        ("计时", "", 240, 0),
        ("午间", "", 0, 0),
        ("计时", "", 60, 0),
    ]
    assert why.due_at == waited.due_at == at("11-23 14:30")
    assert (why.total_minutes, why.counted_minutes, why.waiting_minutes) == (360, 222, 138)


def test_the_day_is_named_when_the_due_time_is_not_today(waited) -> None:
    assert explain(waited.pk, at=at("11-22 20:30")).title == "为什么是 11-23 14:30？"


def test_the_statutory_time_names_its_law_and_is_one_step(company) -> None:
    made = promise(company, PromiseKind.STATUTORY, at=at("02-14 10:00"))
    why = explain(made.pk, at=at("02-15 10:00"))
    assert "快递暂行条例" in why.rule.source
    assert [step.counted_minutes for step in why.steps] == [7 * 1440] == [why.total_minutes]


def test_an_extension_is_named_and_counted(waited, company) -> None:
    extend_promise(
        actor=company.lin_acting,
        promise_id=waited.pk,
        by=timedelta(hours=2),
        reason="等卸车监控",
        notice_text="改为 16:30 前",
        at=at("11-23 14:00"),
    )
    why = explain(waited.pk, at=at("11-23 14:01"))
    assert (why.due_at, why.total_minutes, why.rule.minutes) == (at("11-23 16:30"), 480, 360)
    assert [(line.minutes, line.reason, line.notice_text) for line in why.extensions] == [
        (120, "等卸车监控", "改为 16:30 前")
    ]
    assert sum(step.counted_minutes for step in why.steps) == 480


def test_a_paused_promise_is_explained_as_if_it_went_on_now(company) -> None:
    made = promise(company)
    pause_promise(
        actor=company.lin_acting, promise_id=made.pk, reason=PauseReason.WAITING_OUTSIDE, at=at("11-22 20:00")
    )
    why = explain(made.pk, at=at("11-23 09:00"))
    assert (why.is_provisional, why.due_at) == (True, at("11-23 16:18"))
    assert [step.name for step in why.steps if step.is_pause] == ["等外部单位"]
    assert sum(step.counted_minutes for step in why.steps) == 360


def test_a_holiday_on_the_way_is_named(company) -> None:
    made = promise(company, PromiseKind.DEPARTMENT, case_kind="SUGGESTION", at=at("09-29 10:00"))
    why = explain(made.pk, at=at("09-29 10:00"))
    assert ("放假", "国庆节") in [(step.label, step.name) for step in why.steps]
    assert ("调休上班", "国庆节") in [(step.label, step.name) for step in why.steps]
    assert why.rule.hours == "工作日 09:00–18:00"


def test_the_rule_is_read_in_english_by_english_readers(waited) -> None:
    with translation.override("en"):
        why = explain(waited.pk, at=at("11-23 10:42"))
    assert why.rule.text == "Result within 6 working hours"
    assert why.rule.calendar_name == "National complaint calendar"


def test_explaining_costs_a_fixed_number_of_queries(waited, django_assert_num_queries) -> None:
    explain(waited.pk, at=at("11-23 10:42"))
    with django_assert_num_queries(3):
        explain(waited.pk, at=at("11-23 10:42"))
