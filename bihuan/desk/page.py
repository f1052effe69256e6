"""What the page of one case shows, gathered in a fixed number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.forms import Form
from django.http import HttpRequest
from django.utils.translation import gettext as _

from bihuan.cases import queries
from bihuan.cases.access import CasePermission
from bihuan.cases.actions import list_assignees, propose_department
from bihuan.cases.clocks import SUBJECT
from bihuan.cases.models import Case, Draft
from bihuan.cases.workflow import Kind, State, Verb, allowed_verbs
from bihuan.customers.kinds import DatumKind, RevealPurpose
from bihuan.customers.queries import MaskedField, card, render_masked_many
from bihuan.desk import forms
from bihuan.desk.looks import clocks_of, stages_of, timeline_of
from bihuan.foundation.actor import Actor
from bihuan.promises.queries import open_promises
from bihuan.web.components import Evidence, Tone


@dataclass(frozen=True, slots=True)
class NextStep:
    """The step a case waits for, with its form, for the person who looks."""

    verb: str
    title: str
    form: Form
    primary: bool = True


def case_context(request: HttpRequest, case: Case, at: datetime) -> dict[str, object]:
    """Everything the case templates need."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    events = queries.timeline(case)
    promises = open_promises(SUBJECT, [case.pk], at=at).get(case.pk, [])
    title, expected, findings, solution = render_masked_many([case.title, case.expected, case.findings, case.solution])
    may_handle = queries.allows(actor, CasePermission.HANDLE, case)
    return {
        "case": case,
        "title": title,
        "expected": expected,
        "findings": findings,
        "solution": solution,
        "at": at,
        "stages": stages_of(case, events, at),
        "clocks": clocks_of(case, promises, at),
        "events": timeline_of(request, events, case),
        "fields": customer_fields(actor, case),
        "steps": list(next_steps(actor, case, at)) if case.is_open else [],
        "checklist": checklist(case, at),
        "may_handle": may_handle and case.is_open,
        "may_assign": case.is_open and queries.allows(actor, CasePermission.ASSIGN, case),
        "may_archive": queries.allows(actor, CasePermission.ARCHIVE, case),
        "assignees": list_assignees(case, at) if queries.allows(actor, CasePermission.ASSIGN, case) else [],
        "evidence_form": forms.EvidenceForm(),
        "priority_form": forms.PriorityForm(initial={"impact": case.impact, "urgency": case.urgency}),
        "extension_form": forms.ExtensionForm(),
        "drafts": {draft.box: draft for draft in Draft.objects.filter(case=case, staff_id=actor.id)},
        "others": _others(actor, case),
        "purposes": RevealPurpose.choices,
        "nav": "case_list",
    }


def customer_fields(actor: Actor, case: Case) -> list[tuple[str, MaskedField]]:
    """The masked values of the customer with their names; each can be revealed for a purpose."""
    if case.customer_id is None:
        return []
    shown = card(actor=actor, customer_id=case.customer_id).fields
    return [(str(DatumKind(field.kind).label), field) for field in shown]


def checklist(case: Case, at: datetime) -> list[Evidence]:
    """The evidence a case of its category needs, and what is there."""
    given = {row.item: row for row in case.evidence.select_related("given_by")}
    wanted = list(dict.fromkeys([*case.category.checklist, *given]))
    return [_evidence_line(item, given.get(item)) for item in wanted]


def _evidence_line(item: str, row: object) -> Evidence:
    if row is None:
        return Evidence(name=item, detail=_("还没有"), word=_("缺"))
    by = row.given_by.label if row.given_by else _("客户")  # type: ignore[attr-defined]
    return Evidence(name=item, detail=by, tone=Tone.KEPT, word=_("已齐"))


def next_steps(actor: Actor, case: Case, at: datetime) -> Iterable[NextStep]:
    """The verbs the table allows now, for this person, the usual one first."""
    if (
        queries.allows(actor, CasePermission.CALL_BACK, case)
        and case.state == State.ANSWERED
        and case.kind == Kind.COMPLAINT
    ):
        if actor.id not in case.handler_ids:
            yield NextStep("callback", _("回访客户"), forms.CallbackForm())
        return
    if not queries.allows(actor, CasePermission.HANDLE, case):
        return
    for verb in allowed_verbs(case.kind, case.state):
        step = _step(verb, case)
        if step is not None:
            yield step


def _step(verb: Verb, case: Case) -> NextStep | None:
    match verb:
        case Verb.CONFIRM | Verb.PROMISE | Verb.DECLINE | Verb.PROGRESS | Verb.FINISH:
            return NextStep(verb, str(verb.label), forms.MessageForm(initial={"message": opening_words(verb, case)}))
        case Verb.ANSWER:
            return NextStep(verb, str(verb.label), forms.MessageForm())
        case Verb.HAND_OVER | Verb.FORWARD:
            department = propose_department(case.category, case.division_id)
            return NextStep(
                verb, str(verb.label), forms.HandOverForm(initial={"department_id": department and department.pk})
            )
        case Verb.FIND:
            # while a department has the case, the department answers
            return (
                NextStep(verb, str(verb.label), forms.FindingsForm(), primary=False)
                if case.state == State.CONFIRMED
                else None
            )
        case Verb.ASSESS:
            return NextStep(verb, str(verb.label), forms.AssessmentForm())
        case Verb.PLAN:
            return NextStep(verb, str(verb.label), forms.PlanForm())
        case Verb.CLOSE:
            return NextStep(verb, str(verb.label), forms.EmptyForm())
        case _:
            return None


def opening_words(verb: Verb, case: Case) -> str:
    """A start for the message: the agent goes on in own words."""
    if verb is Verb.CONFIRM:
        return _("您好，您反映的「{title}」我已经核对并正式受理。接下来会请责任部门调查，有结果马上告诉您。").format(
            title=case.category.label
        )
    return ""


def _others(actor: Actor, case: Case) -> list[Case]:
    if case.customer_id is None:
        return []
    others = Case.objects.visible_to(actor).filter(customer_id=case.customer_id).exclude(pk=case.pk)
    return list(others.select_related("category").order_by("-opened_at")[:5])
