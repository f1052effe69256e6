"""Publishing time limits, and the commands around the ledger."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from bihuan.calendar.tests.calendars import at
from bihuan.foundation.actor import Actor
from bihuan.foundation.errors import NotAllowed
from bihuan.promises.actions import PolicyInvalid, PolicyRow, publish_policy
from bihuan.promises.models import Promise, PromiseKind, PromisePolicy
from bihuan.promises.queries import explain, list_beyond_coverage, list_policies, list_unpromisable
from bihuan.promises.tests.factories import SUNDAY, promise

pytestmark = pytest.mark.django_db
ADMIN = Actor.system("setup")
FIVE_HOURS = PolicyRow(
    case_kind="COMPLAINT",
    kind=PromiseKind.RESOLUTION,
    minutes=300,
    text="5 工作小时内给处理结果",
    source="服务承诺 2026 版",
    priority=1,
)


def call(*arguments: str) -> str:
    output = StringIO()
    call_command("promises", *arguments, stdout=output)
    return output.getvalue()


def test_a_published_row_replaces_the_old_one_for_new_promises_only(company) -> None:
    old = promise(company)
    row = publish_policy(actor=ADMIN, row=FIVE_HOURS, at=SUNDAY)
    new = promise(company, subject_id=2)
    assert (row.number, new.minutes) == (2, 300)
    old.refresh_from_db()
    assert (old.minutes, explain(old.pk, at=SUNDAY).rule.text) == (360, "6 工作小时内给处理结果")
    assert PromisePolicy.objects.get(pk=old.policy_id).replaced_at == SUNDAY


def test_an_agent_cannot_publish_a_limit(company) -> None:
    with pytest.raises(NotAllowed):
        publish_policy(actor=company.lin_acting, row=FIVE_HOURS, at=SUNDAY)
    assert not PromisePolicy.objects.exclude(replaced_at=None).exists()


@pytest.mark.parametrize("change", [{"minutes": 0}, {"risk_percent": 100}, {"text": " "}, {"source": ""}])
def test_a_limit_without_time_words_or_source_is_refused(db, change) -> None:
    values = {name: getattr(FIVE_HOURS, name) for name in FIVE_HOURS.__slots__}
    with pytest.raises(PolicyInvalid) as refusal:
        publish_policy(actor=ADMIN, row=PolicyRow(**{**values, **change}), at=SUNDAY)
    assert refusal.value.field in change


def test_every_kind_of_case_has_its_limits_from_the_start(db) -> None:
    present = {(row.case_kind, row.kind) for row in list_policies()}
    for case_kind in ("COMPLAINT", "CONSULTATION", "SUGGESTION"):
        for kind in ("FIRST_REPLY", "RESOLUTION", "DEPARTMENT", "CALLBACK"):
            assert (case_kind, kind) in present
    assert ("COMPLAINT", "STATUTORY") in present


def test_limits_whose_calendar_ends_too_soon_are_found(db) -> None:
    assert list_unpromisable(at("11-23 10:00")) == []
    refused = list_unpromisable(at("12-29 10:00"))
    assert [(policy.case_kind, policy.kind) for policy, _ in refused] == [("SUGGESTION", "DEPARTMENT")]


def test_open_promises_behind_the_holiday_table_are_found(company) -> None:
    made = promise(company, PromiseKind.DEPARTMENT, case_kind="SUGGESTION", at=at("12-18 10:00"))
    assert list_beyond_coverage() == []
    Promise.objects.filter(pk=made.pk).update(due_at=at("2027-01-04 10:00"))
    assert [row.pk for row in list_beyond_coverage()] == [made.pk]


def test_check_fails_and_names_what_lies_beyond(company) -> None:
    made = promise(company, PromiseKind.DEPARTMENT, case_kind="SUGGESTION", at=at("12-18 10:00"))
    Promise.objects.filter(pk=made.pk).update(due_at=at("2027-01-04 10:00"))
    output = StringIO()
    with pytest.raises(CommandError, match="bihuan calendar import"):
        call_command("promises", "check", stdout=output)
    assert f"承诺 {made.pk}" in output.getvalue()
    assert "2027-01-04 10:00" in output.getvalue()


def test_publish_and_policies_show_the_new_row(db) -> None:
    options = ["--minutes", "300", "--text", "5 工作小时内给处理结果", "--source", "服务承诺", "--priority", "1"]
    assert "300 分" in call("publish", "COMPLAINT", "RESOLUTION", *options)
    assert "5 工作小时内给处理结果" in call("policies")
    with pytest.raises(CommandError, match="没有名为 MOON"):
        call("publish", "COMPLAINT", "RESOLUTION", *options, "--calendar", "MOON")


def test_escalate_works_off_everything_that_is_due(company) -> None:
    for number in range(3):
        promise(company, subject_id=number, at=at("2026-01-05 10:00"))
    assert "3" in call("escalate")
    assert "0" in call("escalate")
