"""Asking for more time: before expiry only, with the notice that went out."""

from datetime import timedelta

import pytest

from bihuan.calendar.tests.calendars import at
from bihuan.promises.actions import (
    ExtensionIncomplete,
    PromiseExpired,
    PromisePaused,
    StatutoryNeverExtends,
    escalate_due,
    extend_promise,
    pause_promise,
    record_reaction,
)
from bihuan.promises.models import PauseReason, PromiseExtension, PromiseKind, Reaction
from bihuan.promises.tests.factories import SUNDAY, codes, entries, promise

pytestmark = pytest.mark.django_db
NOTICE = "您好，卸车监控仍在调取，调查结果改为周一 16:18 前给您。"


def extend(company, made, moment, **changes):
    given = {"by": timedelta(hours=2), "reason": "等卸车监控", "notice_text": NOTICE}
    return extend_promise(actor=company.lin_acting, promise_id=made.pk, at=moment, **{**given, **changes})


@pytest.mark.feature("4.7")
def test_extending_before_expiry_needs_reason_and_notice_and_keeps_both(company) -> None:
    made = promise(company)
    for missing in ({"reason": "  "}, {"notice_text": ""}):
        with pytest.raises(ExtensionIncomplete) as refusal:
            extend(company, made, made.due_at, **missing)
        assert refusal.value.field in missing
    extension = extend(company, made, made.due_at)
    made.refresh_from_db()
    assert made.due_at == at("11-23 16:18") == made.told_due_at
    assert (extension.reason, extension.notice_text) == ("等卸车监控", NOTICE)
    assert (extension.due_before, extension.due_after) == (at("11-23 14:18"), at("11-23 16:18"))
    assert extension.extended_by_id == company.lin.pk
    assert codes() == ["promise.started", "promise.extended"]
    assert NOTICE not in str(entries("promise.extended")[0].payload)


@pytest.mark.feature("4.7")
def test_extending_after_expiry_is_blocked_and_changes_nothing(company) -> None:
    made = promise(company)
    with pytest.raises(PromiseExpired) as refusal:
        extend(company, made, made.due_at + timedelta(seconds=1))
    assert refusal.value.code == "promise_expired"
    made.refresh_from_db()
    assert (made.due_at, made.extended_minutes) == (at("11-23 14:18"), 0)
    assert not PromiseExtension.objects.exists()


def test_a_broken_promise_cannot_be_extended_with_an_earlier_time(company) -> None:
    made = promise(company)
    escalate_due(at=at("11-23 14:19"))
    with pytest.raises(PromiseExpired):
        extend(company, made, made.due_at)


def test_the_statutory_time_is_never_extended(company) -> None:
    made = promise(company, PromiseKind.STATUTORY)
    with pytest.raises(StatutoryNeverExtends):
        extend(company, made, SUNDAY)


def test_a_paused_promise_is_resumed_before_it_is_extended(company) -> None:
    made = promise(company)
    pause_promise(actor=company.lin_acting, promise_id=made.pk, reason=PauseReason.WAITING_CUSTOMER, at=SUNDAY)
    with pytest.raises(PromisePaused):
        extend(company, made, SUNDAY)


@pytest.mark.parametrize("by", [timedelta(0), timedelta(seconds=59), timedelta(hours=-1)])
def test_an_extension_is_at_least_a_minute(company, by) -> None:
    with pytest.raises(ExtensionIncomplete):
        extend(company, promise(company), SUNDAY, by=by)


def test_what_the_customer_says_to_an_extension_is_kept(company) -> None:
    extension = extend(company, promise(company), SUNDAY)
    answered = record_reaction(
        actor=company.lin_acting, extension_id=extension.pk, reaction=Reaction.OBJECTED, at=at("11-22 20:00")
    )
    assert (answered.reaction, answered.reacted_at) == (Reaction.OBJECTED, at("11-22 20:00"))
    assert codes()[-1] == "promise.extension_answered"
