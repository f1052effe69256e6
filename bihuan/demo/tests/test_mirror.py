"""The mirror of the verbs is exact: one story through the real actions and through a chronicle leaves the same trace."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from bihuan.cases import actions as cases
from bihuan.cases.models import CallbackResult, Case, Handoff, ReturnReason, Verb
from bihuan.demo import agent_verbs, closing_verbs, department_verbs
from bihuan.demo.building import copy_batch
from bihuan.demo.chronicle import CUSTOMER, Chronicle
from bihuan.demo.tests.factories import MONDAY, Setting, build_setting
from bihuan.demo.voices import COMPLAINT, CONSULTATION, SUGGESTION, Told
from bihuan.foundation.actor import Actor, Via
from bihuan.intake.models import Delivery, DeliveryState, Message
from bihuan.journal.actions import run_consumers_once, write_many
from bihuan.journal.models import StoredEntry
from bihuan.organization.queries import actor_for
from bihuan.promises.actions import escalate_due
from bihuan.promises.models import Promise, PromiseEscalation, PromiseExtension

pytestmark = pytest.mark.django_db

ID_FIELDS = {"owner_id", "actor_id", "policy_id", "department_id", "unit_before", "unit_after", "owner_before", "owner_after", "before", "after", "datum_ids"}  # fmt: skip
# What only the real desk writes: the job that sends mail does not run in this test.
LEFT_OUT = {"message.sent", "customer.data_lifted"}
FINDINGS = ("PEOPLE", "DELIVERY", "派送员提前点签收。", "已送上门并致歉。")


@dataclass
class Twins:
    """The same case twice: stored by real actions, and in a chronicle."""

    setting: Setting
    told: Told
    at: datetime = MONDAY
    mark: int = 0
    case: Case = field(init=False)
    story: Chronicle = field(init=False)
    handoff: Handoff = field(init=False)
    row: Any = None

    def __post_init__(self) -> None:
        last = StoredEntry.objects.order_by("-id").first()
        self.mark = last.id if last else 0
        person = self.setting.patron.person
        voice = cases.Voice(
            kind=self.told.kind,
            category=self.told.category,
            matter=self.told.matter,
            title=self.told.title,
            expected=self.told.expected,
            waybill=self.told.waybill,
            channel="PORTAL",
            urgency="HIGH",
            region="浙江",
            customer_name=person.name,
            customer_phone=person.phone,
        )
        self.case = cases.open_case(actor=CUSTOMER, voice=voice, at=self.at)
        self.story = self.setting.open(self.told, at=self.at)

    def actor(self, staff_no: str) -> Actor:
        """The person with grants; the journal keeps none of them, so the chronicle may use the same."""
        return actor_for(self.setting.company.staff[staff_no], at=self.at, via=Via.WEB)

    def later(self, **step: float) -> datetime:
        """Let time pass, and the escalation job with it."""
        self.at += timedelta(**step)
        while True:
            promise = Promise.objects.filter(next_step_at__isnull=False).order_by("next_step_at").first()
            if promise is None or promise.next_step_at is None:
                break
            job_at = promise.next_step_at.replace(second=0, microsecond=0) + timedelta(minutes=1)
            if job_at > self.at:
                break
            escalate_due(at=job_at)
            run_consumers_once()
        return self.at

    def both(self, real: Callable[..., Any], mirror: Callable[[], Any], **arguments: Any) -> Any:
        """Do one step twice."""
        given = {"case_id": self.case.pk} if "handoff_id" not in arguments else {}
        stored = real(at=self.at, **given, **arguments)
        return stored, mirror()

    def hand_over(self, staff_no: str, unit_code: str, request: str) -> None:
        actor, unit = self.actor(staff_no), self.setting.company.units[unit_code]
        self.handoff, self.row = self.both(
            cases.hand_over_case,
            lambda: department_verbs.hand_over(self.story, actor, unit.pk, request, self.at),
            actor=actor,
            department_id=unit.pk,
            request=request,
        )

    def compare(self) -> None:
        """Store the chronicle and hold both traces side by side."""
        self.later(seconds=1)
        self.story.ledger.run_until(self.at)
        self.story.case.next_due_at = self.story.ledger.nearest_due()
        real = trace(self.mark)
        mark = StoredEntry.objects.order_by("-id").values_list("id", flat=True)[0]
        with transaction.atomic():
            copy_batch([self.story])
            write_many(sorted(self.story.lines, key=lambda line: line.at))
        assert real == trace(mark)
        mirrored = Case.objects.get(pk=self.story.case.id)
        self.case.refresh_from_db()
        assert facts(self.case) == facts(mirrored)


def trace(mark: int) -> list[dict[str, Any]]:
    """Entries behind a mark, with ids replaced by their order of appearance."""
    seen: dict[tuple[str, int], int] = {}
    entries = StoredEntry.objects.filter(id__gt=mark).order_by("at", "id")
    return [
        {
            "code": entry.code,
            "at": entry.at,
            "by": (entry.actor_kind, entry.actor_id, entry.actor_name),
            "units": sorted(entry.units),
            "division": entry.division_id,
            "payload": {name: _ordinal(seen, name, value) for name, value in entry.payload.items()},
        }
        for entry in entries
        if entry.code not in LEFT_OUT
    ]


def _ordinal(seen: dict[tuple[str, int], int], name: str, value: Any) -> Any:
    if name == "number":
        return "number"
    if not name.endswith("_id") or not isinstance(value, int) or name in ID_FIELDS:
        return value
    kind = "case_id" if name == "subject_id" else name
    return seen.setdefault((kind, value), len([key for key in seen if key[0] == kind]))


def facts(case: Case) -> dict[str, Any]:
    """Everything about a case that does not depend on its id."""
    left_out = ("id", "number", "public_token", "conversation_id")
    row = {name: value for name, value in vars(case).items() if not name.startswith("_") and name not in left_out}
    by_case = {"subject_id": case.pk}
    promise_facts = ("kind", "state", "owner_unit_id", "owner_id", "audience", "policy_id", "calendar_edition_id", "minutes", "extended_minutes", "started_at", "risk_at", "due_at", "told_at", "told_due_at", "told_how", "broken_at", "ended_at", "steps_taken", "next_step_at")  # fmt: skip
    message_facts = ("direction", "kind", "body", "author_kind", "author_id", "author_name", "is_automatic", "at")
    handoff_facts = ("department_id", "state", "request", "asked_by_id", "asked_at", "taken_by_id", "taken_at", "ended_at", "return_reason", "return_note", "due_at", "round")  # fmt: skip
    promises = Promise.objects.filter(**by_case).order_by("started_at", "kind")
    return {
        "case": row,
        "promises": list(promises.values(*promise_facts)),
        "steps": list(_history(PromiseEscalation, case).values("step", "due_step_at", "escalated_at")),
        "extensions": list(_history(PromiseExtension, case).values("minutes", "due_before", "due_after", "reason")),
        "messages": list(
            Message.objects.filter(conversation_id=case.conversation_id).order_by("at", "id").values(*message_facts)
        ),
        "handoffs": list(case.handoffs.order_by("asked_at").values(*handoff_facts)),
        "evidence": list(case.evidence.order_by("given_at").values("item", "statement", "given_by_id", "given_at")),
        "callbacks": list(case.callbacks.order_by("called_at").values("round", "result", "note", "called_by_id")),
    }


def _history(model: Any, case: Case) -> Any:
    return model.objects.filter(promise__subject_id=case.pk).order_by("pk")


def tell_answer(twins: Twins, staff_no: str, message: str) -> None:
    actor = twins.actor(staff_no)
    twins.both(
        cases.answer_case,
        lambda: agent_verbs.answer(twins.story, actor, message, twins.at),
        actor=actor,
        message=message,
    )


def tell_close(twins: Twins, staff_no: str) -> None:
    actor = twins.actor(staff_no)
    twins.both(cases.close_case, lambda: closing_verbs.close(twins.story, actor, twins.at), actor=actor)


def call(twins: Twins, staff_no: str, result: CallbackResult, note: str) -> None:
    actor = twins.actor(staff_no)
    twins.both(
        cases.record_callback,
        lambda: closing_verbs.call_back(twins.story, actor, result, note, twins.at),
        actor=actor,
        result=result,
        note=note,
    )


@pytest.fixture
def setting() -> Setting:
    return build_setting()


COMPLAINT_TOLD = Told(
    kind=COMPLAINT,
    category="DELIVERY",
    title="显示已签收，本人没收到",
    matter="明明没收到，系统写本人签收，请今天给我一个说法。",
    expected="今天送上门",
    waybill="YH773104829156",
)


def test_a_complaint_leaves_the_same_trace_through_two_rounds(setting: Setting) -> None:
    twins = Twins(setting, COMPLAINT_TOLD)
    lin, wei, xu = twins.actor("lin"), twins.actor("wei"), twins.actor("xu")
    twins.later(minutes=70)
    twins.both(
        cases.confirm_case,
        lambda: agent_verbs.confirm(twins.story, lin, "您好，已经受理。", twins.at),
        actor=lin,
        message="您好，已经受理。",
    )
    twins.later(minutes=5)
    twins.both(
        cases.add_note,
        lambda: agent_verbs.add_note(twins.story, lin, "客户着急。", twins.at),
        actor=lin,
        text="客户着急。",
    )
    twins.hand_over("lin", "EAST-QUALITY", "请核实签收定位。")
    twins.later(minutes=30)
    returner = twins.actor("YH2111")
    words = (ReturnReason.NOT_OURS, "请转运营部。")
    twins.both(
        cases.return_handoff,
        lambda: department_verbs.give_back(twins.story, returner, twins.row, words, twins.at),
        actor=returner,
        handoff_id=twins.handoff.pk,
        reason=words[0],
        note=words[1],
    )
    twins.later(minutes=3)
    twins.hand_over("lin", "EAST-OPERATIONS", "请核实签收定位。")
    twins.later(minutes=25)
    twins.both(
        cases.accept_handoff,
        lambda: department_verbs.accept(twins.story, xu, twins.row, twins.at),
        actor=xu,
        handoff_id=twins.handoff.pk,
    )
    twins.later(hours=5)
    twins.both(
        cases.add_handoff_evidence,
        lambda: department_verbs.add_evidence(twins.story, xu, twins.row, ("签收凭证", "定位相距 800 米。"), twins.at),
        actor=xu,
        handoff_id=twins.handoff.pk,
        item="签收凭证",
        file=None,
        statement="定位相距 800 米。",
    )
    twins.both(
        cases.extend_case_promise,
        lambda: agent_verbs.extend(twins.story, lin, 120, ("还差监控", "要晚一些答复您。"), twins.at),
        actor=lin,
        minutes=120,
        reason="还差监控",
        notice="要晚一些答复您。",
    )
    twins.later(days=3)
    findings = cases.Findings(cause=FINDINGS[0], cause_stage=FINDINGS[1], findings=FINDINGS[2], solution=FINDINGS[3])
    twins.both(
        cases.answer_handoff,
        lambda: department_verbs.answer_handoff(twins.story, xu, twins.row, FINDINGS, twins.at),
        actor=xu,
        handoff_id=twins.handoff.pk,
        findings=findings,
    )
    twins.later(minutes=10)
    tell_answer(twins, "lin", "已查明。")
    twins.later(hours=2)
    call(twins, "zhou", CallbackResult.UNREACHED, "无人接听。")
    twins.later(hours=20)
    call(twins, "zhou", CallbackResult.UNSATISFIED, "不认可。")
    qian = twins.actor("qian")
    twins.later(minutes=20)
    twins.both(cases.claim_case, lambda: agent_verbs.claim(twins.story, qian, twins.at), actor=qian)
    twins.later(minutes=20)
    twins.both(
        cases.submit_findings,
        lambda: agent_verbs.submit_findings(twins.story, qian, FINDINGS, twins.at),
        actor=qian,
        findings=findings,
    )
    twins.both(
        cases.reply_to_customer,
        lambda: agent_verbs.reply(twins.story, qian, "正在安排。", twins.at),
        actor=qian,
        message="正在安排。",
    )
    tell_answer(twins, "qian", "已重新处理。")
    twins.later(minutes=40)
    twins.both(
        cases.assign_case,
        lambda: agent_verbs.assign(twins.story, wei, lin, "换人收尾", twins.at),
        actor=wei,
        agent_id=lin.id,
        reason="换人收尾",
    )
    twins.later(hours=1)
    call(twins, "YH2203", CallbackResult.SATISFIED, "满意。")
    tell_close(twins, "lin")
    twins.compare()


def test_a_consultation_leaves_the_same_trace(setting: Setting) -> None:
    twins = Twins(
        setting, Told(kind=CONSULTATION, category="COD", title="代收货款多久到账", matter="代收货款多久到账？")
    )
    tang, meng = twins.actor("YH2301"), twins.actor("YH1101")
    twins.later(minutes=12)
    twins.both(
        cases.promise_reply,
        lambda: agent_verbs.promise_reply(twins.story, tang, "今天答复您。", twins.at),
        actor=tang,
        message="今天答复您。",
    )
    twins.hand_over("YH2301", "HQ-BUSINESS", "请核实。")
    twins.later(hours=9)
    twins.both(
        cases.accept_handoff,
        lambda: department_verbs.accept(twins.story, meng, twins.row, twins.at),
        actor=meng,
        handoff_id=twins.handoff.pk,
    )
    findings = cases.Findings(cause=FINDINGS[0], cause_stage=FINDINGS[1], findings=FINDINGS[2], solution=FINDINGS[3])
    twins.both(
        cases.answer_handoff,
        lambda: department_verbs.answer_handoff(twins.story, meng, twins.row, FINDINGS, twins.at),
        actor=meng,
        handoff_id=twins.handoff.pk,
        findings=findings,
    )
    twins.later(minutes=4)
    tell_answer(twins, "YH2301", "第三个工作日到账。")
    twins.later(hours=3)
    tell_close(twins, "YH2301")
    twins.compare()


def test_a_suggestion_leaves_the_same_trace(setting: Setting) -> None:
    told = Told(kind=SUGGESTION, category="DELIVERY", title="雨天套防水袋", matter="下雨天给包裹套个防水袋。")
    twins = Twins(setting, told)
    feng, xu = twins.actor("YH2401"), twins.actor("xu")
    twins.later(hours=2)
    judged = {"feasibility": 4, "value": 5}
    twins.both(
        cases.assess_suggestion,
        lambda: agent_verbs.assess(twins.story, feng, dict(judged), "可行。", twins.at),
        actor=feng,
        note="可行。",
        **judged,
    )
    twins.hand_over("YH2401", "EAST-OPERATIONS", "请评估。")
    twins.later(days=2)
    twins.both(
        cases.decide_suggestion,
        lambda: department_verbs.decide(twins.story, xu, twins.row, Verb.ADOPT, "采纳。", twins.at),
        actor=xu,
        handoff_id=twins.handoff.pk,
        adopted=True,
        reason="采纳。",
    )
    step = [{"title": "试点", "due_on": "2026-03-20"}]
    milestones = [cases.Milestone("试点", MONDAY.replace(month=3, day=20).date())]
    twins.later(hours=1)
    twins.both(
        cases.plan_suggestion,
        lambda: agent_verbs.step(
            twins.story, feng, Verb.PLAN, "计划已定。", twins.at, plan={"owner": "运营部", "milestones": step}
        ),
        actor=feng,
        owner="运营部",
        milestones=milestones,
        message="计划已定。",
    )
    for real, verb in ((cases.report_progress, Verb.PROGRESS), (cases.finish_suggestion, Verb.FINISH)):
        twins.later(days=1)
        twins.both(
            real,
            lambda verb=verb: agent_verbs.step(twins.story, feng, verb, "进展。", twins.at),
            actor=feng,
            message="进展。",
        )
    twins.later(hours=1)
    tell_close(twins, "YH2401")
    twins.compare()


def test_answers_of_the_past_count_as_mailed(setting: Setting) -> None:
    story = setting.open(COMPLAINT_TOLD)
    lin = setting.cast.actor(setting.company.staff["lin"])
    agent_verbs.confirm(story, lin, "您好，已经受理。", MONDAY + timedelta(minutes=9))
    with transaction.atomic():
        copy_batch([story])
    (delivery,) = Delivery.objects.all()
    assert delivery.state == DeliveryState.SENT
    assert delivery.message.body == "您好，已经受理。"
