"""The same case twice: stored by the real actions, and taken down in a chronicle. Each verb here is done to both."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction

from bihuan.cases import actions as cases
from bihuan.cases.models import CallbackResult, Case, Handoff, ReturnReason, Verb
from bihuan.demo import agent_verbs, closing_verbs, department_verbs
from bihuan.demo.building import copy_batch
from bihuan.demo.chronicle import CUSTOMER, Chronicle
from bihuan.demo.rows import Row
from bihuan.demo.tests.factories import MONDAY, Setting
from bihuan.demo.voices import Told
from bihuan.foundation.actor import Actor, Via
from bihuan.intake.models import Message
from bihuan.journal.actions import run_consumers_once, write_many
from bihuan.journal.models import StoredEntry
from bihuan.organization.queries import actor_for
from bihuan.promises.actions import escalate_due
from bihuan.promises.models import Promise, PromiseEscalation, PromiseExtension

# Ids of rows that each twin has its own of; they are compared by their order of appearance.
OWN_IDS = {
    "callback_id",
    "case_id",
    "conversation_id",
    "evidence_id",
    "extension_id",
    "handoff_id",
    "message_id",
    "promise_id",
    "subject_id",
}
# What only the real desk writes: the job that sends mail does not run in this test.
LEFT_OUT = {"message.sent", "customer.data_lifted"}
FINDINGS = cases.Findings(
    cause="PEOPLE", cause_stage="DELIVERY", findings="派送员提前点签收。", solution="已送上门并致歉。"
)
TOLD_FINDINGS = (FINDINGS.cause, FINDINGS.cause_stage, FINDINGS.findings, FINDINGS.solution)


@dataclass
class Twins:
    """One story, told twice. Steps take staff numbers; ``later`` lets time pass for both."""

    setting: Setting
    told: Told
    at: datetime = MONDAY
    mark: int = 0
    end_of_real: int = 0
    case: Case = field(init=False)
    story: Chronicle = field(init=False)
    handoff: Handoff = field(init=False)
    row: Row = None

    def __post_init__(self) -> None:
        self.mark = last_entry_id()
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

    def later(self, **step: float) -> None:
        """Let time pass, and the escalation job with it, minute by minute where something is due."""
        self.at += timedelta(**step)
        while (job_at := self._next_job()) is not None and job_at <= self.at:
            escalate_due(at=job_at)
            run_consumers_once()

    def _next_job(self) -> datetime | None:
        first = Promise.objects.aggregate(at=models.Min("next_step_at"))["at"]
        return first and first.replace(second=0, microsecond=0) + timedelta(minutes=1)

    def finish_both(self) -> None:
        """Store the chronicle too, with the clocks of both run up to now."""
        self.later(seconds=1)
        self.story.ledger.run_until(self.at)
        self.story.case.next_due_at = self.story.ledger.nearest_due()
        self.end_of_real = last_entry_id()
        with transaction.atomic():
            copy_batch([self.story])
            write_many(sorted(self.story.lines, key=lambda line: line.at))

    # --- the desk

    def confirm(self, staff_no: str, message: str) -> None:
        actor = self._actor(staff_no)
        cases.confirm_case(actor=actor, case_id=self.case.pk, message=message, at=self.at)
        agent_verbs.confirm(self.story, actor, message, self.at)

    def promise_reply(self, staff_no: str, message: str) -> None:
        actor = self._actor(staff_no)
        cases.promise_reply(actor=actor, case_id=self.case.pk, message=message, at=self.at)
        agent_verbs.promise_reply(self.story, actor, message, self.at)

    def claim(self, staff_no: str) -> None:
        actor = self._actor(staff_no)
        cases.claim_case(actor=actor, case_id=self.case.pk, at=self.at)
        agent_verbs.claim(self.story, actor, self.at)

    def assign(self, leader_no: str, agent_no: str, reason: str) -> None:
        leader, agent = self._actor(leader_no), self._actor(agent_no)
        cases.assign_case(actor=leader, case_id=self.case.pk, agent_id=agent.id or 0, reason=reason, at=self.at)
        agent_verbs.assign(self.story, leader, agent, reason, self.at)

    def add_note(self, staff_no: str, text: str) -> None:
        actor = self._actor(staff_no)
        cases.add_note(actor=actor, case_id=self.case.pk, text=text, at=self.at)
        agent_verbs.add_note(self.story, actor, text, self.at)

    def reply(self, staff_no: str, message: str) -> None:
        actor = self._actor(staff_no)
        cases.reply_to_customer(actor=actor, case_id=self.case.pk, message=message, at=self.at)
        agent_verbs.reply(self.story, actor, message, self.at)

    def extend(self, staff_no: str, minutes: int, reason: str, notice: str) -> None:
        actor = self._actor(staff_no)
        given = {"minutes": minutes, "reason": reason, "notice": notice}
        cases.extend_case_promise(actor=actor, case_id=self.case.pk, at=self.at, **given)
        agent_verbs.extend(self.story, actor, minutes, (reason, notice), self.at)

    def submit_findings(self, staff_no: str) -> None:
        actor = self._actor(staff_no)
        cases.submit_findings(actor=actor, case_id=self.case.pk, findings=FINDINGS, at=self.at)
        agent_verbs.submit_findings(self.story, actor, TOLD_FINDINGS, self.at)

    def answer(self, staff_no: str, message: str) -> None:
        actor = self._actor(staff_no)
        cases.answer_case(actor=actor, case_id=self.case.pk, message=message, at=self.at)
        agent_verbs.answer(self.story, actor, message, self.at)

    def call_back(self, staff_no: str, result: CallbackResult, note: str) -> None:
        actor = self._actor(staff_no)
        cases.record_callback(actor=actor, case_id=self.case.pk, result=result, note=note, at=self.at)
        closing_verbs.call_back(self.story, actor, result, note, self.at)

    def close(self, staff_no: str) -> None:
        actor = self._actor(staff_no)
        cases.close_case(actor=actor, case_id=self.case.pk, at=self.at)
        closing_verbs.close(self.story, actor, self.at)

    # --- departments

    def hand_over(self, staff_no: str, unit_code: str, request: str) -> None:
        actor, unit = self._actor(staff_no), self.setting.company.units[unit_code]
        given = {"department_id": unit.pk, "request": request}
        self.handoff = cases.hand_over_case(actor=actor, case_id=self.case.pk, at=self.at, **given)
        self.row = department_verbs.hand_over(self.story, actor, unit.pk, request, self.at)

    def accept(self, staff_no: str) -> None:
        actor = self._actor(staff_no)
        cases.accept_handoff(actor=actor, handoff_id=self.handoff.pk, at=self.at)
        department_verbs.accept(self.story, actor, self.row, self.at)

    def give_back(self, staff_no: str, reason: ReturnReason, note: str) -> None:
        actor = self._actor(staff_no)
        cases.return_handoff(actor=actor, handoff_id=self.handoff.pk, reason=reason, note=note, at=self.at)
        department_verbs.give_back(self.story, actor, self.row, (reason, note), self.at)

    def add_evidence(self, staff_no: str, item: str, statement: str) -> None:
        actor = self._actor(staff_no)
        given = {"item": item, "file": None, "statement": statement}
        cases.add_handoff_evidence(actor=actor, handoff_id=self.handoff.pk, at=self.at, **given)
        department_verbs.add_evidence(self.story, actor, self.row, (item, statement), self.at)

    def answer_handoff(self, staff_no: str) -> None:
        actor = self._actor(staff_no)
        cases.answer_handoff(actor=actor, handoff_id=self.handoff.pk, findings=FINDINGS, at=self.at)
        department_verbs.answer_handoff(self.story, actor, self.row, TOLD_FINDINGS, self.at)

    # --- suggestions

    def assess(self, staff_no: str, feasibility: int, value: int, note: str) -> None:
        actor, judged = self._actor(staff_no), {"feasibility": feasibility, "value": value}
        cases.assess_suggestion(actor=actor, case_id=self.case.pk, note=note, at=self.at, **judged)
        agent_verbs.assess(self.story, actor, dict(judged), note, self.at)

    def adopt(self, staff_no: str, reason: str) -> None:
        actor = self._actor(staff_no)
        cases.decide_suggestion(actor=actor, handoff_id=self.handoff.pk, adopted=True, reason=reason, at=self.at)
        department_verbs.decide(self.story, actor, self.row, Verb.ADOPT, reason, self.at)

    def plan(self, staff_no: str, owner: str, step: str, message: str) -> None:
        actor, due_on = self._actor(staff_no), (self.at + timedelta(days=15)).date()
        given = {"owner": owner, "milestones": [cases.Milestone(step, due_on)], "message": message}
        cases.plan_suggestion(actor=actor, case_id=self.case.pk, at=self.at, **given)
        plan = {"owner": owner, "milestones": [{"title": step, "due_on": due_on.isoformat()}]}
        agent_verbs.step(self.story, actor, Verb.PLAN, message, self.at, plan=plan)

    def report_progress(self, staff_no: str, message: str) -> None:
        actor = self._actor(staff_no)
        cases.report_progress(actor=actor, case_id=self.case.pk, message=message, at=self.at)
        agent_verbs.step(self.story, actor, Verb.PROGRESS, message, self.at)

    def finish(self, staff_no: str, message: str) -> None:
        actor = self._actor(staff_no)
        cases.finish_suggestion(actor=actor, case_id=self.case.pk, message=message, at=self.at)
        agent_verbs.step(self.story, actor, Verb.FINISH, message, self.at)

    def _actor(self, staff_no: str) -> Actor:
        """The person with grants; the journal keeps none of them, so the chronicle may use the same."""
        return actor_for(self.setting.company.staff[staff_no], at=self.at, via=Via.WEB)


def last_entry_id() -> int:
    return StoredEntry.objects.aggregate(last=models.Max("id"))["last"] or 0


def trace(after: int, up_to: int | None = None) -> list[dict[str, Any]]:
    """Entries behind a mark, with ids replaced by their order of appearance."""
    seen: dict[str, list[int]] = {}
    entries = StoredEntry.objects.filter(id__gt=after).exclude(code__in=LEFT_OUT)
    # what one run of a job tells of several promises has one instant and no order
    entries = entries.order_by("at", "code", "payload__kind", "payload__step", "id")
    if up_to is not None:
        entries = entries.filter(id__lte=up_to)
    return [
        {
            "code": entry.code,
            "at": entry.at,
            "by": (entry.actor_kind, entry.actor_id, entry.actor_name),
            "units": sorted(entry.units),
            "division": entry.division_id,
            "payload": {name: _comparable(seen, name, value) for name, value in entry.payload.items()},
        }
        for entry in entries
    ]


def _comparable(seen: dict[str, list[int]], name: str, value: Any) -> Any:
    if name == "number":
        return "number"
    if name not in OWN_IDS or value is None:
        return value
    known = seen.setdefault("case_id" if name == "subject_id" else name, [])
    if value not in known:
        known.append(value)
    return known.index(value)


def facts(case_id: int) -> dict[str, Any]:
    """Everything about a case that does not depend on an id."""
    case = Case.objects.get(pk=case_id)
    promises = Promise.objects.about("case", case_id)
    return {
        "case": _rows(Case.objects.filter(pk=case_id), "number", "public_token", "conversation_id"),
        "promises": _rows(promises.order_by("started_at", "kind"), "subject_id"),
        # one run of the job takes the promises that are due in no order of its own
        "steps": _rows(
            PromiseEscalation.objects.filter(promise__in=promises).order_by("due_step_at", "step", "promise__kind"),
            "promise_id",
        ),
        "extensions": _rows(PromiseExtension.objects.filter(promise__in=promises).order_by("pk"), "promise_id"),
        "messages": _rows(
            Message.objects.filter(conversation=case.conversation_id).order_by("at", "id"),
            "conversation_id",
            "external_id",
        ),
        "handoffs": _rows(case.handoffs.order_by("asked_at"), "case_id"),
        "evidence": _rows(case.evidence.order_by("given_at"), "case_id"),
        "callbacks": _rows(case.callbacks.order_by("called_at"), "case_id"),
    }


def _rows(rows: "models.QuerySet[Any]", *left_out: str) -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if name not in ("id", *left_out)} for row in rows.values()]
